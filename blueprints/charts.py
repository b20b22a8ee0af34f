"""Small charts drawn as inline SVG: attributes only, colours from the style sheet, so that both themes fit.

Widths are whole thousandths of the drawing; figures stay decimals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

WIDTH = 1000


@dataclass(frozen=True)
class Bar:
    """One bar: its words, its figure, the figure as it is written, and where it leads."""

    label: str
    value: Decimal | int
    shown: str
    url: str = ""


def _part(value: Decimal | int, largest: Decimal | int, length: int) -> int:
    return int(abs(value) * length / largest) if largest else 0


def bars(rows: Sequence[Bar], words: str) -> Markup:
    """Horizontal bars as a list that is also a table: label, bar, figure; `words` says what is shown."""
    largest = max((abs(row.value) for row in rows), default=0)
    lines = []
    for row in rows:
        label = (
            f'<a href="{escape(row.url)}">{escape(row.label)}</a>' if row.url else f"<span>{escape(row.label)}</span>"
        )
        kind = "chart-bar is-negative" if row.value < 0 else "chart-bar"
        lines.append(
            f'<li>{label}<svg viewBox="0 0 {WIDTH} 20" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect class="{kind}" width="{max(_part(row.value, largest, WIDTH), 4)}" height="20" rx="4"/></svg>'
            f'<span class="num">{escape(row.shown)}</span></li>'
        )
    return Markup(f'<ul class="bar-chart" aria-label="{escape(words)}">{"".join(lines)}</ul>')  # noqa: S704


def columns(labels: Sequence[str], series: Sequence[tuple[str, Sequence[Any]]], words: str) -> Markup:
    """Upright columns side by side, one colour a series; a legend above, `words` for those who do not see it."""
    height, gap = 220, 8
    largest = max((abs(value) for _name, values in series for value in values), default=0)
    slot = WIDTH // max(len(labels), 1)
    wide = max((slot - 2 * gap) // max(len(series), 1), 2)
    parts = [f'<line class="chart-axis" x1="0" x2="{WIDTH}" y1="{height}" y2="{height}"/>']
    for place, label in enumerate(labels):
        for order, (name, values) in enumerate(series):
            tall = _part(max(values[place], 0), largest, height - 10)
            x = place * slot + gap + order * wide
            parts.append(
                f'<rect class="chart-series-{order}" x="{x}" y="{height - tall}" width="{wide - 2}" '
                f'height="{tall}" rx="3">'
                f"<title>{escape(label)}: {escape(name)} {escape(values[place])}</title></rect>"
            )
        parts.append(
            f'<text class="chart-text" x="{place * slot + slot // 2}" y="{height + 26}" text-anchor="middle">'
            f"{escape(label)}</text>"
        )
    legend = "".join(
        f'<li><span class="chart-key-{order}"></span>{escape(name)}</li>'
        for order, (name, _values) in enumerate(series)
    )
    keys = f'<ul class="chart-legend">{legend}</ul>' if len(series) > 1 else ""
    return Markup(  # noqa: S704
        f'{keys}<svg class="column-chart" viewBox="0 0 {WIDTH} {height + 36}" role="img" aria-label="{escape(words)}">'
        f"{''.join(parts)}</svg>"
    )
