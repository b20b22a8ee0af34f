"""Stories that hold, stories that do not, and what is said about them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from core.unit_of_work import perform
from models import ItemLedgerEntry
from services.scenario.player import play_scenario
from services.scenario.reader import read_text
from services.scenario.setup import prepare_company

ITEM = "setup: {items: [{no: BOLT}, {no: NUT, tracking: lot}], locations: [{code: BLUE}]}\n"
BUY = "  - {id: P1, date: 2026-01-05, item_journal: {type: purchase, item: BOLT, qty: 4, unit_cost: 10}}\n"


@pytest.fixture
def play(session):
    """Play `steps` (YAML) with the two items; the lines of what did not hold."""
    perform(session, prepare_company)

    def run(steps: str, setup: str = ITEM) -> list[str]:
        outcome = play_scenario(session, read_text(f"scenario: s\n{setup}steps:\n{steps}", "s.yaml"))
        return [str(failure) for failure in outcome.failures]

    return run


def test_a_story_whose_figures_hold_says_nothing(play):
    failures = play(
        BUY
        + """
  - {id: S1, item_journal: {type: sale, item: BOLT, qty: 1, unit_amount: 25}}
  - adjust_cost: {}
  - expect:
      item_ledger_entries: {item: BOLT, rows: [{type: purchase, qty: 4, remaining_qty: 3}, {type: sale, qty: -1}]}
      value_entries: {of: S1, rows: [{entry_type: direct_cost, cost_actual: -10, sales_amount: 25, adjustment: false}]}
      applications: {item: BOLT, rows: [{inbound: P1, outbound: S1, qty: 1}]}
      cost_of: {P1: 40, S1: -10}
      gl: {inventory: 30, cogs: 10, direct_cost_applied: -40}
      gl_balanced: true
      item: {BOLT: {inventory: 3, unit_cost: 10, last_direct_cost: 10, cost_is_adjusted: true}}
      inventory: {BOLT: {"": 3, BLUE: 0}}
      valuation: {date: 2026-01-31, item: BOLT, qty: 3, value: 30}
  - expect: {valuation: {date: 2026-01-04, item: BOLT, qty: 0, value: 0}, posted_nothing: true}
