"""`set` and `standard_cost_change`: a user changes set-up or an item card."""

from __future__ import annotations

from sqlalchemy.orm import Session

from services.company import edit_inventory_setup, edit_ledger_setup
from services.items import get_item, update_item
from services.scenario.play import Play
from services.scenario.registry import action
from services.scenario.setup import CONFIRMED
from services.scenario.setup_items import block_variants, card_fields
from services.scenario.setup_shapes import INVENTORY_SETUP, ITEM_CARD, LEDGER_SETUP
from services.scenario.shapes import Values, decimal, record, word


@action(
    "set",
    record(
        {
            "inventory_setup": record(INVENTORY_SETUP),
            "general_ledger_setup": record(LEDGER_SETUP),
            "item": word,
            **ITEM_CARD,
        },
        one_of_keys=("inventory_setup", "general_ledger_setup", "item"),
    ),
)
def set_values(play: Play, given: Values) -> None:
    """Inventory set-up, posting dates and roundings, or fields of one item's card."""
    if "general_ledger_setup" in given:
        play.write(lambda session: edit_ledger_setup(session, given["general_ledger_setup"], confirmed=CONFIRMED))
        return
    if "inventory_setup" in given:
        play.write(lambda session: edit_inventory_setup(session, given["inventory_setup"], confirmed=CONFIRMED))
        return
    no = play.item(given["item"]).no

    def change(session: Session) -> None:
        item = get_item(session, no)
        changes = {name: value for name, value in card_fields(session, given).items() if name != "item"}
        if changes:
            update_item(session, item, changes)
        block_variants(session, item, given.get("blocked_variants", ()))

    play.write(change)


@action("standard_cost_change", record({"item": word, "standard_cost": decimal}, required=("item", "standard_cost")))
def standard_cost_change(play: Play, given: Values) -> None:
    """The card's standard cost, and nothing that is posted."""
    no = play.item(given["item"]).no

    def change(session: Session) -> None:
        update_item(session, get_item(session, no), {"standard_cost": given["standard_cost"]})

    play.write(change)
