"""What was posted, as links: the words of the toast that leads there."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from markupsafe import Markup

from core.text import _


def with_links(words: str, links: Iterable[tuple[str, str]]) -> Markup:
    """`words` and behind them a link to each paper: `links` are (address, what it is called)."""
    anchors = [Markup('<a href="{}">{}</a>').format(url, name) for url, name in links]
    return Markup("{} ").format(words) + Markup(" · ").join(anchors) if anchors else Markup("{}").format(words)


def register_link(register_id: int) -> tuple[str, str]:
    """The register with all its entries, where no paper stands for what was posted."""
    return url_for("ledger.register", register_id=register_id), _("Register %(no)s", no=register_id)