"""
    )

    assert failures == []


def test_each_figure_that_does_not_hold_is_one_line_with_file_line_step_expected_and_found(play):
    failures = play(BUY + "  - {expect: {cost_of: {P1: 41}, item: {BOLT: {inventory: 5}}}}\n")

    assert failures == [
        "s.yaml:5 step 2: cost_of P1: expected 41, found 40",
        "s.yaml:5 step 2: item BOLT inventory: expected 5, found 4",
    ]


def test_more_or_fewer_rows_are_one_line(play):
    failures = play(BUY + "  - {expect: {item_ledger_entries: {item: BOLT, rows: [{qty: 4}, {qty: 5}]}}}\n")

    assert failures == ["s.yaml:5 step 2: item_ledger_entries: expected 2 rows, found 1: [{qty: 4}]"]


def test_rows_in_any_order_each_need_a_row_of_their_own(play):
    rows = "rows: [{valued_qty: 4}, {cost_actual: 7}]"
    buy_more = "  - {item_journal: {type: purchase, item: BOLT, qty: 4, unit_cost: 2}}\n"

    failures = play(BUY + buy_more + "  - {expect: {value_entries: {item: BOLT, order: any, " + rows + "}}}\n")

    assert len(failures) == 1
    assert "row 2: expected {cost_actual: 7}" in failures[0]


def test_figures_compare_after_rounding_to_their_places(play):
    assert play(BUY + '  - {expect: {cost_of: {P1: "40.004"}, inventory: {BOLT: {"": "4.000004"}}}}\n') == []


def test_a_step_that_is_refused_ends_the_story_with_its_code(play, session):
    failures = play(BUY + "  - {item_journal: {type: sale, item: NUT, qty: 1}}\n" + BUY.replace("P1", "P2"))

    assert len(failures) == 1
    assert failures[0].startswith("s.yaml:5 step 2: item_journal: refused: tracking_missing: ")
    assert session.scalar(select(func.count(ItemLedgerEntry.id))) == 1


def test_a_refusal_that_is_expected_holds_and_posts_nothing(play):
    refused = "  - expect_error: {step: {item_journal: {type: sale, item: NUT, qty: 1}}, code: tracking_missing}\n"

    assert play(BUY + refused + "  - {expect: {posted_nothing: true}}\n") == []


def test_another_refusal_than_the_expected_one_does_not_hold(play):
    failures = play(BUY + "  - expect_error: {step: {item_journal: {type: sale, item: NUT, qty: 1}}, code: blocked}\n")

    assert len(failures) == 1
    assert "expected blocked, found tracking_missing: " in failures[0]


def test_what_is_not_refused_does_not_hold(play):
    failures = play("  - {expect_error: {step: " + BUY.strip().removeprefix("- ") + "}}\n")

    assert failures[0] == "s.yaml:4 step 1: expect_error item_journal: expected a refusal, found nothing refused"
    assert "expected nothing posted" in failures[1]


def test_what_the_file_names_and_is_not_there_is_never_a_refusal(play):
    failures = play("  - {date: 2026-01-05, expect_error: {step: {item_journal: {type: sale, item: GHOST, qty: 1}}}}\n")

    assert failures == ["s.yaml:4 step 1: expect_error item_journal: there is no item GHOST"]


def test_posted_nothing_looks_at_the_step_right_before_it(play):
    failures = play(BUY + "  - {expect: {posted_nothing: true}}\n")

    assert len(failures) == 1
    assert failures[0].startswith("s.yaml:5 step 2: posted_nothing: expected true, found {item_ledger_entry: 1, ")


def test_what_is_not_built_fails_by_name_and_is_never_skipped(play, monkeypatch):
    from services.scenario.registry import ACTIONS, EXPECTATIONS, Action, Expectation

    monkeypatch.setitem(ACTIONS, "finish", Action("finish", ACTIONS["finish"].read, None))
    monkeypatch.setitem(EXPECTATIONS, "trace", Expectation("trace", EXPECTATIONS["trace"].read, None))
    failures = play(BUY + "  - {finish: {order: MO1}}\n  - {expect: {trace: {lot: L, direction: forward, rows: []}}}\n")

    assert failures == ["s.yaml:5 step 2: finish: not built yet", "s.yaml:6 step 3: trace: not built yet"]


def test_numbers_of_a_line_become_entries_of_their_own_and_the_rest_is_refused(play):
    lots = "tracking: [{lot: A, qty: 2}, {lot: B, qty: 1}]"
    line = "  - {id: N1, date: 2026-01-05, item_journal: {type: purchase, item: NUT, qty: 3, unit_cost: 2, %s}}\n"
    short = "  - {date: 2026-01-05, expect_error: {step: {item_journal: {type: sale, item: NUT, qty: 4, %s}}, "

    failures = play(
        line % lots
        + "  - expect: {tracking: {item: NUT, rows: [{lot: A, qty: 2}, {lot: B, qty: 1}]}, cost_of: {N1#1: 4, N1: 2}}\n"
        + short % lots
        + "code: tracking_missing}}\n"
    )

    assert failures == []


def test_a_reclassification_is_a_line_of_its_journal_also_back_to_the_blank_location(play):
    there = "{item: BOLT, qty: 3, applies_to: P1, from: {}, to: {location: BLUE}}"
    back = '{item: BOLT, qty: 2, from: {location: BLUE}, to: {location: ""}}'
    other = "{item: BOLT, qty: 1, from: {location: BLUE}, to: {variant: RED}}"

    failures = play(
        BUY
        + f"""
  - {{id: R1, reclassification: {there}}}
  - {{id: R2, reclassification: {back}}}
  - expect:
      inventory: {{BOLT: {{"": 3, BLUE: 1}}}}
      applications:
        item: BOLT
        rows: [{{inbound: P1, outbound: "R1#1", qty: 3}}, {{inbound: "R1#2", outbound: "R2#1", qty: 2}}]
  - {{reclassification: {other}}}
"""
    )

    assert failures == ["s.yaml:13 step 5: reclassification: a reclassification leaves the variant as it is"]


def test_a_number_in_stock_that_is_not_expected_is_told(play):
    line = "{type: purchase, item: NUT, qty: 2, unit_cost: 2, tracking: [{lot: A, qty: 1}, {lot: B, qty: 1}]}"

    failures = play(
        f"  - {{date: 2026-01-05, item_journal: {line}}}\n"
        "  - expect: {tracking: {item: NUT, rows: [{lot: A, qty: 1}]}}\n"
    )

    assert failures == ["s.yaml:5 step 2: tracking NUT: expected no other number, found {lot: B, qty: 1}"]


def test_set_up_goes_through_the_services_and_is_refused_with_its_code(play):
    failures = play("  - {adjust_cost: {}}\n", "setup: {items: [{no: BOLT, costing_method: specific}]}\n")

    assert len(failures) == 1
    assert failures[0].startswith("s.yaml:2: setup: refused: tracking_missing: ")


def test_every_part_of_the_set_up_is_taken_over(play):
    setup = """
setup:
  inventory_setup: {prevent_negative_inventory: true, average_cost_period: accounting_period}
  general_ledger_setup: {amount_rounding: "0.05", allow_posting_from: 2019-01-01, allow_posting_to: }
  locations:
    - {code: WHITE, bins: [A-1, A-2], bin_mandatory: true, require_pick: true}
    - {code: OUT-LOG, in_transit: true}
  responsibility_centers: [{code: LONDON, location: WHITE}]
  items:
    - {no: 0010, units: {BOX: 12, CRATE: 48}, variants: [RED, BLUE], blocked_variants: [BLUE], unit_price: 5,
       unit_cost: 3, skus: [{location: WHITE, variant: RED, unit_cost: 4}]}
    - {no: MILK, tracking: lot_serial, expiration: true, strict_expiration: true, reserve: always}
    - {no: HOUR, type: service}
  item_charges: [P-FREIGHT, TOLL]
  vendors: [{no: VEND}, {no: MILL}]
  customers: [{no: SHOP}]
