"""Who blocks something or changes a cost says why; costs stay hidden without the right (items.md section 21)."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from core.errors import DomainError, ValidationError, errors_of
from core.unit_of_work import perform
from models import AuditEntry, Permission, RoleName, User
from services import bulk_edits, items, jobs, users
from services.bulk_edits import RowEdit, carry_out, undo_last
from services.catalog.entries import create_entry, update_entry
from services.exchange import handlers
from services.exchange.kinds import export_rows
from services.items.reasons import BLOCK_REASON, COST_REASON
from services.items.timeline import timeline_of
from services.items.variants import save_variant
from tests.blueprints.test_items import edited
from tests.items.test_templates_pages import kept
from tests.services.item_shop import TODAY, ItemShop
from tests.support.imports import Importer
from tests.support.item_pages import ItemPages, error_beside, words

HEAD = "No.;Description;Unit cost;Sales blocked;Unit price"
COSTS = ("unit_cost", "standard_cost", "indirect_cost_percent", "overhead_rate")


@pytest.fixture
def shop(each_session):
    return ItemShop(each_session)


@pytest.fixture
def pages(app, login):
    made = ItemPages(app)
    login(made.client, "owner")
    made.item("BOLT", unit_cost="2")
    return made


def reasons_of(session, item):
    """Field -> reason of the item's changes."""
    rows = session.execute(
        select(AuditEntry.field, AuditEntry.reason).where(AuditEntry.item_id == item.id, AuditEntry.action == "changed")
    )
    return dict(rows.tuples().all())


@pytest.mark.parametrize("name", COSTS)
def test_a_cost_changes_only_for_a_reason_that_is_kept(each_session, shop, name):
    item = shop.item("ONE")

    with pytest.raises(DomainError) as refused:
        items.update_item(each_session, item, {name: Decimal(7), "shelf_no": "A1", COST_REASON: " "})
    assert [(error.code, error.field) for error in errors_of(refused.value)] == [("reason_required", COST_REASON)]
    assert (getattr(item, name), item.shelf_no) == (0, "")

    items.update_item(each_session, item, {name: Decimal(7), "shelf_no": "A1", COST_REASON: "new price list"})
    kept = reasons_of(each_session, item)
    assert (kept[name], kept["shelf_no"]) == ("new price list", "")


def test_a_reason_belongs_to_its_own_change_only(each_session, shop):
    item = shop.item("ONE")
    items.update_item(each_session, item, {"unit_cost": Decimal(7), COST_REASON: "new price list"})

    items.update_item(each_session, item, {"unit_cost": Decimal(8)})
    items.update_item(each_session, item, {"unit_cost": Decimal(8), COST_REASON: "", BLOCK_REASON: ""})

    said = each_session.scalars(
        select(AuditEntry.reason).where(AuditEntry.field == "unit_cost").order_by(AuditEntry.id)
    ).all()
    assert said == ["new price list", ""]


def test_blocking_takes_the_block_reason_and_freeing_needs_one_of_its_own(each_session, shop):
    item = shop.item("ONE")
    with pytest.raises(DomainError) as refused:
        items.update_item(each_session, item, {"blocked": True, BLOCK_REASON: ""})
    assert [(error.code, error.field) for error in errors_of(refused.value)] == [("reason_required", BLOCK_REASON)]

    items.update_item(each_session, item, {"blocked": True, "block_reason": "recall", BLOCK_REASON: ""})
    assert reasons_of(each_session, item)["blocked"] == "recall"

    with pytest.raises(DomainError):
        items.update_item(each_session, item, {"blocked": False, BLOCK_REASON: ""})
    assert item.blocked
    items.update_item(each_session, item, {"blocked": False, BLOCK_REASON: "checked"})
    assert reasons_of(each_session, item)["blocked"] == "checked"


def test_a_variant_is_blocked_for_a_reason(each_session, shop):
    item = shop.item("ONE")
    variant = save_variant(each_session, item, {"code": "RED"})

    with pytest.raises(ValidationError) as refused:
        save_variant(each_session, item, {"sales_blocked": True, BLOCK_REASON: ""}, variant)
    assert (refused.value.code, variant.sales_blocked) == ("reason_required", False)

    save_variant(each_session, item, {"sales_blocked": True, BLOCK_REASON: "faded"}, variant)
    assert reasons_of(each_session, item)["sales_blocked"] == "faded"


