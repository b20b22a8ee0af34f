"""The timeline of availability: projected balance by day, each event a step that opens its documents (SVG)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup, escape

from blueprints import formats
from core.text import _

WIDTH, HEIGHT, TOP, FOOT = 1000, 300, 24, 60
#: no mark is narrower than a finger can hit on a tablet that shows the drawing at three quarters
LEAST = 12
MOST_LABELS = 7


@dataclass(frozen=True)
class Step:
    """A day with events: what came and what left, and the balance after it; base units."""

    day: dt.date
    came: Decimal
    left: Decimal
    balance: Decimal
    url: str


def timeline(start: Decimal, steps: Sequence[Step], first: dt.date, last: dt.date, words: str) -> Markup:
    """The drawing from `first` to `last`; `start` is the balance before the first step."""
    scale = _Scale(start, steps, first, last)
    parts = [_shortages(start, steps, scale), _axis(scale), _line(start, steps, scale)]
    before = start
    for step in steps:
        parts.append(_mark(before, step, scale))
        before = step.balance
    parts += [_text(4, scale.y(scale.high) - 6, formats.quantity(scale.high)), *_day_labels(scale)]
    if scale.low < 0:
        parts.append(_text(4, scale.y(scale.low) + 20, formats.quantity(scale.low)))
    return Markup(  # noqa: S704 - numbers of ours, texts escaped
        f'<div class="chart-scroll"><svg class="timeline-chart" viewBox="0 0 {WIDTH} {HEIGHT + FOOT}" role="group" '
        f'aria-label="{escape(words)}">{"".join(parts)}</svg></div>'
    )


class _Scale:
    """Days and balances as places in the drawing."""

    def __init__(self, start: Decimal, steps: Sequence[Step], first: dt.date, last: dt.date) -> None:
        self.first, self.days = first, max((last - first).days + 1, 1)
        # What came is drawn before what left: the top of a day is the balance between the two.
        tops = [start, *(step.balance + step.left for step in steps), *(step.balance for step in steps)]
        self.high, self.low = max(Decimal(1), *tops), min(Decimal(0), start, *(step.balance for step in steps))

    def x(self, day: dt.date) -> int:
        return (day - self.first).days * WIDTH // self.days

    def y(self, balance: Decimal) -> int:
        return TOP + int((self.high - balance) * (HEIGHT - TOP) / (self.high - self.low))

    @property
    def slot(self) -> int:
        return max(WIDTH // self.days, LEAST)


def _line(start: Decimal, steps: Sequence[Step], scale: _Scale) -> str:
    points = [f"M0 {scale.y(start)}"]
    for step in steps:
        points.append(f"H{scale.x(step.day)}V{scale.y(step.balance)}")
    return f'<path class="timeline-line" d="{"".join(points)}H{WIDTH}"/>'


def _shortages(start: Decimal, steps: Sequence[Step], scale: _Scale) -> str:
    """What is below zero, shaded."""
    found, balance, x = [], start, 0
    for step_x, after in [*((scale.x(step.day), step.balance) for step in steps), (WIDTH, start)]:
        if balance < 0 and step_x > x:
            top = scale.y(Decimal(0))
            found.append(
                f'<rect class="timeline-short" x="{x}" y="{top}" width="{step_x - x}" '
                f'height="{scale.y(balance) - top}"/>'
            )
        balance, x = after, step_x
    return "".join(found)


def _axis(scale: _Scale) -> str:
    zero = scale.y(Decimal(0))
    return f'<line class="chart-axis" x1="0" x2="{WIDTH}" y1="{zero}" y2="{zero}"/>'


def _mark(before: Decimal, step: Step, scale: _Scale) -> str:
    """A step up for what comes, a step down for what leaves; the whole height can be tapped."""
    x, half = scale.x(step.day), max(scale.slot // 2 - 1, 4)
    between = before + step.came
    bars = [
        _bar("timeline-in", x, half, scale.y(before), scale.y(between)) if step.came else "",
        _bar("timeline-out", x + (half if step.came else 0), half, scale.y(between), scale.y(step.balance))
        if step.left
        else "",
    ]
    words = [formats.day(step.day)]
    if step.came:
        words.append(_("%(quantity)s in", quantity=formats.quantity(step.came)))
    if step.left:
        words.append(_("%(quantity)s out", quantity=formats.quantity(step.left)))
    words.append(_("then %(quantity)s", quantity=formats.quantity(step.balance)))
    title = escape(", ".join(words))
    return (
        f'<a href="{escape(step.url)}" aria-label="{title}"><title>{title}</title>{"".join(bars)}'
        f'<rect class="timeline-hit" x="{x}" y="0" width="{scale.slot}" height="{HEIGHT}"/></a>'
    )


def _bar(kind: str, x: int, width: int, one: int, other: int) -> str:
    return (
        f'<rect class="{kind}" x="{x}" y="{min(one, other)}" width="{width}" '
        f'height="{max(abs(one - other), 2)}" rx="2"/>'
    )


def _day_labels(scale: _Scale) -> list[str]:
    every = max(7, -(-scale.days // MOST_LABELS))
    days = [scale.first + dt.timedelta(days=number) for number in range(0, scale.days, every)]
    return [_text(scale.x(day) + 2, HEIGHT + 50, formats.short_day(day)) for day in days]


def _text(x: int, y: int, text: str) -> str:
    return f'<text class="chart-text" x="{x}" y="{y}">{escape(text)}</text>'
