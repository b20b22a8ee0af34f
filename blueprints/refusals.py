"""Refusals as pages say them: the sentence, the way out, and a link to the set-up that puts it right."""

from __future__ import annotations

from flask import url_for
from markupsafe import Markup

from blueprints.access import may
from core.errors import DomainError
from core.text import _
from models import Permission


def sentence(error: DomainError) -> str:
    """The refusal and its way out; with a link to what puts it right, where one row does (Markup)."""
    words = f"{error.message} {error.hint}" if error.hint else error.message
    if error.opens is not None and error.opens[0] == "application_worksheet" and may(Permission.COSTS_VIEW):
        url = url_for("applications.index", q=error.opens[1])
        return Markup('{} <a href="{}">{}</a>').format(words, url, _("Open the worksheet"))
    if error.opens is None or not all(error.opens[::2]) or not may(Permission.SETUP_VIEW):
        return words
    kind, row, column = error.opens
    return Markup('{} <a href="{}">{}</a>').format(words, row_url(kind, row, column), _("Open the accounts"))


def row_url(kind: str, row: str, column: str) -> str:
    """The page of a row of a posting set-up (inventory, general, vat) by its two codes."""
    if kind == "vat":
        return url_for("vat_setup.row", business=row, product=column)
    return url_for("posting_setup.row", kind=kind, row=row, column=column, suggest=1)
