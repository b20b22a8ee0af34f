"""The tests mirror the tree; helpers are in tests/support/."""
