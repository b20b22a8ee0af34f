"""Charts as inline SVG without style or script: they follow the page's theme, pass its content policy, and print.

Drawn here and not by a chart library, whose SVG brings style sheets, scripts and random ids along. Whole pixels only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup, escape

from core.rounding import ZERO

#: a chart says little with more bars; the table beside it has them all
MOST_BARS = 16


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by part; on screen they come from the theme."""

    ink: str
    quiet: str
    bar: str
    negative: str


SCREEN = Palette("currentColor", "currentColor", "var(--tblr-primary, #2f6f6a)", "var(--tblr-danger, #b9473f)")
PAPER = Palette("#111", "#666", "#3d6f8e", "#a33")


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn: `bars` lie (things compared), `columns` stand (months, weeks).

    `words` say what it is, for those who cannot see it.
    """

    kind: str
    words: str
    points: tuple[tuple[str, Decimal], ...]


def draw(chart: Chart, show: Callable[[Decimal], str], palette: Palette = SCREEN) -> Markup:
    """The SVG; `show` writes a figure. Nothing for a chart without points."""
    if not chart.points:
        return Markup("")
    draw_kind = {"bars": _bars, "columns": _columns}[chart.kind]
    return draw_kind(chart, show, palette)


def _svg(width: int, height: int, words: str, parts: Sequence[str]) -> Markup:
    return Markup(  # noqa: S704 - every text in parts went through escape
        f'<svg xmlns="http://www.w3.org/2000/svg" class="figure-chart" viewBox="0 0 {width} {height}" role="img"'
        f' font-family="Inter, DejaVu Sans, sans-serif" font-size="12"><title>{escape(words)}</title>'
        f"{''.join(parts)}</svg>"
    )


def _text(x: int, y: int, text: str, colour: str, *, anchor: str = "start", opacity: str = "1") -> str:
    look = f'fill="{colour}" fill-opacity="{opacity}" text-anchor="{anchor}"'
    return f'<text x="{x}" y="{y}" {look}>{escape(text)}</text>'


def _rectangle(x: int, y: int, width: int, height: int, colour: str, title: str) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{max(width, 1)}" height="{max(height, 1)}" rx="2" fill="{colour}">'
        f"<title>{escape(title)}</title></rect>"
    )


def _rule(x1: int, y1: int, x2: int, y2: int, colour: str) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-opacity="0.35"/>'


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _largest(points: Sequence[tuple[str, Decimal]]) -> Decimal:
    return max((abs(value) for _label, value in points), default=ZERO) or Decimal(1)


def _bars(chart: Chart, show: Callable[[Decimal], str], palette: Palette) -> Markup:
    """Lying bars, largest length for the largest amount; negative ones in the danger colour."""
    points = chart.points[:MOST_BARS]
    width, row, left, right = 640, 26, 170, 96
    largest, room = _largest(points), width - left - right
    parts = [_rule(left, 2, left, row * len(points) + 2, palette.quiet)]
    for place, (label, value) in enumerate(points):
        top = place * row + 5
        length = int(abs(value) * room / largest)
        colour = palette.bar if value >= 0 else palette.negative
        parts.append(_text(left - 8, top + 14, _clipped(label, 23), palette.ink, anchor="end"))
        parts.append(_rectangle(left, top, length, row - 8, colour, f"{label}: {show(value)}"))
        parts.append(_text(left + length + 6, top + 14, show(value), palette.quiet, opacity="0.85"))
    return _svg(width, row * len(points) + 6, chart.words, parts)


def _columns(chart: Chart, show: Callable[[Decimal], str], palette: Palette) -> Markup:
    """Standing columns over a zero line, with the largest figure written at its height."""
    points = chart.points[-36:]
    width, height, top, bottom, left = 640, 220, 22, 24, 8
    low = min(ZERO, *(value for _label, value in points))
    high = max(ZERO, *(value for _label, value in points))
    span, room = (high - low) or Decimal(1), height - top - bottom
    zero = top + int(high * room / span)
    step = (width - 2 * left) // len(points)
    every = -(-len(points) // 12)
    parts = [_rule(left, zero, width - left, zero, palette.quiet)]
    for place, (label, value) in enumerate(points):
        size = int(abs(value) * room / span)
        x, y = left + place * step + 3, zero - size if value >= 0 else zero
        colour = palette.bar if value >= 0 else palette.negative
        if value:
            parts.append(_rectangle(x, y, step - 6, size, colour, f"{label}: {show(value)}"))
        middle = x + (step - 6) // 2
        if place % every == 0:
            parts.append(_text(middle, height - 6, label, palette.quiet, anchor="middle", opacity="0.85"))
        if value == high and high > 0:
            parts.append(_text(middle, y - 6, show(value), palette.ink, anchor="middle"))
    return _svg(width, height, chart.words, parts)
