"""Switching expected cost posting on and off moves value entries onto the queue and off it."""

from __future__ import annotations

from sqlalchemy import select

from core.unit_of_work import perform
from models import PostValueEntryToGl
from posting.inventory_to_gl import post_inventory_to_gl
from posting.lines import PostingContext
from posting.verify import verify
from services.company import edit_inventory_setup


def switch(world, on):
    values = {"expected_cost_posting_to_gl": on}
    perform(world.session, lambda s: edit_inventory_setup(s, values, confirmed=["expected_cost_changed"]))


def waiting(world):
    return world.session.scalars(select(PostValueEntryToGl.value_entry_id)).all()


def test_what_is_expected_waits_for_the_general_ledger_once_it_is_to_go_there(each_world):
    bolt = each_world.item()
    receipt = each_world.receive(bolt, 4, 5, invoiced=False)
    assert waiting(each_world) == []

    switch(each_world, True)
    assert len(waiting(each_world)) == 1
    switch(each_world, False)
    assert waiting(each_world) == []

    switch(each_world, True)
    context = PostingContext(source_code="INVTPCOST")
    perform(each_world.session, lambda s: post_inventory_to_gl(s, context, per_posting_group=True, document_no="G1"))

    assert receipt.quantity == 4
    assert each_world.gl() == {"invt_accrual_interim": -20, "inventory_interim": 20}
    assert verify(each_world.session) == []
