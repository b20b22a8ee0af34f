"""Pages of purchase and sales documents: lists, lines in place, posting, posted documents, the clerk's page."""

from __future__ import annotations

import datetime as dt
import re
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select, update

from blueprints import mailing
from core.clock import today
from core.unit_of_work import perform
from models import TradeLineNumber, User
from services.trade import page as pages
from services.trade.corrections import cancel_invoice
from services.trade.line_numbers import Number
from services.trade.work import Work
from tests.builders import d, day
from tests.support.journals import text_of as page_text
from tests.support.pdfs import pages_of, text_of
from tests.support.queries import counted, queries_of
from tests.support.trade import LINE, TradeShop

KINDS = ("quotes", "orders", "invoices", "return-orders", "credit-memos")


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    login(found.client, "owner")
    return found


# ------------------------------------------------------------------------------------------------ lists
@pytest.mark.parametrize("side", ["purchase", "sales"])
@pytest.mark.parametrize("slug", KINDS)
def test_every_kind_has_a_list_a_form_and_a_page(shop, side, slug):
    kind = f"{side}_{slug.removesuffix('s').replace('-', '_')}"
    no = shop.open(kind, ("BOLT", 3), released=False)

    assert f'href="/{side}/{slug}/{no}"' in shop.client.get(f"/{side}/{slug}").text
    assert shop.client.get(f"/{side}/{slug}/new").status_code == 200
    page = shop.client.get(f"/{side}/{slug}/{no}")
    assert page.status_code == 200
    assert 'id="line-10000"' in page.text
    assert "12.00" in page.text  # 3 x 4, in line and totals


@pytest.mark.parametrize(("work", "shown"), [
    (Work.DUE, {"late", "today"}), (Work.OVERDUE, {"late"}), (Work.PARTLY, {"half"}), (Work.TO_INVOICE, {"half"}),
    (Work.OPEN, {"draft"}),
])  # fmt: skip
def test_work_views_show_what_waits(shop, work, shown):
    nos = {
        "late": shop.open("sales_order", ("BOLT", 1), promised_date=day("2025-03-01")),
        "today": shop.open("sales_order", ("BOLT", 1), promised_date=day("2025-03-10")),
        "later": shop.open("sales_order", ("BOLT", 1), promised_date=day("2025-03-20")),
        "half": shop.open("sales_order", ("BOLT", 4), promised_date=day("2025-03-20")),
        "draft": shop.open("sales_order", ("BOLT", 1), released=False, promised_date=day("2025-03-20")),
    }
    shop.post(nos["half"], "handle", said={1: (2, None)})
    _work_date(shop, "2025-03-10")

    html = shop.client.get(f"/sales/orders?work={work.value}").text

    assert {name for name, no in nos.items() if f'href="/sales/orders/{no}"' in html} == shown
    assert ("</svg>Partly shipped" in html) == ("half" in shown)


def _work_date(shop, text):
    with shop.trade() as trade:
        perform(trade.session, lambda s: s.execute(update(User).values(work_date=day(text))))


# ------------------------------------------------------------------------------------------------ new, header
def test_a_document_is_opened_for_a_party_and_the_unknown_one_refused(shop):
    made = shop.client.send("/sales/orders/new", {"party": "CUST", "external_document_no": "X 1"})
    refused = shop.client.send("/sales/orders/new", {"party": "NOBODY", "external_document_no": "kept words"})

    assert made.status_code == 303
    assert "Customer" in shop.client.get(made.headers["Location"]).text
    assert (refused.status_code, "kept words" in refused.text) == (422, True)


def test_a_header_asks_whether_the_lines_follow_and_keeps_what_was_typed(shop):
    no = shop.open("sales_order", ("BOLT", 1), released=False)
    url = f"/sales/orders/{no}/header"
    form = _fields(shop.client.get(url).text, "header-form") | {"requested_date": "2025-05-05"}

    asked = shop.client.send(url, form)
    done = shop.client.send(url, form | {"answer": "lines_follow"})

    assert asked.status_code == 422
    assert 'value="lines_follow"' in asked.text
    assert "2025-05-05" in asked.text
    assert done.status_code == 303
    assert shop.lines(no)[0].requested_date == day("2025-05-05")
    form = _fields(shop.client.get(url).text, "header-form") | {"expected_date": "2020-01-02", "requested_date": ""}
    assert shop.client.send(url, form | {"answer": "lines_follow"}).status_code == 303
    page = shop.client.get(f"/sales/orders/{no}").text
    assert "The shipment date 2 Jan 2020 lies before today." in page
    assert "ships 2 Jan 2020, before today" in page
    bought = shop.open("purchase_order", ("BOLT", 1), released=False, requested_date=day("2020-02-03"))
    assert "to be ordered 3 Feb 2020, before today" in shop.client.get(f"/purchase/orders/{bought}").text


