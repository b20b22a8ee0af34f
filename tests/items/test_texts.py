"""Acceptance checks of texts and files of items (items.md section 19), on both engines and through the pages."""

import io

import pytest
from sqlalchemy import func, select

from core.errors import ValidationError
from core.unit_of_work import perform
from models import AttachedFile, Attachment, ExtendedText, Item, ItemComment, PostedLine, TradeLine
from models.enums import TradeLineType
from services import attachments, items
from services.items import texts
from services.items.copying import Parts, copy_item
from services.trade.archive import archive_document, restore
from services.trade.documents import lines_of
from services.trade.lines import put_texts
from services.trade.quotes import convert_quote
from tests.builders import d, day
from tests.support.queries import queries_of
from tests.support.trade import TradeShop
from tests.support.trading import DAY, Trade


@pytest.fixture
def trade(each_world):
    return Trade(each_world)


def write(session, item, text, **values):
    """An extended text of the item."""
    return perform(session, lambda s: texts.save_text(s, item, {"text": text, **values}).id)


def attach(session, item, name="sheet.pdf", content=b"%PDF-1.7 data", **flows):
    """A file on the item; its id."""
    return perform(session, lambda s: attachments.attach(s, item, name, content, **flows).id)


def shown(trade, document):
    """(line no., text) of every line of the document."""
    return [(line.line_no, line.description) for line in lines_of(trade.session, document.id)]


def automatic(trade, no="BOLT", **fields):
    """An item whose texts follow it by themselves."""
    item = trade.item(no, **fields)
    trade.change(item, automatic_extended_text=True)
    return item


# ------------------------------------------------------------------ extended texts
def test_txt_2_automatic_text_appears_under_the_order_line(trade):
    bolt, nut = automatic(trade), trade.item("NUT")
    write(trade.session, bolt, "Hot-dip galvanised\n\nKeep dry")
    write(trade.session, nut, "Does not follow by itself")

    order = trade.open(
        "sales_order", {"item": bolt, "quantity": 2}, {"item": nut, "quantity": 1}, {"item": bolt, "quantity": 3}
    )

    assert shown(trade, order) == [
        (10000, bolt.description), (20000, "Hot-dip galvanised"), (30000, "Keep dry"), (40000, nut.description),
        (50000, bolt.description), (60000, "Hot-dip galvanised"), (70000, "Keep dry"),
    ]  # fmt: skip
    lines = lines_of(trade.session, order.id)
    assert [line.attached_to_line_id for line in lines] == [
        None, lines[0].id, lines[0].id, None, None, lines[4].id, lines[4].id,
    ]  # fmt: skip
    assert {line.type for line in lines[1:3]} == {TradeLineType.COMMENT}


def test_txt_2_a_text_counts_for_its_kinds_of_documents_and_its_days(trade):
    bolt = automatic(trade)
    write(trade.session, bolt, "for sales orders", **dict.fromkeys(texts.KINDS, False) | {"sales_order": True})
    write(trade.session, bolt, "in March", starting_date=day("2025-03-01"), ending_date=day("2025-03-31"))
    write(trade.session, bolt, "from April", starting_date=day("2025-04-01"))
    row = {"item": bolt, "quantity": 1}

    for kind, on, expected in (
        ("sales_order", "2025-02-28", ["for sales orders"]),
        ("sales_order", "2025-03-01", ["for sales orders", "in March"]),
        ("sales_quote", "2025-03-31", ["in March"]),
        ("purchase_order", "2025-04-01", ["from April"]),
        ("sales_credit_memo", "2025-04-01", ["from April"]),
    ):
        document = trade.open(kind, row, on=on)
        assert [text for _no, text in shown(trade, document)][1:] == expected, (kind, on)


def test_txt_2_a_long_line_is_folded_to_what_a_line_holds(trade):
    bolt = automatic(trade)
    write(trade.session, bolt, "word " * 30)

    order = trade.open("sales_order", {"item": bolt, "quantity": 1})

    below = [text for _no, text in shown(trade, order)][1:]
    assert [len(text) for text in below] == [99, 49]
    assert " ".join(below) == ("word " * 30).strip()


