"""Exact shares of amounts, as the database's scaled integers (x 100,000): costing touches millions of them. Pure."""

from __future__ import annotations


def rounded(numerator: int, denominator: int, unit: int) -> int:
    """`numerator` / `denominator` rounded half away from zero to a multiple of `unit` (scaled integers).

    `unit` is the scaled amount rounding (1,000 for 0.01). Raises ZeroDivisionError when the denominator is zero.
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    step = denominator * unit
    if numerator >= 0:
        return (2 * numerator + step) // (2 * step) * unit
    return -((step - 2 * numerator) // (2 * step) * unit)


def spread(total: int, parts: list[int], whole: int, unit: int, *, carry: bool = True) -> list[int]:
    """`total` x part / `whole` for each part, rounded; with `carry` what rounding cut off goes on to the next part.

    posting-and-costing.md section 12: several documents of one outbound entry carry the remainder, those of a
    return that takes its cost from an outbound entry do not.
    """
    if not carry:
        return [rounded(total * part, whole, unit) for part in parts]
    shares: list[int] = []
    taken = given = 0
    for part in parts:
        taken += part
        share = rounded(total * taken - given * whole, whole, unit)
        shares.append(share)
        given += share
    return shares