"""
    line = "item_journal: {type: positive_adjmt, item: 0010, location: WHITE, bin: A-2, qty: 1, uom: CRATE, %s}"

    failures = play(
        "  - expect: {sku: [{item: 0010, location: WHITE, variant: RED, unit_cost: 4}]}\n"
        f"  - {{date: 2019-12-30, {line % 'variant: RED, unit_cost: 100.02'}}}\n"
        f"  - expect_error: {{step: {{{line % 'variant: BLUE'}}}, code: variant_blocked}}\n"
        "  - expect: {bin_contents: {item: 0010, rows: [{location: WHITE, bin: A-2, qty: 48}]}}\n"
        "  - expect: {gl: {inventory: 100}}\n"
        "  - {date: 2018-12-31, expect_error: {step: {item_journal: {type: purchase, item: 0010, qty: 1, variant: RED}}"
        ", code: posting_date_not_allowed}}\n",
        setup,
    )

    assert failures == []


def test_settings_and_cards_change_as_a_user_changes_them(play):
    failures = play(
        BUY
        + "  - set: {item: BOLT, blocked: true}\n"
        + "  - {expect_error: {step: {item_journal: {type: sale, item: BOLT, qty: 1}}, code: item_blocked}}\n"
        + "  - set: {item: BOLT, blocked: false, prevent_negative_inventory: yes}\n"
        + "  - {expect_error: {step: {item_journal: {type: sale, item: BOLT, qty: 5}}, code: negative_inventory}}\n"
        + "  - set: {inventory_setup: {automatic_cost_posting: false}}\n"
        + "  - {item_journal: {type: sale, item: BOLT, qty: 1}}\n"
        + "  - expect: {gl: {inventory: 40, cogs: 0}}\n"
    )

    assert failures == []


def test_names_and_rows_may_be_given_as_short_or_as_exact_as_a_story_needs(play):
    setup = """setup:
  locations: [{code: BLUE}, {code: RED}, {code: OUT, in_transit: true}]
  items: [{no: BOLT}, {no: SAW, tracking: serial}]
"""
    failures = play(
        """
  - set: {general_ledger_setup: {allow_posting_from: 2026-01-02}}
  - {id: J1, date: 2026-01-05, item_journal: {type: purchase, item: BOLT, location: BLUE, qty: 10, unit_cost: 5}}
  - {id: J2, item_journal: {type: purchase, item: SAW, qty: 2, unit_cost: 5, tracking: [{serial: A1}, {serial: A2}]}}
  - id: S1
    sales_order: {location: BLUE, lines: [{id: L1, item: BOLT, qty: 4, unit_price: 9, shipment_date: 2026-02-01}]}
  - {id: SHIPPED, post: {document: S1, ship: true, invoice: true}}
  - {id: R1, sales_credit_memo: {location: BLUE, lines: [{id: L1, item: BOLT, qty: 1, applies_from: SHIPPED}]}}
  - post: {document: R1, invoice: true}
  - {id: P1, purchase_order: {location: BLUE, lines: [{id: L1, item: BOLT, qty: 9, receipt_date: 2026-01-20}]}}
  - {id: T1, transfer_order: {from: BLUE, to: RED, in_transit: OUT, lines: [{id: L1, item: BOLT, qty: 3}]}}
  - {id: S2, sales_order: {location: BLUE, lines: [{id: L1, item: BOLT, qty: 9, shipment_date: 2026-02-01}]}}
  - reserve: {demand: S2.L1, supply: P1.L1}
  - reserve: {demand: T1.L1, supply: J1, qty: 2}
  - {id: IN, post: {document: P1, receive: true, lines: {L1: {receive: 4}}}}
  - expect:
      document: {T1: {lines: {L1: {reserved: 2}}}}
      reservations:
        - {demand: S2.L1, supply: P1.L1, qty: 5}
        - {demand: S2.L1, supply: P1.L1, qty: 4}
        - {demand: T1.L1, supply: J1, qty: 2}
      applications:
        item: BOLT
        rows: [{inbound: J1, outbound: S1.L1, qty: 4}, {inbound: R1.L1, outbound: S1.L1, qty: 1}]
      item_ledger_entries: {item: SAW, serial: A2, rows: [{qty: 1}]}
      cost_of: {IN: 0}
      earliest_date: {item: BOLT, location: RED, qty: 99, date: }
  - expect:
      reservations: [{demand: S2.L1, supply: P1.L1, qty: 9}, {demand: T1.L1, supply: J1, qty: 2}]
      applications: {item: BOLT, rows: [{inbound: J1, outbound: S1.L1, qty: 4}]}
""",
        setup,
    )

    assert failures == []