def test_txt_2_texts_go_with_their_line_and_with_their_item(trade):
    bolt, nut, pin = automatic(trade), automatic(trade, "NUT"), trade.item("PIN")
    write(trade.session, bolt, "galvanised")
    write(trade.session, nut, "brass\nsmall")
    order = trade.open("sales_order", {"item": bolt, "quantity": 1}, {"item": pin, "quantity": 1})

    trade.edit(order, item_id=nut.id)
    assert shown(trade, order) == [
        (10000, nut.description), (16666, "brass"), (23332, "small"), (30000, pin.description),
    ]  # fmt: skip
    trade.edit(order, quantity=d(7))
    assert len(shown(trade, order)) == 4
    trade.edit(order, item_id=pin.id)
    assert [text for _no, text in shown(trade, order)] == [pin.description, pin.description]
    trade.edit(order, item_id=bolt.id)
    trade.delete_no(order, 10000)

    assert shown(trade, order) == [(30000, pin.description)]


def test_texts_are_put_under_a_line_on_request_and_once(trade):
    pin = trade.item("PIN")
    order = trade.open("sales_order", {"item": pin, "quantity": 1}, {"type": "comment", "description": "Thanks"})

    def put(line_no):
        return perform(trade.session, lambda s: put_texts(s, order.id, line_no))

    trade.refused("no_extended_text", lambda: put(10000))
    trade.refused("line_not_item", lambda: put(20000))
    write(trade.session, pin, "stainless")
    put(10000)
    put(10000)

    assert shown(trade, order) == [(10000, pin.description), (15000, "stainless"), (20000, "Thanks")]
    trade.release(order)
    trade.refused("document_released", lambda: put(10000))


def test_only_texts_of_lines_that_ship_are_on_the_shipment(trade):
    bolt, nut = automatic(trade), automatic(trade, "NUT")
    for item, text in ((bolt, "galvanised"), (nut, "brass")):
        write(trade.session, item, text)
        trade.world.receive(item, 10, 1)
    order = trade.open(
        "sales_order", {"item": bolt, "quantity": 1}, {"item": nut, "quantity": 1},
        {"type": "comment", "description": "Thanks"},
    )  # fmt: skip

    made = trade.post(order, "handle", said={1: (1, 0), 3: (0, 0)})

    posted = trade.session.scalars(
        select(PostedLine.description).where(PostedLine.document_id == made["handling_id"]).order_by(PostedLine.line_no)
    )
    assert list(posted) == [bolt.description, "galvanised", "Thanks"]


def test_a_quote_s_texts_become_the_order_s_and_stay_tied(trade):
    bolt = automatic(trade)
    write(trade.session, bolt, "galvanised")
    quote = trade.open("sales_quote", {"item": bolt, "quantity": 1})

    order = perform(trade.session, lambda s: convert_quote(s, quote.id, on=day(DAY)))
    assert [text for _no, text in shown(trade, order)] == [bolt.description, "galvanised"]
    trade.delete_no(order, 10000)

    assert shown(trade, order) == []


def test_a_document_with_texts_is_put_back_to_its_archived_version(trade):
    bolt = automatic(trade)
    write(trade.session, bolt, "galvanised")
    order = trade.open("sales_order", {"item": bolt, "quantity": 1})
    kept = perform(trade.session, lambda s: archive_document(s, order.id).id)

    perform(trade.session, lambda s: restore(s, kept).id)

    assert [text for _no, text in shown(trade, order)] == [bolt.description, "galvanised"]


def test_blank_text_no_kind_and_crossed_dates_are_refused(trade):
    bolt = trade.item("BOLT")

    for values, code, field in (
        ({"text": " \n "}, "field_required", "text"),
        ({"text": "x" * 4001}, "text_too_long", "text"),
        ({"text": "a", **dict.fromkeys(texts.KINDS, False)}, "document_kind_required", "sales_quote"),
        ({"text": "a", "starting_date": day("2025-03-02"), "ending_date": day("2025-03-01")}, "date_order",
         "ending_date"),
    ):  # fmt: skip
        with pytest.raises(ValidationError) as refused:
            perform(trade.session, lambda s, given=values: texts.save_text(s, bolt, given))
        assert (refused.value.code, refused.value.field) == (code, field)
    assert trade.session.scalar(select(func.count(ExtendedText.id))) == 0