def test_a_bulk_edit_asks_once_for_all(each_session, shop):
    one, two = shop.item("ONE"), shop.item("TWO")
    user = User(email="a@b.example", fs_uniquifier="x")
    each_session.add(user)
    each_session.flush()
    by_name = {single.name: single for single in bulk_edits.fields_for(each_session, frozenset(Permission))}
    fields = [by_name["unit_cost"], by_name["shelf_no"]]

    def edit(reason, **cells):
        edits = [RowEdit(item.id, cells) for item in (one, two)]
        return carry_out(each_session, edits, fields, only_good=False, user_id=user.id, reason=reason)

    with pytest.raises(ValidationError) as refused, each_session.begin_nested():
        edit(" ", unit_cost="3")
    assert refused.value.code == "reason_required"
    assert len(edit("", shelf_no="A1").good) == 2
    assert len(edit("dearer steel", unit_cost="3").good) == 2
    assert [reasons_of(each_session, item)["unit_cost"] for item in (one, two)] == ["dearer steel"] * 2

    assert not undo_last(each_session, user.id, frozenset(Permission)).refused
    assert reasons_of(each_session, one)["unit_cost"] == "Bulk edit undone"


def test_the_page_asks_beside_the_field_and_the_timeline_tells(pages):
    html = pages.client.get("/items/BOLT/edit").text
    assert 'name="cost_change_reason"' in html
    assert 'name="block_change_reason"' in html
    form = edited(pages, "BOLT", unit_cost="3", sales_blocked="y")

    refused = pages.client.send("/items/BOLT/edit", form)
    assert refused.status_code == 422
    assert "say why" in error_beside(refused, "cost_change_reason")
    assert "say why" in error_beside(refused, "block_change_reason")
    assert 'value="3"' in refused.text

    said = form | {"cost_change_reason": "new price list", "block_change_reason": "recall"}
    assert pages.client.send("/items/BOLT/edit", said).status_code == 303
    shown = words(pages.client.get("/items/BOLT/timeline"))
    assert "because: new price list" in shown
    assert "because: recall" in shown


@pytest.mark.parametrize("path", ["/items/BOLT/timeline", "/audit/item/{id}", "/items/BOLT"])
def test_costs_are_hidden_everywhere_without_the_right(pages, login, path):
    form = edited(pages, "BOLT", unit_cost="98.76", shelf_no="S7", cost_change_reason="dear")
    assert pages.client.send("/items/BOLT/edit", form).status_code == 303
    url = path.format(id=pages.do(lambda session: items.get_item(session, "BOLT").id))
    assert "98.76" in words(pages.client.get(url))
    login(pages.client, "viewer")

    shown = words(pages.client.get(url))
    assert "S7" in shown
    assert "98.76" not in shown
    assert "dear" not in shown


def test_the_timeline_leaves_costs_out(each_session, shop):
    item = shop.item("BOLT")
    items.update_item(each_session, item, {"unit_cost": Decimal(5), "shelf_no": "S7"})

    fields = [
        event.change.field
        for event in timeline_of(each_session, item, kinds=("change",), costs=False).events
        if event.change
    ]
    assert "Shelf no." in fields
    assert "Unit cost" not in fields


def test_a_variant_is_blocked_on_the_page_only_with_the_right(pages, login):
    pages.do(lambda session: save_variant(session, items.get_item(session, "BOLT"), {"code": "RED"}))
    url = "/items/BOLT/variants"
    assert 'name="block_change_reason"' in pages.client.get(url + "?edit=RED").text
    row = {"edit": "RED", "code": "RED", "description": "Red", "blocked": "y"}
    refused = pages.client.send(url, row)
    assert refused.status_code == 422
    assert error_beside(refused, "block_change_reason")
    assert pages.client.send(url, row | {"block_change_reason": "faded"}).status_code == 303

    login(pages.client, "buyer")
    html = pages.client.get(url + "?edit=RED").text
    assert 'name="description"' in html
    assert 'name="blocked"' not in html


@pytest.fixture
def importer(world, tmp_path):
    made = Importer(world.session, tmp_path)
    made.run("items", f"{HEAD}\nA1;First;2;no;5\n")
    return made


def said_of(importer, field):
    importer.session.rollback()
    found = importer.session.scalars(
        select(AuditEntry.reason).where(AuditEntry.field == field).order_by(AuditEntry.id)
    ).all()
    importer.session.rollback()
    return found


def test_the_reason_of_a_file_is_its_column_or_its_name(importer):
    importer.run("items", f"{HEAD};Reason\nA1;First;3;yes;6;dearer steel\n")
    assert said_of(importer, "unit_cost") == ["dearer steel"]
    assert said_of(importer, "sales_blocked") == ["dearer steel"]
    assert said_of(importer, "unit_price") == [""]

    importer.run("items", f"{HEAD}\nA1;First;4;yes;6\n")
    assert said_of(importer, "unit_cost") == ["dearer steel", "brought.csv"]


