"""Which files are scenarios, and what a file that is none is told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from services.scenario.nodes import FormatError
from services.scenario.reader import not_built, read_file, read_text
from services.scenario.registry import ACTIONS, EXPECTATIONS

HEAD = "scenario: story\nsteps:\n"

#: every key that the format has; a key that is missing here is missing in the player
FORMAT_ACTIONS = [
    "item_journal",
    "purchase_order",
    "purchase_invoice",
    "purchase_return_order",
    "purchase_credit_memo",
    "sales_order",
    "sales_invoice",
    "sales_return_order",
    "sales_credit_memo",
    "service_order",
    "post",
    "change_line",
    "assign_charge",
    "transfer_order",
    "reclassification",
    "revaluation",
    "standard_cost_change",
    "adjust_cost",
    "post_inventory_to_gl",
    "physical_count",
    "assembly_order",
    "production_order",
    "consume",
    "output",
    "finish",
    "reserve",
    "cancel_reservation",
    "undo",
    "delete",
    "unapply",
    "apply",
    "inventory_period",
    "set",
]
FORMAT_EXPECTATIONS = [
    "item_ledger_entries",
    "value_entries",
    "applications",
    "sku",
    "inventory_period",
    "cost_of",
    "gl",
    "gl_balanced",
    "item",
    "inventory",
    "valuation",
    "availability",
    "reservations",
    "document",
    "tracking",
    "trace",
    "able_to_make",
    "bin_contents",
    "earliest_date",
    "posted_nothing",
]


def test_every_key_of_the_format_is_known_and_no_other():
    assert sorted(ACTIONS) == sorted(FORMAT_ACTIONS)
    assert sorted(EXPECTATIONS) == sorted(FORMAT_EXPECTATIONS)


def test_every_file_of_the_collection_is_understood():
    for path in sorted(Path("tests/scenarios").glob("*.yaml")):
        assert read_file(path).steps, path


def test_a_step_has_an_action_with_its_values_and_perhaps_an_id_and_a_date():
    step = read_text(HEAD + "  - {id: P1, date: 2026-01-05, item_journal: {type: purchase, item: A, qty: 1}}\n").steps[
        0
    ]

    assert (step.id, step.date, step.name, step.number) == ("P1", dt.date(2026, 1, 5), "item_journal", 1)
    assert step.value["item"] == "A"


@pytest.mark.parametrize(
    ("steps", "line", "words"),
    [
        ("  - {item_journal: {type: purchase, item: A, qty: 1, quantity: 2}}\n", 3, "unknown key 'quantity'"),
        ("  - {jump: {high: true}}\n", 3, "unknown action 'jump'"),
        ("  - {expect: {weather: fine}}\n", 3, "unknown key 'weather'"),
        ("  - {expect: {gl: {moon: 1}}}\n", 3, "unknown key 'moon'"),
        ("  - {id: A}\n", 3, "exactly one action"),
        ("  - {adjust_cost: {}, expect: {gl_balanced: true}}\n", 3, "exactly one action"),
        ("  - {adjust_cost: }\n", 3, "adjust_cost has no value"),
        ("  - {item_journal: {type: gift, item: A, qty: 1}}\n", 3, "'gift' is none of purchase"),
        ("  - {item_journal: {type: purchase, item: A}}\n", 3, "lacks the key 'qty'"),
        ("  - {id: P, adjust_cost: {}}\n  - {id: P, adjust_cost: {}}\n", 4, "'P' is taken by step 1"),
        ("  - {expect_error: {step: {expect: {gl_balanced: true}}}}\n", 3, "only an action can be refused"),
        ("  - {revaluation: {item: A, unit_cost: 1, value: 2}}\n", 3, "exactly one of unit_cost, value"),
    ],
)
def test_what_the_format_does_not_know_is_refused_with_line_and_key(steps, line, words):
    with pytest.raises(FormatError, match=words) as refused:
        read_text(HEAD + steps)

    assert refused.value.line == line


def test_unknown_keys_of_file_and_set_up_are_refused():
    with pytest.raises(FormatError, match="unknown key 'author'"):
        read_text("scenario: s\nauthor: me\nsteps: []\n")
    with pytest.raises(FormatError, match=r"unknown key 'colour' in the scenario\.setup\.items"):
        read_text("scenario: s\nsetup: {items: [{no: A, colour: red}]}\nsteps: []\n")
    with pytest.raises(FormatError, match="lacks the key 'steps'"):
        read_text("scenario: s\n")


def test_what_is_not_built_is_found_by_name_before_anything_is_played(monkeypatch):
    from services.scenario.registry import Action

    monkeypatch.setitem(ACTIONS, "finish", Action("finish", ACTIONS["finish"].read, None))
    scenario = read_text(HEAD + "  - {adjust_cost: {}}\n  - {finish: {order: MO1}}\n  - {finish: {order: MO2}}\n")

    assert not_built(scenario) == {"finish": (4, 2)}