# ------------------------------------------------------------------ notes
def test_notes_have_a_day_and_the_newest_comes_first(trade):
    bolt = trade.item("BOLT")

    def note(text, **values):
        return perform(trade.session, lambda s: texts.save_comment(s, bolt, {"text": text, **values}, on=day(DAY)).id)

    note("asked for a sample", day=day("2025-01-10"))
    note("sample came")

    found = texts.list_comments(trade.session, bolt)
    assert [(single.day, single.text) for single in found] == [
        (day(DAY), "sample came"), (day("2025-01-10"), "asked for a sample"),
    ]  # fmt: skip
    with pytest.raises(ValidationError):
        note("   ")


def test_a_copy_takes_texts_and_notes_along_as_chosen_and_never_files(trade):
    bolt = trade.item("BOLT")
    write(trade.session, bolt, "galvanised", sales_quote=False)
    perform(trade.session, lambda s: texts.save_comment(s, bolt, {"text": "note"}, on=day(DAY)))
    attach(trade.session, bolt)

    def copy(no, **parts):
        return perform(
            trade.session, lambda s: copy_item(s, bolt, on=day(DAY), target_no=no, parts=Parts(**parts))[0].id
        )

    whole, bare = copy("BOLT-2"), copy("BOLT-3", extended_texts=False, comments=False)

    assert [(text.text, text.sales_quote) for text in texts.list_texts(trade.session, whole)] == [("galvanised", False)]
    assert [note.text for note in texts.list_comments(trade.session, trade.session.get_one(Item, whole))] == ["note"]
    assert texts.list_texts(trade.session, bare) == []
    assert texts.list_comments(trade.session, trade.session.get_one(Item, bare)) == []
    assert attachments.list_attachments(trade.session, whole) == []


# ------------------------------------------------------------------ files
def test_txt_3_a_file_marked_for_sales_shows_on_the_new_order_line_and_on_what_is_posted(trade):
    bolt, nut = trade.item("BOLT"), trade.item("NUT")
    attach(trade.session, bolt, flows_to_sales=True)
    attach(trade.session, bolt, "drawing.pdf", b"drawing", flows_to_purchase=True)
    attach(trade.session, bolt, "secret.txt", b"stays")
    trade.world.receive(bolt, 5, 1)

    order = trade.open("sales_order", {"item": bolt, "quantity": 2}, {"item": nut, "quantity": 1})
    bought = trade.open("purchase_order", {"item": bolt, "quantity": 2})

    def names(document):
        lines = lines_of(trade.session, document.id)
        found = attachments.of_lines(trade.session, {line.id for line in lines})
        return [[file.name for file in found.get(line.id, [])] for line in lines]

    assert (names(order), names(bought)) == ([["sheet.pdf"], []], [["drawing.pdf"]])
    made = trade.post(order, "both", said={1: (2, 2), 2: (0, 0)})
    for posted_id in (made["handling_id"], made["invoice_id"]):
        line_ids = set(trade.session.scalars(select(PostedLine.id).where(PostedLine.document_id == posted_id)))
        found = attachments.of_posted_lines(trade.session, line_ids)
        assert [[file.name for file in files] for files in found.values()] == [["sheet.pdf"]]
    assert trade.session.scalar(select(func.count(AttachedFile.id))) == 3  # kept once, wherever it shows


def test_txt_3_files_change_with_the_line_s_item_and_follow_from_quote_to_order(trade):
    bolt, nut = trade.item("BOLT"), trade.item("NUT")
    attach(trade.session, bolt, flows_to_sales=True)
    attach(trade.session, nut, "nut.pdf", b"nut", flows_to_sales=True)
    quote = trade.open("sales_quote", {"item": bolt, "quantity": 2})

    trade.edit(quote, item_id=nut.id)
    order = perform(trade.session, lambda s: convert_quote(s, quote.id, on=day(DAY)))

    line = trade.line(order)
    assert [file.name for file in attachments.of_lines(trade.session, {line.id})[line.id]] == ["nut.pdf"]
    assert trade.session.scalar(select(func.count(Attachment.id)).where(Attachment.line_id.is_not(None))) == 1


