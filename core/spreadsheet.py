"""Cells of files that people open in a spreadsheet: nothing in them may be run as a formula."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*%?")
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\u2212", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def would_run(text: str) -> bool:
    """True for a text that a spreadsheet could take for a formula.

    Spreadsheets also trim blanks and read full-width signs as their plain ones, hence more than = + - @.
    """
    return text.lstrip(" \u00a0").startswith(_STARTS)


def defuse(text: str) -> str:
    """`text` with an apostrophe before what a spreadsheet would run; plain numbers stay as they are."""
    return "'" + text if would_run(text) and not _NUMBER.fullmatch(text) else text