def run_as(importer, role, kind, text):
    """The check of a file for somebody of this role; the faulty rows' sentences by line."""
    user = perform(
        importer.session,
        lambda s: (
            users.create_user(
                s, users.UserDetails(email=f"{role}@shop.example", full_name=role, roles=(RoleName(role),)), "x"
            ).id
        ),
    )
    request = importer.request(kind, importer.file(text))
    job_id = perform(importer.session, lambda s: jobs.enqueue(s, "import-check", request.parameters(), user).id)
    importer.runner.run(job_id)
    return [(fate.key, fate.fate.value, fate.message) for fate in importer.outcome(job_id).fates]


def test_an_import_asks_for_the_block_right_row_by_row(importer):
    text = f"{HEAD}\nA1;First;2;yes;5\nA2;Second;2;yes;5\nA3;Third;2;no;5\n"
    first, second, third = run_as(importer, "buyer", "items", text)
    assert first[1] == second[1] == "error"
    assert first[2] == second[2] == "Sales blocked: you have no right to change blocking."
    assert third[1] == "create"


def test_an_import_asks_for_the_cost_right_row_by_row(importer, monkeypatch):
    monkeypatch.setattr(handlers, "_rights", lambda _session, _user: frozenset({Permission.ITEMS_EDIT}))
    outcome = importer.run("items", f"{HEAD}\nA1;First;3;no;5\n", dry=True)
    assert [fate.message for fate in outcome.fates] == [
        "Unit cost: you have no right to change costs and posting groups."
    ]
    unchanged = importer.run("items", f"{HEAD}\nA1;Other;2;no;5\n", dry=True)
    assert unchanged.counts["update"] == 1


def test_variants_of_a_file_are_blocked_only_with_the_right(importer):
    importer.run("variants", "Item;Code;Description\nA1;RED;Red\n")
    text = "Item;Code;Blocked\nA1;RED;yes\n"
    ((_key, fate, message),) = run_as(importer, "buyer", "variants", text)
    assert (fate, message) == ("error", "You have no right to change blocking.")
    importer.run("variants", text)
    assert said_of(importer, "blocked") == ["brought.csv"]


def test_an_export_has_no_costs_for_who_may_not_see_them(importer):
    headings, _rows = export_rows(importer.session, "items", costs=False)
    assert not {"Unit cost", "Standard cost", "Last direct cost", "Profit %", "Costing method"} & set(headings)
    assert {"Unit cost", "Profit %"} <= set(export_rows(importer.session, "items")[0])


def test_a_template_on_items_asks_once_why_costs_or_the_blocking_change(pages):
    nut = pages.item("NUT", unit_cost="2")
    kept(pages, "DEAR", unit_cost=Decimal(9), shelf_no="A-1")
    form = {"ids": [nut], "template_id": "DEAR", "overwrite": "y"}

    assert 'name="reason"' in pages.client.get(f"/item-templates/apply?ids={nut}").text
    refused = pages.client.send("/item-templates/apply", form)
    assert refused.status_code == 422
    assert "Say why" in error_beside(refused, "reason")
    assert pages.field("NUT", "shelf_no") == ""
    assert pages.client.send("/item-templates/apply", form | {"reason": "dearer steel"}).status_code == 303
    assert (pages.field("NUT", "shelf_no"), pages.field("NUT", "unit_cost")) == ("A-1", 9)
    assert "dearer steel" in words(pages.client.get("/items/NUT/timeline"))


def test_what_a_catalog_entry_costs_changes_for_a_reason_the_file_being_one(each_session, shop, tmp_path):
    entry = create_entry(each_session, {"no": "C-1", "description": "Pump"}, on=TODAY)
    each_session.commit()

    with pytest.raises(ValidationError) as refused:
        update_entry(each_session, entry, {"negotiated_cost": Decimal(7), COST_REASON: ""})
    assert (refused.value.code, refused.value.field, entry.negotiated_cost) == ("reason_required", COST_REASON, 0)
    perform(each_session, lambda s: update_entry(s, entry, {"negotiated_cost": Decimal(7), COST_REASON: "new list"}))
    importer = Importer(each_session, tmp_path)
    importer.run("catalog-items", importer.file(b"Entry no.,Negotiated cost\nC-1,8\n", "spring.csv"))

    said = each_session.scalars(select(AuditEntry.reason).where(AuditEntry.field == "negotiated_cost")).all()
    assert said == ["new list", "spring.csv"]
