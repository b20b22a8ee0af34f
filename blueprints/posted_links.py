"""What was posted, as links: the words of the toast that leads there."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup


def with_links(words: str, links: Iterable[tuple[str, str]]) -> Markup:
    """`words` and behind them a link to each paper: `links` are (address, what it is called)."""
    anchors = [Markup('<a href="{}">{}</a>').format(url, name) for url, name in links]
    return Markup("{} ").format(words) + Markup(" · ").join(anchors) if anchors else Markup("{}").format(words)