def test_what_a_file_holds_goes_with_the_last_that_shows_it(trade):
    bolt, nut = trade.item("BOLT"), trade.item("NUT")
    first, second = attach(trade.session, bolt), attach(trade.session, nut, "copy.pdf")

    def remove(file_id):
        perform(trade.session, lambda s: attachments.delete(s, s.get_one(Attachment, file_id)))
        return trade.session.scalar(select(func.count(AttachedFile.id)))

    assert (remove(first), remove(second)) == (1, 0)
    attach(trade.session, bolt)
    write(trade.session, bolt, "text")
    perform(trade.session, lambda s: texts.save_comment(s, bolt, {"text": "note"}, on=day(DAY)))

    perform(trade.session, lambda s: items.delete_item(s, items.get_item(s, "BOLT")))

    for table in (AttachedFile, Attachment, ExtendedText, ItemComment):
        assert trade.session.scalar(select(func.count()).select_from(table)) == 0


def test_files_are_bounded_and_their_names_are_harmless(trade, monkeypatch):
    monkeypatch.setattr(attachments, "LARGEST_FILE", 8)
    monkeypatch.setattr(attachments, "MOST_FILES", 2)
    bolt = trade.item("BOLT")

    for name, content, code in (
        ("a.pdf", b"", "file_empty"), ("a.pdf", b"123456789", "file_too_large"), ("../..", b"1", "file_name_required"),
    ):  # fmt: skip
        with pytest.raises(ValidationError) as refused:
            attach(trade.session, bolt, name, content)
        assert refused.value.code == code
    attach(trade.session, bolt, "C:\\temp\\plan\u202e\x00 .pdf", b"1")
    with pytest.raises(ValidationError) as refused:
        attach(trade.session, bolt, "/etc/plan .pdf", b"2")
    assert refused.value.code == "duplicate"
    attach(trade.session, bolt, "b" * 300 + ".pdf", b"3")
    with pytest.raises(ValidationError) as refused:
        attach(trade.session, bolt, "c.pdf", b"4")
    assert refused.value.code == "too_many_files"

    names = [file.name for file in attachments.list_attachments(trade.session, bolt.id)]
    assert names == ["b" * 116 + ".pdf", "plan .pdf"]


# ------------------------------------------------------------------ pages
@pytest.fixture
def shop(app, login):
    made = TradeShop(app)
    login(made.client, "owner")
    return made


def test_txt_2_the_page_draws_the_texts_with_the_new_line_and_anew_when_they_go(shop):
    with shop.trade() as trade:
        bolt = shop.item(trade, "BOLT")
        trade.change(bolt, automatic_extended_text=True)
        write(trade.session, bolt, "Hot-dip galvanised")
    no = shop.open("sales_order", released=False)
    url = f"/sales/orders/{no}"

    added = shop.client.send(f"{url}/lines", {"item": "BOLT", "quantity": "2"}, htmx=True)
    changed = shop.client.send(f"{url}/lines/10000", {"version": "1", "quantity": "3"}, htmx=True)
    other = shop.client.send(f"{url}/lines/10000", {"version": "2", "item": "NUT"}, htmx=True)
    back = shop.client.send(f"{url}/lines/10000", {"version": "3", "item": "BOLT"}, htmx=True)
    gone = shop.client.send(f"{url}/lines/10000/delete", htmx=True)

    assert [f'id="line-{name}"' in added.text for name in (10000, 20000, "new")] == [True, True, True]
    assert "Hot-dip galvanised" in added.text
    assert "HX-Redirect" not in changed.headers
    assert [answer.headers["HX-Redirect"] for answer in (other, back, gone)] == [url] * 3
    assert shop.lines(no) == []


def test_texts_are_asked_for_from_the_sheet_of_a_line(shop):
    with shop.trade() as trade:
        write(trade.session, shop.item(trade, "BOLT"), "Hot-dip galvanised")
    no = shop.open("sales_order", ("BOLT", 1), released=False)
    url = f"/sales/orders/{no}/lines/10000"

    sheet = shop.client.fragment(url)
    shop.client.send(f"{url}/texts")

    assert f'action="{url}/texts"' in sheet.text
    assert [line.description for line in shop.lines(no)][1:] == ["Hot-dip galvanised"]


