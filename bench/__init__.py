"""Measures: how fast it posts and shows pages, beside the budgets. Asserts nothing; `python -m bench --help`."""
