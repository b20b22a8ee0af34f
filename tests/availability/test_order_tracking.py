"""The checks of section 10: links without any action, messages about supply, surplus."""

from __future__ import annotations

from services.availability.order_tracking import Action, Dampeners, Tracked, add_messages, track
from tests.builders import d, day

SALE, BUY = Tracked("sale", day("2026-03-10"), d(-10)), Tracked("buy", day("2026-03-08"), d(10))


def test_demand_and_supply_are_linked_in_the_order_of_entry():
    other = Tracked("second", day("2026-03-01"), d(-4))
    found = track([SALE, BUY, other, Tracked("stock", None, d(3), stock=True)])
    assert found["sale"].links == [("stock", d(3)), ("buy", d(7))]
    assert found["second"].links == [("buy", d(3))]
    assert (found["second"].untracked, found["buy"].untracked) == (1, 0)


def test_a_late_supply_keeps_its_link_and_is_to_be_rescheduled():
    late = Tracked("buy", day("2026-03-15"), d(10))
    found = track([SALE, late])
    add_messages(found)
    assert (found["buy"].links, found["buy"].action) == ([("sale", d(10))], Action.RESCHEDULE)
    assert found["buy"].new_date == SALE.date
    calm = track([SALE, late])
    add_messages(calm, Dampeners(days=5))
    assert calm["buy"].action is None


def test_surplus_is_cut_back_or_cancelled_and_a_gap_asks_for_new():
    alone = track([BUY])
    add_messages(alone)
    assert (alone["buy"].untracked, alone["buy"].action) == (10, Action.CANCEL)
    more = track([SALE, Tracked("buy", day("2026-03-15"), d(12))])
    add_messages(more)
    assert (more["buy"].action, more["buy"].new_quantity) == (Action.RESCHEDULE_AND_CHANGE, 10)
    less = track([SALE, Tracked("buy", day("2026-03-08"), d(6))])
    add_messages(less)
    assert (less["sale"].action, less["sale"].new_quantity, less["buy"].action) == (Action.NEW, 4, None)