def test_the_card_keeps_texts_notes_and_files(shop):
    ticked = dict.fromkeys(("sales_order", "sales_quote"), "y")
    text = shop.client.send("/items/BOLT/texts", {"edit": "new", "text": "Hot-dip\ngalvanised", **ticked}, htmx=True)
    wrong = shop.client.send("/items/BOLT/texts", {"edit": "new", "text": "x"}, htmx=True)
    note = shop.client.send("/items/BOLT/comments", {"edit": "new", "text": "Sample came"}, htmx=True)
    file = shop.client.send(
        "/items/BOLT/attachments",
        {"edit": "new", "flows_to_sales": "y", "file": (io.BytesIO(b"<script>alert(1)</script>"), "Daten blatt.html")},
        htmx=True, content_type="multipart/form-data",
    )  # fmt: skip
    none = shop.client.send("/items/BOLT/attachments", {"edit": "new"}, htmx=True)
    card = shop.client.get("/items/BOLT").text

    assert "Sales quotes, Sales orders" in text.text
    assert wrong.status_code == 422
    assert "Tick at least one kind" in wrong.text
    assert none.status_code == 422
    assert "Choose a file first" in none.text
    for answer in (text, note, file):
        assert answer.status_code == 200
    for words in ("galvanised", "Sample came", "Daten blatt.html"):
        assert words in card
    address = card.split("download>Daten blatt.html")[0].rsplit('href="', 1)[1].split('"')[0]
    got = shop.client.get(address)
    assert got.data == b"<script>alert(1)</script>"
    assert got.mimetype == "application/octet-stream"
    assert got.headers["Content-Disposition"] == 'attachment; filename="Daten blatt.html"'
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    row = address.split("/")[-2]
    renamed = shop.client.send("/items/BOLT/attachments", {"edit": row, "name": "sheet.pdf"}, htmx=True)
    shop.client.send("/items/BOLT/attachments/delete", {"key": row})

    assert "sheet.pdf" in renamed.text
    assert shop.client.get(address).status_code == 404


def test_txt_3_the_order_shows_the_file_and_hands_it_out_only_there(shop):
    with shop.trade() as trade:
        attach(trade.session, shop.item(trade, "BOLT"), "größe.pdf", b"%PDF", flows_to_sales=True)
    no, other = shop.open("sales_order", ("BOLT", 1)), shop.open("sales_order", ("BOLT", 1))
    page = shop.client.get(f"/sales/orders/{no}").text
    address = page.split('class="line-file" href="')[1].split('"')[0]

    got = shop.client.get(address)
    foreign = shop.client.get(address.replace(no, other))
    made = shop.post(no)
    posted = shop.client.get(f"/sales/posted/shipments/{made['handling_no']}").text
    kept = shop.client.get(posted.split('class="line-file" href="')[1].split('"')[0])

    assert (got.status_code, got.data, got.mimetype) == (200, b"%PDF", "application/pdf")
    assert "filename*=UTF-8''gr%C3%B6%C3%9Fe.pdf" in got.headers["Content-Disposition"]
    assert foreign.status_code == 404
    assert (kept.status_code, kept.data) == (200, b"%PDF")


def test_files_of_items_need_the_right_to_see_items(shop, login):
    with shop.trade() as trade:
        row = attach(trade.session, shop.item(trade, "BOLT"))
    login(shop.client, "viewer")

    assert shop.client.get(f"/items/BOLT/attachments/{row}/file").status_code == 200
    assert shop.client.get(f"/items/NUT/attachments/{row}/file").status_code == 404
    refused = shop.client.send("/items/BOLT/attachments", {"edit": str(row), "name": "x"})
    assert refused.status_code == 403


def test_a_page_with_files_on_many_lines_asks_no_more_than_with_few(shop):
    with shop.trade() as trade:
        attach(trade.session, shop.item(trade, "BOLT"), flows_to_sales=True)
    few = shop.open("sales_order", *[("BOLT", 1)] * 2)
    many = shop.open("sales_order", *[("BOLT", 1)] * 20)

    asked = queries_of(shop.app, shop.client, f"/sales/orders/{few}")

    assert len(asked) == len(queries_of(shop.app, shop.client, f"/sales/orders/{many}")) <= 25
    assert shop.lines(many)[19].type == TradeLineType.ITEM
    with shop.trade() as trade:
        assert trade.session.scalar(select(func.count(Attachment.id)).join(TradeLine)) == 22