def test_a_stale_header_is_told_who_changed_what(shop, app, login):
    no = shop.open("sales_order", ("BOLT", 1), released=False)
    url = f"/sales/orders/{no}/header"
    form = _fields(shop.client.get(url).text, "header-form")
    assert shop.client.send(url, form | {"your_reference": "theirs"}).status_code == 303

    stale = shop.client.send(url, form | {"your_reference": "mine"})

    assert stale.status_code == 409
    assert "Owner changed" in stale.text
    assert "theirs" in stale.text
    assert 'value="mine"' in stale.text


def _fields(html, form_id):
    """What the form would send untouched."""
    form = html[html.index(f'id="{form_id}"') :]
    form = form[: form.index("</form>")]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf'\b{part}="([^"]*)"', tag) for part in ("name", "value"))
        if name and 'type="checkbox"' not in tag and name[1] != "csrf_token":
            found[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = [tag for tag in re.findall(r"<option[^>]*>", options) if "selected" in tag]
        found[name] = re.search(r'value="([^"]*)"', chosen[0])[1] if chosen else ""
    return found


# ------------------------------------------------------------------------------------------------ lines
def test_a_line_is_added_in_the_grid_with_a_new_one_behind_it(shop):
    no = shop.open("sales_order", released=False)

    answer = shop.client.send(f"/sales/orders/{no}/lines", {"item": "4006381333931", "quantity": "6"}, htmx=True)

    assert answer.status_code == 200
    assert 'id="line-10000"' in answer.text
    assert 'id="line-new"' in answer.text
    assert 'id="document-totals" hx-swap-oob="true"' in answer.text
    (line,) = shop.lines(no)
    assert (line.quantity, line.unit_amount, line.line_amount, line.qty_to_handle) == (6, 5, 30, 6)


def test_proposing_fills_in_and_writes_nothing(shop):
    no = shop.open("sales_order", released=False)

    answer = shop.client.send(f"/sales/orders/{no}/propose", {"item": "BOLT", "quantity": ""}, htmx=True)

    assert answer.status_code == 200
    assert 'value="Bolt"' in answer.text
    assert ">50<" in re.sub(r"\s", "", answer.text)  # in stock
    assert shop.lines(no) == []


@pytest.mark.parametrize(("values", "field"), [
    ({"item": "NO-SUCH", "quantity": "1"}, "item"),
    ({"item": "", "quantity": "1"}, "item"),
    ({"item": "BOLT", "quantity": "many"}, "quantity"),
    ({"item": "BOLT", "quantity": "1", "line_discount_percent": "101"}, "line_discount_percent"),
])  # fmt: skip
def test_a_bad_line_is_refused_beside_its_field_and_kept(shop, values, field):
    no = shop.open("sales_order", released=False)

    answer = shop.client.send(f"/sales/orders/{no}/lines", values, htmx=True)

    assert answer.status_code == 422
    assert f'id="line-new-{field}-error"' in answer.text
    assert shop.lines(no) == []


def test_a_stale_line_is_told_and_saved_the_second_time(shop):
    no = shop.open("sales_order", ("BOLT", 5), released=False)
    url = f"/sales/orders/{no}/lines/{LINE}"
    assert shop.client.send(url, {"quantity": "7", "version": "1"}, htmx=True).status_code == 200

    stale = shop.client.send(url, {"quantity": "9", "version": "1"}, htmx=True)
    version = re.search(r'name="version" value="(\d+)"', stale.text)[1]
    again = shop.client.send(url, {"quantity": "9", "version": version}, htmx=True)

    assert stale.status_code == 409
    assert "Owner changed" in stale.text
    assert 'value="9"' in stale.text
    assert again.status_code == 200
    assert shop.lines(no)[0].quantity == 9
    # who left the quantity as it was shown does not put it in place of the other's
    shown = {"quantity": "5", "description": "old", "version": "1", "shown": '{"quantity": "5", "description": "old"}'}
    merged = shop.client.send(url, shown | {"description": "mine"}, htmx=True)
    assert merged.status_code == 409
    assert "Quantity was “5” and is “9” now." in page_text(merged)
    both = page_text(shop.client.send(url, shown | {"quantity": "8"}, htmx=True))
    assert "Owner changed this line while it was open here." in both
    assert "Quantity was “5” and is “9” now; you say “8”." in both
    assert [
        re.search(rf'name="{name}"[^>]*value="([^"]*)"', merged.text)[1] for name in ("quantity", "description")
    ] == [
        "9",
        "mine",
    ]


def test_a_scan_adds_a_line_and_then_counts_it_up(shop):
    no = shop.open("sales_order", released=False)
    for _ in range(2):
        assert shop.client.send(f"/sales/orders/{no}/scan", {"code": "4006381333931"}, htmx=True).status_code == 200
    unknown = shop.client.send(f"/sales/orders/{no}/scan", {"code": "9999"}, htmx=True)

    assert [line.quantity for line in shop.lines(no)] == [2]
    assert unknown.status_code == 422
    assert "No item has the code" in unknown.text


def test_rows_of_a_spreadsheet_are_all_added_or_none(shop):
    no = shop.open("purchase_order", released=False)
    url = f"/purchase/orders/{no}/paste"

    bad = shop.client.send(url, {"text": "BOLT\t5\nWRONG\t2\nNUT\tx"}, htmx=True)
    refused = shop.client.send(url, {"text": "Item\tQuantity\n\nBOLT\t5\nNUT\t0.000001"}, htmx=True)
    late = shop.client.send(url, {"text": "Item\tQuantity\n\nBOLT\t5\nNUT\t99999999999999"}, htmx=True)
    good = shop.client.send(url, {"text": "Item\tQuantity\tPrice\nBOLT\t5\t1.25\nNUT\t2"}, htmx=True)

    assert bad.status_code == 422
    assert "Row 4" in refused.text
    assert "Row 4" in late.text
    assert "Row 2" in bad.text
    assert "Row 3" in bad.text
    assert good.headers["HX-Redirect"].endswith(no)
    assert [(line.quantity, line.unit_amount) for line in shop.lines(no)] == [(5, d("1.25")), (2, 1)]


def test_pasted_codes_bring_their_lots_along(shop):
    with shop.trade() as trade:
        code = trade.world.tracking_code("LOTS", lot_specific=True)
        trade.item("CREAM", item_tracking_code_id=code.id, unit_cost=1, gtin="4012345678901")
    no = shop.open("purchase_order", released=False)
    raw = "010401234567890110L7\x1d304"  # as a scanner sends it, with the separator
    rows = [raw, "(01)04012345678901(10)L8\t3", "(01)04006381333931(10)L9\t2"]

    added = shop.client.send(f"/purchase/orders/{no}/paste", {"text": "\n".join(rows)}, htmx=True)

    assert added.headers["HX-Redirect"].endswith(no)
    assert [line.quantity for line in shop.lines(no)] == [4, 3, 2]
    with shop.trade() as trade:
        numbers = trade.session.execute(select(TradeLineNumber.lot_no, TradeLineNumber.quantity))
        assert sorted(numbers.tuples()) == [("L7", 4), ("L8", 3)]  # BOLT carries no lots


def test_a_released_document_locks_quantity_and_leaves_what_moves(shop):
    no = shop.open("sales_order", ("BOLT", 5))
    url = f"/sales/orders/{no}/lines/{LINE}"

    locked = shop.client.send(url, {"quantity": "7", "version": "1"}, htmx=True)
    moved = shop.client.send(url, {"qty_to_handle": "2", "version": "1"}, htmx=True)

    assert locked.status_code == 422
    assert "Reopen the document first." in locked.text
    assert moved.status_code == 200
    assert (shop.lines(no)[0].quantity, shop.lines(no)[0].qty_to_handle) == (5, 2)


def test_a_charge_a_comment_and_lots_go_through_the_sheet(shop):
    no = shop.open("purchase_invoice", ("BOLT", 5), released=False)
    url = f"/purchase/invoices/{no}"

    sheet = shop.client.get(f"{url}/add?type=item_charge")
    charge = shop.client.send(f"{url}/lines", {
        "type": "item_charge", "item_charge": "P-FREIGHT", "quantity": "1", "unit_amount": "20", "sheet": "1",
    })  # fmt: skip
    comment = shop.client.send(f"{url}/lines", {"type": "comment", "description": "Read me", "sheet": "1"})
    target = f"l-{shop.lines(no)[0].id}"
    nothing = shop.client.send(f"{url}/lines/20000/charge", {"method": "amount"})
    shown = shop.client.send(f"{url}/lines/20000/charge", {"method": "equally", "target": target, "shares": "1"})
    assert ("20.00" in shown.text, "Would carry" in shown.text) == (True, True)
    assert "20.00" not in shop.client.get(f"{url}/lines/20000/charge").text.split("<table")[1]  # nothing was written
    assigned = shop.client.send(f"{url}/lines/20000/charge", {"method": "amount", "target": target})

    assert sheet.status_code == 200
    assert (charge.status_code, comment.status_code, assigned.status_code) == (303, 303, 303)
    assert nothing.status_code == 422
    assert [line.type.value for line in shop.lines(no)] == ["item", "item_charge", "comment"]
    assert "20.00" in shop.client.get(f"{url}/lines/20000/charge").text


# ------------------------------------------------------------------------------------------------ posting
def test_preview_shows_and_writes_nothing_then_posting_leaves_shipment_and_invoice(shop):
    no = shop.open("sales_order", ("BOLT", 5))
    url = f"/sales/orders/{no}"
    form = shop.dialog(url) | {"what": "both"}

    preview = shop.client.send(f"{url}/preview", form, htmx=True)
    assert preview.status_code == 200
    assert "5 go out" in preview.text
    assert shop.posted() == []
    answer = shop.client.send(f"{url}/post", form)

    assert answer.status_code == 303
    assert [type_ for type_, _no in shop.posted()] == ["sales_shipment", "sales_invoice"]
    assert answer.headers["Location"].startswith("/sales/posted/posted-invoices/")
    page = shop.client.get(answer.headers["Location"]).text
    assert "20.00" in page
    assert shop.lines(no) == []


def test_posting_twice_with_one_key_posts_once(shop):
    no = shop.open("sales_order", ("BOLT", 5))
    form = shop.dialog(f"/sales/orders/{no}") | {"what": "both"}

    first = shop.client.send(f"/sales/orders/{no}/post", form)
    second = shop.client.send(f"/sales/orders/{no}/post", form)

    assert first.headers["Location"] == second.headers["Location"]
    assert len(shop.posted()) == 2


def test_a_part_is_received_and_the_rest_stays(shop):
    no = shop.open("purchase_order", ("NUT", 10))
    line = shop.lines(no)[0]

    answer = shop.post_page(f"/purchase/orders/{no}", "handle", **{f"handle-{line.id}": "4"})

    assert answer.headers["Location"] == f"/purchase/orders/{no}"
    after = shop.lines(no)[0]
    assert (after.qty_handled, after.outstanding_qty, after.qty_invoiced) == (4, 6, 0)
    assert "4 received" in shop.client.get(f"/purchase/orders/{no}").text


@pytest.mark.parametrize(("quantity", "sentence"), [("11", "10"), ("-1", "sign"), ("x", "not a number")])
def test_a_quantity_that_cannot_be_moved_is_refused_at_its_line_and_kept(shop, quantity, sentence):
    no = shop.open("purchase_order", ("NUT", 10))
    line = shop.lines(no)[0]

    answer = shop.post_page(f"/purchase/orders/{no}", "handle", **{f"handle-{line.id}": quantity})

    assert answer.status_code == 422
    assert f'id="line-{line.id}-error"' in answer.text
    assert f'value="{quantity}"' in answer.text
    assert shop.posted() == []


def test_what_stock_does_not_cover_is_refused_in_a_sentence(shop):
    no = shop.open("sales_order", ("NUT", 1))

    answer = shop.post_page(f"/sales/orders/{no}", "handle")

    assert answer.status_code == 422
    assert "Nothing was posted." in answer.text
    assert shop.posted() == []


def test_a_document_changed_meanwhile_is_not_posted_and_says_who_changed_what(shop):
    no = shop.open("sales_order", ("BOLT", 5))
    url = f"/sales/orders/{no}"
    form = shop.dialog(url) | {"what": "handle"}
    shop.client.send(f"{url}/lines/{LINE}", {"qty_to_handle": "3", "version": "1"}, htmx=True)

    stale = shop.client.send(f"{url}/post", form)
    again = shop.client.send(f"{url}/post", form | {
        "version": re.search(r'name="version" value="(\d+)"', stale.text)[1],
        "key": re.search(r'name="key"[^>]*value="([0-9a-f]+)"', stale.text)[1],
    })  # fmt: skip

    assert stale.status_code == 409
    assert "Owner changed" in stale.text
    assert "of line 10000" in stale.text
    assert again.status_code == 303
    assert len(shop.posted()) == 1


def test_a_purchase_invoice_takes_the_vendors_number_when_it_is_posted(shop):
    no = shop.open("purchase_invoice", ("BOLT", 2), released=False)

    answer = shop.post_page(f"/purchase/invoices/{no}", vendor_no="V-77")

    assert answer.status_code == 303
    assert "V-77" in shop.client.get(answer.headers["Location"]).text


def test_receipts_are_fetched_into_an_invoice(shop):
    order = shop.open("purchase_order", ("BOLT", 6))
    shop.post(order, "handle")
    bill = shop.open("purchase_invoice", released=False)
    url = f"/purchase/invoices/{bill}/get-lines"
    posted_line = re.search(r'name="posted" value="(\d+)"', shop.client.get(url).text)[1]

    nothing = shop.client.send(url, {})
    over_it = {"HX-Request": "true", "HX-Current-URL": f"http://localhost/purchase/invoices/{bill}"}
    token = {"csrf_token": shop.client.token()}
    over_the_bill = shop.client.post(url, data=token, headers=over_it)
    on_its_page = shop.client.post(url, data=token, headers=over_it | {"HX-Current-URL": f"http://localhost{url}"})
    assert "Cancel" in on_its_page.text
    assert "Cancel" not in over_the_bill.text
    assert ("dialog-title" in on_its_page.text, "dialog-title" in over_the_bill.text) == (False, True)
    fetched = shop.client.send(url, {"posted": posted_line})

    assert (nothing.status_code, fetched.status_code) == (422, 303)
    assert [line.type.value for line in shop.lines(bill)] == ["comment", "item"]
    assert ">6 PCS<" in re.sub(r"\s*\n\s*", "", shop.client.get(f"/purchase/invoices/{bill}/post").text)
    invoice, receipt = shop.post(bill)["invoice_no"], shop.posted()[0][1]
    for address, other in ((f"receipts/{receipt}", invoice), (f"posted-invoices/{invoice}", receipt)):
        assert f"/{other}" in shop.client.get(f"/purchase/posted/{address}").text.partition("related-card")[2]


# ------------------------------------------------------------------------------------------------ status, copies
def test_release_reopen_copy_convert_and_delete(shop):
    no = shop.open("sales_order", ("BOLT", 5), released=False)
    url = f"/sales/orders/{no}"
    for action in ("release", "reopen"):
        assert shop.client.send(f"{url}/{action}").status_code == 303
    other = shop.open("sales_order", released=False)
    offered = shop.client.get(f"/sales/orders/{other}/copy").text
    assert f"/sales/orders/{other}/copy?what=open:order&amp;from_no={no}" in offered
    chosen = shop.client.get(f"/sales/orders/{other}/copy?what=open:order&from_no={no}").text
    assert f'value="{no}"' in chosen
    copied = shop.client.send(f"/sales/orders/{other}/copy", {"from_no": no, "recalculate": "1"})
    missing = shop.client.send(f"/sales/orders/{other}/copy", {"from_no": "NO-SUCH"})
    quote = shop.open("sales_quote", ("BOLT", 2), released=False)
    made = shop.client.send(f"/sales/quotes/{quote}/convert")
    deleted = shop.client.send(f"{url}/delete")

    assert (copied.status_code, missing.status_code) == (303, 422)
    assert [line.quantity for line in shop.lines(other)] == [5]
    assert made.headers["Location"].startswith("/sales/orders/")
    assert deleted.headers["Location"] == "/sales/orders"
    assert shop.lines(no) == []


def test_an_order_without_lines_is_not_released_and_says_why(shop):
    no = shop.open("sales_order", released=False)

    answer = shop.client.send(f"/sales/orders/{no}/release", follow_redirects=True)

    assert "has no line with a quantity" in answer.text


# ------------------------------------------------------------------------------------------------ posted
def test_a_receipt_line_is_undone_once_and_refused_the_second_time(shop):
    no = shop.open("purchase_order", ("NUT", 10))
    receipt = shop.post(no, "handle")["handling_no"]
    url = f"/purchase/posted/receipts/{receipt}"
    line_id = re.search(r"/lines/(\d+)/undo", shop.client.get(url).text)[1]

    undone = shop.client.send(f"{url}/lines/{line_id}/undo")
    again = shop.client.send(f"{url}/lines/{line_id}/undo")

    assert (undone.status_code, again.status_code) == (303, 422)
    assert "undone already" in again.text
    assert shop.lines(no)[0].outstanding_qty == 10


def test_an_invoice_is_cancelled_by_a_credit_memo_and_not_twice(shop):
    no = shop.open("sales_order", ("BOLT", 5))
    invoice = shop.post(no)["invoice_no"]
    url = f"/sales/posted/posted-invoices/{invoice}"

    assert f"{url}/correct" not in shop.client.get(url).text  # its order is gone: correcting would only cancel
    cancelled = shop.client.send(f"{url}/cancel")
    again = shop.client.send(f"{url}/cancel")

    assert (cancelled.status_code, again.status_code) == (303, 422)
    page = shop.client.get(url).text
    assert "Cancelled" in page
    assert 'href="/sales/posted/posted-credit-memos/' in page.partition("related-card")[2]
    assert 'is cancelled. <a href="/sales/posted/posted-credit-memos/' in again.text  # the toast of the first
    assert shop.posted()[-1][0] == "sales_credit_memo"


def test_correcting_opens_a_draft_and_a_credit_memo_can_be_drafted(shop):
    first, second = (shop.open("sales_invoice", ("BOLT", 2), released=False) for _ in range(2))
    corrected = shop.client.send(f"/sales/posted/posted-invoices/{shop.post(first)['invoice_no']}/correct",
                                 follow_redirects=True)  # fmt: skip
    drafted = shop.client.send(f"/sales/posted/posted-invoices/{shop.post(second)['invoice_no']}/credit-memo",
                               follow_redirects=True)  # fmt: skip

    assert corrected.request.path.startswith("/sales/invoices/")
    assert drafted.request.path.startswith("/sales/credit-memos/")


def test_any_number_leads_to_everything_it_touched(shop):
    no = shop.open("sales_order", ("BOLT", 5))
    shop.post(no, "handle", said={1: (3, None)})
    shipment = shop.posted()[0][1]

    for number in (no, shipment):
        html = shop.client.get(f"/ledger/find?document_no={number}").text
        assert f'href="/sales/orders/{no}"' in html
        assert f'href="/sales/posted/shipments/{shipment}"' in html
    assert shop.client.get(f"/scan?code={no}").headers["Location"] == f"/sales/orders/{no}"


# ------------------------------------------------------------------------------------------------ the clerk
def test_a_clerk_receives_by_scanning_and_posts_what_was_counted(shop, login):
    no = shop.open("purchase_order", ("BOLT", 3), ("NUT", 2))
    login(shop.client, "clerk")
    url = f"/purchase/orders/{no}/handle"

    opened = shop.client.send("/purchase/handling", {"code": no.lower()})
    unknown = shop.client.send("/purchase/handling", {"code": "PO-NONE"})
    assert opened.headers["Location"] == url
    assert unknown.status_code == 422
    assert "All as ordered" in shop.client.get(url).text
    shop.client.send(f"{url}/all", {"counted": "0"}, htmx=True)
    for _ in range(2):
        assert shop.client.send(f"{url}/scan", {"code": "4006381333931"}, htmx=True).status_code == 200
    wrong = shop.client.send(f"{url}/scan", {"code": "1234567"}, htmx=True)
    typed = shop.client.send(f"{url}/20000", {"press": "set", "quantity": "2"}, htmx=True)
    much = shop.client.send(f"{url}/20000", {"press": "+"}, htmx=True)
    key = re.search(r'name="key" value="([0-9a-f]+)"', typed.text)[1]
    posted = [shop.client.send(f"{url}/post", {"key": key, "vendor_shipment_no": "DN 9"}) for _ in range(2)]

    assert (wrong.status_code, typed.status_code, much.status_code) == (422, 200, 422)
    assert 'role="alert"' in wrong.text
    assert "are counted" in much.text
    assert [answer.status_code for answer in posted] == [303, 303]
    assert [line.qty_handled for line in shop.lines(no)] == [2, 2]
    assert len(shop.posted()) == 1


def test_orders_of_other_places_are_one_button_away(shop, login):
    no = shop.open("purchase_order", ("NUT", 3), promised_date=day("2025-03-01"))
    with shop.trade() as trade:
        red = trade.world.location_id("RED")
    login(shop.client, "clerk", location_id=red)

    page = shop.client.get("/purchase/handling").text
    assert "Nothing is expected at RED today." in page
    assert "1 order at another location" in page
    assert f"/orders/{no}/handle" not in page
    assert f"/orders/{no}/handle" in shop.client.get("/purchase/handling?everywhere=1").text


def test_an_item_that_is_not_on_the_order_is_put_aside(shop):
    no = shop.open("sales_order", ("NUT", 1))

    answer = shop.client.send(f"/sales/orders/{no}/handle/scan", {"code": "BOLT"}, htmx=True)

    assert answer.status_code == 422
    assert f"is not on {no}" in answer.text


def test_more_than_lies_there_is_said_before_it_is_shipped(shop):
    short, enough = (shop.open("sales_order", ("BOLT", quantity)) for quantity in (9999, 1))

    page, calm = (shop.client.get(f"/sales/orders/{no}/handle").text for no in (short, enough))

    assert "1 line is to ship more than lies here" in page
    assert "Every line is complete" not in page
    assert "Every line is complete" in calm


# ------------------------------------------------------------------------------------------------ rights
def test_a_viewer_sees_and_changes_nothing(shop, login):
    no = shop.open("sales_order", ("BOLT", 5))
    url = f"/sales/orders/{no}"
    login(shop.client, "viewer")

    page = shop.client.get(url)

    assert page.status_code == 200
    assert "line-form" not in page.text
    for action in ("lines", "release", "delete", "post", "handle/post", "scan", f"lines/{LINE}"):
        assert shop.client.send(f"{url}/{action}", {}).status_code == 403, action
    assert shop.client.get(f"{url}/post").status_code == 403
    assert shop.client.get("/sales/orders/new").status_code == 403


def test_a_clerk_posts_and_does_not_edit_and_a_seller_does_not_buy(shop, login):
    no = shop.open("purchase_order", ("NUT", 5))
    url = f"/purchase/orders/{no}"
    login(shop.client, "clerk")
    assert shop.client.get(f"{url}/post").status_code == 200
    assert shop.client.send(f"{url}/lines/{LINE}", {"quantity": "1", "version": "1"}).status_code == 403
    login(shop.client, "seller")
    assert shop.client.send(f"{url}/post", {}).status_code == 403
    assert shop.client.get(url).status_code == 200


# ------------------------------------------------------------------------------------------------ paper
def test_papers_say_what_they_should_and_count_their_pages(shop):
    no = shop.open("sales_order", *(("BOLT", 1) for _ in range(60)))
    url = f"/sales/orders/{no}/paper"

    pages = pages_of(shop.client.get(f"{url}/document.pdf").data)
    pick = text_of(shop.client.get(f"{url}/pick-list.pdf").data)
    letter = shop.client.get(f"{url}/document.pdf?sheet=letter")

    assert len(pages) == 2
    assert f"Order confirmation {no}" in pages[0]
    assert "Page 1 of 2" in pages[0]
    assert "Carried forward" in pages[0]
    carried = re.search(r"Carried forward ([\d.\u202f ]+\.\d\d)", pages[0])[1]
    assert f"Brought forward {carried}" in pages[1]
    assert "Carried forward" not in pages[-1]
    assert "240.00" in pages[-1]
    assert "4.00" not in pick  # no prices
    assert letter.status_code == 200
    assert shop.client.get(f"{url}/receiving-list.pdf").status_code == 404
    assert shop.client.get(f"{url}/document.pdf?sheet=a0").status_code == 422


def test_the_pick_list_of_a_partly_shipped_order_shows_what_is_left(shop):
    no = shop.open("sales_order", ("BOLT", 7), ("NUT", 2))
    shop.post(no, "handle", said={1: (7, None), 2: (0, None)})

    text = text_of(shop.client.get(f"/sales/orders/{no}/paper/pick-list.pdf").data)

    assert "Nut" in text
    assert "Bolt" not in text
    assert "Shipment date" in text  # of the line, where the header has none
    assert "partly shipped" in shop.client.get(f"/sales/orders/{no}").text


def test_posted_papers_name_their_numbers_and_hide_prices_on_goods(shop):
    made = shop.post(shop.open("sales_order", ("BOLT", 5)))
    bought = shop.post(shop.open("purchase_order", ("NUT", 4)), "handle")

    slip = text_of(shop.client.get(f"/sales/posted/shipments/{made['handling_no']}/paper.pdf").data)
    invoice = text_of(shop.client.get(f"/sales/posted/posted-invoices/{made['invoice_no']}/paper.pdf").data)
    receipt = text_of(shop.client.get(f"/purchase/posted/receipts/{bought['handling_no']}/paper.pdf").data)
    ordered = text_of(
        shop.client.get(f"/purchase/orders/{shop.open('purchase_order', ('NUT', 4))}/paper/document.pdf").data
    )

    assert ("Unit cost" in ordered, "Price" in ordered, "Price" in invoice) == (True, False, True)
    assert f"Packing slip {made['handling_no']}" in slip
    assert "20.00" not in slip
    assert f"Invoice {made['invoice_no']}" in invoice
    assert "20.00" in invoice
    assert made["handling_no"] in invoice
    assert f"Receipt note {bought['handling_no']}" in receipt


def test_lots_on_a_slip_add_up_and_a_credit_memo_says_what_it_credits(shop):
    with shop.trade() as trade:
        code = trade.world.tracking_code("LOTS", lot_specific=True)
        item = trade.item("CREAM", item_tracking_code_id=code.id, unit_cost=1, gross_weight=d("0.5"))
        lots = [Number(lot_no="L1", quantity=d(3)), Number(lot_no="L2", quantity=d(2))]
        row = {"item": item, "quantity": 5, "unit_amount": 4}
        trade.post(trade.open("purchase_order", row, numbers=[lots]), "handle")
        made = trade.post(trade.open("sales_order", row, numbers=[lots]))
        cancelled = perform(
            trade.session, lambda s: cancel_invoice(s, made["invoice_id"], trade.poster, on=day("2025-03-16"))
        )
    slip = text_of(shop.client.get(f"/sales/posted/shipments/{made['handling_no']}/paper.pdf").data)
    memo_url = f"/sales/posted/posted-credit-memos/{cancelled['invoice_no']}/paper.pdf?sheet=letter"
    memo = pages_of(shop.client.get(memo_url).data)

    assert "Lot L1: 3" in slip
    assert "Lot L2: 2" in slip
    assert "2.5 kg" in slip
    assert "Still to come" not in slip
    assert len(memo) == 1
    assert f"Credit memo {cancelled['invoice_no']}" in memo[0]
    for word in (made["invoice_no"], "Invoice credited", "Return receipts", "Returned to", "Page 1 of 1"):
        assert word in memo[0], word
    assert "Disc. %" not in memo[0]


# ------------------------------------------------------------------------------------------------ mail
def test_without_a_mail_server_the_letter_lies_in_the_outbox_with_its_paper(shop, tmp_path, monkeypatch):
    monkeypatch.setattr(mailing, "INSTANCE", tmp_path)
    no = shop.open("sales_order", ("BOLT", 5))
    invoice = shop.post(shop.open("sales_order", ("BOLT", 1)))["invoice_no"]

    for url in (f"/sales/orders/{no}/email", f"/sales/posted/posted-invoices/{invoice}/email"):
        assert shop.client.get(url).status_code == 200
        letter = {"to": "buyer@shop.example", "subject": "Your order", "message": "Here it is."}
        assert shop.client.send(url, letter).status_code == 303

    letters = [message_from_bytes(path.read_bytes(), policy=default) for path in (tmp_path / "outbox").iterdir()]
    papers = [text_of(part.get_content()) for one in letters for part in one.iter_attachments()]
    assert [one["To"] for one in letters] == ["buyer@shop.example"] * 2
    assert any(f"Order confirmation {no}" in paper for paper in papers)
    assert any(f"Invoice {invoice}" in paper for paper in papers)


@pytest.mark.parametrize("to", ["", "nobody", "a@b.example\r\nBcc: c@d.example", "x" * 200])
def test_a_letter_to_nowhere_is_refused_and_kept(shop, tmp_path, monkeypatch, to):
    monkeypatch.setattr(mailing, "INSTANCE", tmp_path)
    no = shop.open("sales_order", ("BOLT", 5))

    answer = shop.client.send(f"/sales/orders/{no}/email", {"to": to, "subject": "S", "message": "kept words"})

    assert answer.status_code == 422
    assert "kept words" in answer.text
    assert not (tmp_path / "outbox").exists()


# ------------------------------------------------------------------------------------------------ cost
def test_a_page_costs_the_same_with_twice_the_lines(shop, app):
    few = shop.open("sales_order", *(("BOLT", 1) for _ in range(5)), released=False)
    many = shop.open("sales_order", *(("BOLT", 1) for _ in range(10)), released=False)

    small = queries_of(app, shop.client, f"/sales/orders/{few}")
    large = queries_of(app, shop.client, f"/sales/orders/{many}")

    assert len(small) == len(large)
    assert len(large) <= 25


def test_editing_and_posting_cost_the_same_with_twice_the_lines(shop, app):
    edited, posted = [], []
    for lines in (3, 5, 10):  # the first time warms up
        no = shop.open("sales_order", *(("BOLT", 1) for _ in range(lines)), released=False)
        url, version = f"/sales/orders/{no}", str(shop.lines(no)[0].version)
        with counted(app) as statements:
            saved = shop.client.send(f"{url}/lines/{LINE}", {"version": version, "quantity": "2"}, htmx=True)
            assert (saved.status_code, saved.text.count("<tbody")) == (200, 1)  # the line and no other
        edited.append(len(statements))
        dialog = shop.dialog(url)
        with counted(app) as statements:
            assert shop.client.send(f"{url}/post", dialog | {"what": "both"}).status_code == 303
        posted.append(len(statements))

    assert edited[1] == edited[2] <= 70
    assert posted[1] == posted[2] <= 52


def test_the_dialog_of_a_long_order_shows_its_first_lines_and_those_refused_and_posts_all(shop, monkeypatch):
    monkeypatch.setattr(pages, "MOST_TO_POST", 2)
    no = shop.open("sales_order", ("BOLT", 1), ("BOLT", 1), ("NUT", 1), ("BOLT", 1))
    url, last = f"/sales/orders/{no}", shop.lines(no)[2].id

    dialog = shop.client.get(f"{url}/post").text
    assert (dialog.count('name="handle-'), "2 more lines are posted too" in dialog) == (2, True)
    refused = shop.post_page(url)
    assert refused.status_code == 422
    assert f'id="line-{last}-error"' in refused.text
    shop.post_page(url, **{f"handle-{last}": "0"})

    assert [line.qty_handled for line in shop.lines(no)] == [1, 1, 0, 1]


def test_lists_and_posted_pages_cost_the_same_with_more_rows(shop, app):
    shop.post(shop.open("sales_order", ("BOLT", 1)))
    list_before = queries_of(app, shop.client, "/sales/posted/posted-invoices")
    made = shop.post(shop.open("sales_order", *(("BOLT", 1) for _ in range(6))))
    list_after = queries_of(app, shop.client, "/sales/posted/posted-invoices")
    page = queries_of(app, shop.client, f"/sales/posted/posted-invoices/{made['invoice_no']}")

    assert len(list_before) == len(list_after)
    assert len(page) <= 25


def test_the_stock_out_notice_opens_its_figures(shop):
    """50 lie there, 10 of them asked for by another order, 25 more come in three days: 60 are there only then."""
    with shop.trade() as trade:
        item, blue, on = shop.item(trade, "BOLT"), trade.world.location_id("BLUE"), today()
        rows = {"item": item, "location_id": blue}
        trade.open("sales_order", rows | {"quantity": 10, "expected_date": on})
        trade.open("purchase_order", rows | {"quantity": 25, "expected_date": on + dt.timedelta(days=3)})
        order = trade.open("sales_order", rows | {"quantity": 60, "expected_date": on}).no
    sheet = f"/sales/orders/{order}/lines/10000/shortage"
    assert sheet in shop.client.get(f"/sales/orders/{order}").text

    words = page_text(shop.client.get(sheet))

    for part in ("Needed 60", "Missing 20", "In stock 50", "Asked for until then 70", "Comes until then 0"):
        assert part in words
    assert "nothing on order brings it" not in words
    assert shop.client.get(f"/sales/orders/{order}/lines/10/shortage").status_code == 404


def test_returns_are_offered_to_an_order_and_on_a_tab_of_a_return(shop):
    shop.post(shop.open("sales_return_order", ("BOLT", 3)))
    order, again = shop.open("sales_order", released=False), shop.open("sales_return_order", released=False)
    page = shop.client.get(f"/sales/orders/{order}/reverse-lines").text
    posted = re.search(r'name="posted" value="(\d+)"', page)[1]

    tabs = [shop.client.get(f"/sales/return-orders/{again}/reverse-lines{of}").text for of in ("", "?of=returns")]
    too_many = shop.client.send(f"/sales/orders/{order}/reverse-lines", {"posted": posted, f"qty-{posted}": "4"})
    added = shop.client.send(f"/sales/orders/{order}/reverse-lines", {"posted": posted, f"qty-{posted}": "2"})

    assert [f'value="{posted}"' in tab for tab in tabs] == [False, True]
    assert (too_many.status_code, 'value="4"' in too_many.text, added.status_code) == (422, True, 303)
    assert [line.quantity for line in shop.lines(order)] == [2]
