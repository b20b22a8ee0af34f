"""The item journal's pages: lines in place, paste, check, preview, post."""

from __future__ import annotations

import re

import pytest

from models import Item, ItemTrackingCode, db
from tests.support.journals import Journal, text_of


@pytest.fixture
def journal(app, login):
    found = Journal(app)
    login(found.client, "owner")
    return found


# ------------------------------------------------------------------------------------------------ batches
def test_batches_are_listed_made_renamed_and_deleted(journal):
    made = journal.client.send("/journal/new", {"name": "count 1", "description": "Shelf A"})
    assert made.status_code == 303
    url = made.headers["Location"]
    assert journal.client.send(f"{url}/edit", {"name": "COUNT 2", "description": ""}).status_code == 303
    assert "COUNT 2" in journal.client.get("/journal/").text
    assert "<html" not in journal.client.fragment("/journal/").text

    assert journal.client.send(f"{url}/delete").status_code == 303

    assert "COUNT 2" not in journal.client.get("/journal/").text.split("flash")[0]


@pytest.mark.parametrize("name", ["", "WORK", "x" * 300, "😀", "A\x00B"])
def test_a_batch_name_that_does_not_do_is_refused_and_kept(journal, name):
    page = journal.client.send("/journal/new", {"name": name, "description": "kept words"})
    fragment = journal.client.send("/journal/new", {"name": name, "description": "kept words"}, htmx=True)

    assert (page.status_code, fragment.status_code) == (422, 422)
    assert "kept words" in page.text
    assert "field-error" in fragment.text
    assert "<html" not in fragment.text


def test_a_batch_with_lines_is_not_deleted(journal):
    journal.add()

    refused = journal.client.send(f"{journal.url}/delete")

    assert refused.status_code == 422
    assert "still holds 1 lines" in refused.text
    assert len(journal.lines()) == 1


@pytest.mark.parametrize("url", ["/journal/999", "/journal/99999999999999999999", "/journal/1/lines/5"])
def test_what_does_not_exist_is_not_found(journal, url):
    assert journal.client.get(url).status_code == 404


def test_who_may_only_look_gets_no_form_and_who_may_not_post_no_button(app, journal, login):
    journal.add()
    login(journal.client, "viewer")

    page = journal.client.get(journal.url)

    assert page.status_code == 200
    assert "line-form" not in page.text
    assert "Post 1 line" not in page.text
    assert journal.client.send(f"{journal.url}/lines", {}).status_code == 403
    assert journal.act("post").status_code == 403
    assert journal.posted() == (0, 0, 0, 0)


# ------------------------------------------------------------------------------------------------ lines
def test_the_worksheet_is_a_page_and_a_fragment(journal):
    journal.add()

    page, fragment = journal.client.get(journal.url), journal.client.fragment(journal.url)

    assert "<html" in page.text
    assert fragment.text.lstrip().startswith('<section id="worksheet"')
    assert 'id="line-10000"' in fragment.text
    assert 'id="line-new"' in fragment.text


def test_adding_a_line_answers_with_the_row_a_new_one_and_the_foot(journal):
    answer = journal.add("4006381333931", "3", "sale")

    assert answer.status_code == 200
    assert 'id="line-10000"' in answer.text
    assert 'id="line-new"' in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    # Bare behind a <tbody> its forms would be dropped by the parser, and nothing could be posted any more.
    assert re.search(r'<template><div id="journal-foot".*</div></template>', answer.text, flags=re.DOTALL)
    assert "Post 1 line" in answer.text
    (line,) = journal.lines()
    assert (line.item_id, line.unit_amount, line.amount, line.description) == (journal.bolt, 5, 15, "Bolt")


def test_a_gs1_scan_in_the_item_field_takes_over_lot_and_quantity(journal):
    journal.add("(01)04006381333931(10)L-3", "5")
    with journal.app.app_context():
        code = ItemTrackingCode(code="LOTS", lot_specific=True)
        db.session.add(code)
        db.session.flush()
        db.session.get_one(Item, journal.bolt).item_tracking_code_id = code.id
        db.session.commit()

    scanned = "(01)04006381333931(17)260131(10)L-1(30)12"
    proposed = journal.client.send(f"{journal.url}/propose", {
        "item": scanned, "entry_type": "positive_adjmt", "posting_date": "2025-01-10", "document_no": "J1",
    }, htmx=True)  # fmt: skip
    added = journal.add(scanned, "")
    journal.add("(01)04006381333931(10)L-2", "7", lot_no="typed")
    rows = ("(01)04006381333931(17)260131(10)L-4(30)8\tpurchase", "(01)04006381333931(10)L-5\tpurchase\t2\town")
    heading = "item\tentry type\tquantity\tlot no"
    journal.client.send(f"{journal.url}/paste", {"text": "\n".join([heading, *rows])})

    found = [(line.lot_no, line.quantity) for line in journal.lines()]
    # The columns of lots are folded away: what was scanned goes along all the same, and is to be seen.
    assert '<input type="hidden" name="lot_no" value="L-1">' in proposed.text
    assert "Lot no. L-1" in text_of(proposed)
    assert "Lot no. L-1" in text_of(added)
    # The first was scanned before the item carried lots; of pasted rows a cell of its own wins over the code.
    assert found == [("", 5), ("L-1", 12), ("L-2", 7), ("L-4", 8), ("own", 2)]


def test_the_lines_are_filtered_by_a_scanned_code(journal):
    journal.add("BOLT", lot_no="L-1")
    journal.add("BOLT", lot_no="L-2")
    journal.add("NUT")

    def shown(code):
        page = journal.client.get(f"{journal.url}?q={code}").text
        return [line for line in ("line-10000", "line-20000", "line-30000") if f'id="{line}"' in page]

    assert shown("4006381333931") == ["line-10000", "line-20000"]
    assert shown("(01)04006381333931(10)L-2") == ["line-20000"]
    assert shown("nut") == ["line-30000"]
    assert shown("5901234123457") == []


def test_without_javascript_a_line_is_added_edited_copied_and_deleted(journal):
    added = journal.client.send(f"{journal.url}/lines", {
        "item": "BOLT", "quantity": "2", "entry_type": "purchase", "posting_date": "2025-01-10", "document_no": "J1",
    })  # fmt: skip
    (line,) = journal.lines()
    page = journal.client.get(f"{journal.url}/lines/{line.line_no}")
    saved = journal.client.send(
        f"{journal.url}/lines/{line.line_no}", {"quantity": "7", "lot_no": "L1", "version": "1"}
    )
    copied = journal.client.send(f"{journal.url}/lines/{line.line_no}/copy")
    removed = journal.client.send(f"{journal.url}/lines/{line.line_no}/delete")

    assert page.status_code == 200
    assert "Applies-from entry" in page.text
    assert [response.status_code for response in (added, saved, copied, removed)] == [303] * 4
    assert [(line.quantity, line.amount, line.lot_no) for line in journal.lines()] == [(7, 14, "L1")]


def test_the_new_line_is_filled_in_from_its_item_and_nothing_is_written(journal):
    answer = journal.client.send(
        f"{journal.url}/propose", {"item": "BOLT", "entry_type": "sale", "quantity": ""}, htmx=True
    )

    assert answer.status_code == 200
    assert 'id="line-new"' in answer.text
    assert 'value="5"' in answer.text
    assert 'value="Bolt"' in answer.text
    assert journal.lines() == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"item": ""}, "Item is missing"),
        ({"item": "NOPE"}, "There is no item"),
        ({"quantity": "1e30"}, "is not a number"),
        ({"quantity": "NaN"}, "is not a number"),
        ({"quantity": "1.0000000001"}, "At most 5 decimals"),
        ({"unit_amount": "-1"}, "may not be negative"),
        ({"posting_date": "2025-02-31"}, "no day"),
        ({"posting_date": ""}, "Posting date is missing"),
        ({"document_no": "D" * 300}, "At most 20 characters"),
        ({"description": "a\x00b"}, "character that cannot be stored"),
        ({"entry_type": "transfer"}, "Choose one of the values"),
        ({"location": "MARS"}, "There is no location"),
        ({"unit_of_measure": "TON"}, "There is no unit"),
        ({"amount": "99", "unit_amount": "1"}, "clear one of the two amounts"),
        ({"quantity": "999999999999", "unit_amount": "999999999999"}, "more than the books can hold"),
    ],
)
def test_a_line_that_cannot_be_kept_says_why_at_its_field_and_keeps_what_was_typed(journal, values, words):
    fragment = journal.add(**{"external_document_no": ""} | values)
    page = journal.client.send(f"{journal.url}/lines", {"item": "BOLT", "quantity": "5", "entry_type": "sale",
                                                        "posting_date": "2025-01-10"} | values)  # fmt: skip

    assert (fragment.status_code, page.status_code) == (422, 422)
    assert words in text_of(fragment)
    assert words in text_of(page)
    assert "<html" not in fragment.text
    assert "<html" in page.text
    assert journal.lines() == []


def test_a_stale_save_is_a_conflict_that_keeps_the_input_and_can_be_repeated(journal):
    journal.add()
    theirs = {"quantity": "8", "description": "Theirs", "version": "1"}
    first = journal.client.send(f"{journal.url}/lines/10000", theirs, htmx=True)
    mine = {"quantity": "9", "description": "Bolt", "version": "1", "shown": '{"quantity": "3", "description": "Bolt"}'}
    stale = journal.client.send(f"{journal.url}/lines/10000", mine, htmx=True)

    assert (first.status_code, stale.status_code) == (200, 409)
    assert stale.headers["HX-Retarget"] == "#line-10000"
    assert "Somebody changed this line meanwhile" in text_of(stale)
    assert "quantity" in text_of(stale)
    assert 'value="9"' in stale.text
    assert "Description was “Bolt” and is “Theirs” now." in text_of(stale)
    assert 'value="Theirs"' in stale.text  # which I had left as it was
    assert journal.lines()[0].quantity == 8
    again = re.search(r'name="version" value="(\d+)"', stale.text).group(1)
    repeated = journal.client.send(f"{journal.url}/lines/10000", {"quantity": "9", "version": again}, htmx=True)
    assert repeated.status_code == 200
    assert journal.lines()[0].quantity == 9


def test_a_saved_line_says_at_once_what_keeps_it_from_being_posted(journal):
    answer = journal.add("NUT", "3", "sale")

    assert answer.status_code == 200
    assert "Only 0 of 3" in text_of(answer)
    assert "grid-error" in answer.text


def test_a_batch_of_many_lines_is_paged_and_filtered(journal):
    journal.fill(120)

    first, last = journal.client.get(journal.url), journal.client.get(f"{journal.url}?page=3")
    found = journal.client.get(f"{journal.url}?q=D119")

    assert first.text.count('class="grid-line') == 51
    assert last.text.count('class="grid-line') == 21
    assert "Page 3 of 3, 120 lines" in text_of(last)
    assert found.text.count('class="grid-line') == 2
    assert journal.client.get(f"{journal.url}?page=999").status_code == 200
    assert journal.client.get(f"{journal.url}?q=%00%25").status_code == 200


# ------------------------------------------------------------------------------------------------ paste
def test_pasted_rows_are_added_once_for_each_key(journal):
    data = {"text": "item\tentry type\tquantity\nBOLT\tpurchase\t2\nNUT\tpurchase\t3", "key": "paste-1"}

    first = journal.client.send(f"{journal.url}/paste", data)
    journal.client.send(f"{journal.url}/paste", data)

    assert first.status_code == 303
    assert [line.quantity for line in journal.lines()] == [2, 3]


def test_dirty_rows_are_named_one_by_one_and_nothing_is_added(journal):
    rows = [
        "BOLT\tpurchase\t2\t2025-01-10", "BO\x00LT\tpurchase\t1\t", "BOLT\tpurchase\tNaN\t", "BOLT\tpurchase\t1e30\t",
        "BOLT\tpurchase\t1.0000000001\t", "BOLT\tpurchase\t1\t31.02.2025", "😀\tpurchase\t1\t", "=1+1\tgift\t\t",
    ]  # fmt: skip
    data = {"text": "item\tentry type\tquantity\tdate\n" + "\n".join(rows), "key": "paste-2"}

    page = journal.client.send(f"{journal.url}/paste", data)
    fragment = journal.client.send(f"{journal.url}/paste", data, htmx=True)

    assert (page.status_code, fragment.status_code) == (422, 422)
    words = text_of(page)
    for sentence in (
        "7 rows have to be corrected",
        "is not a number",
        "too many decimals",
        "There is no 31 February 2025",
        "No item has the number",
        "is not an entry type",
    ):
        assert sentence in words
    assert "\x00" not in page.text + fragment.text
    assert "BO\u2400LT" in page.text
    assert journal.lines() == []
    shown = {"text": "item\tentry type\tquantity\tdescription\nBOLT\tpurchase\t1\ta\u2400b", "key": "paste-2b"}
    assert journal.client.send(f"{journal.url}/paste", shown).status_code == 422
    assert journal.lines() == []


def test_on_request_the_good_rows_are_added_and_the_others_stay_in_the_field(journal):
    data = {"text": "purchase\tBOLT\t\t\t\t2\npurchase\tNOPE\t\t\t\t1", "key": "paste-3", "partial": "1"}

    answer = journal.client.send(f"{journal.url}/paste", data, htmx=True)

    assert answer.status_code == 200
    assert "purchase\tNOPE" in answer.text
    assert "purchase\tBOLT" not in answer.text
    assert [line.quantity for line in journal.lines()] == [2]


@pytest.mark.parametrize("text", ["", "   ", '"unclosed', "item\titem\nA\tB"])
def test_text_that_is_no_table_is_refused(journal, text):
    assert journal.client.send(f"{journal.url}/paste", {"text": text, "key": "k"}).status_code == 422


# ------------------------------------------------------------------------------------------------ check, preview, post
def test_check_all_names_every_faulty_line(journal):
    journal.add("NUT", "3", "sale")
    journal.add("BOLT", "", "purchase")
    journal.add("BOLT", "1", "purchase")

    checked = journal.client.send(f"{journal.url}/check", htmx=True)

    assert checked.status_code == 200
    words = text_of(checked)
    assert "2 lines cannot be posted yet" in words
    assert "Only 0 of 3" in words
    assert 'id="line-30000"' not in checked.text
    assert journal.posted() == (0, 0, 0, 0)


def test_preview_shows_every_ledger_and_writes_nothing(journal):
    journal.add("BOLT", "3", "positive_adjmt")

    sheet, page = journal.act("preview", htmx=True), journal.act("preview")

    for response in (sheet, page):
        words = text_of(response)
        assert response.status_code == 200
        assert "Posting 1 line: 3 come in, and the inventory value rises by 6.00." in words
        for part in ("Item ledger entries", "Value entries", "Application entries", "G/L entries", "Stock afterwards"):
            assert part in words
    assert "<html" not in sheet.text
    assert "<html" in page.text
    assert journal.posted() == (0, 0, 0, 0)
    assert len(journal.lines()) == 1


def test_a_preview_that_is_refused_shows_the_sentence_at_the_line(journal):
    journal.add("NUT", "3", "sale")

    refused = journal.act("preview", htmx=True)

    assert refused.status_code == 422
    assert refused.headers["HX-Retarget"] == "#worksheet"
    assert "Only 0 of 3" in text_of(refused)


def test_posting_makes_the_entries_and_leads_to_the_register(journal):
    journal.add("BOLT", "3", "positive_adjmt")
    journal.add("BOLT", "1", "sale")

    posted = journal.act("post")

    assert posted.status_code == 303
    assert journal.posted()[0] == 2
    assert journal.lines() == []
    assert "/ledger/registers/1" in journal.client.get(posted.headers["Location"]).text


def test_the_same_key_twice_posts_once(journal):
    journal.add("BOLT", "3", "positive_adjmt")
    version = journal.version

    first, second = (journal.act("post", key="click", version=version) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert (journal.posted()[0], journal.posted()[3]) == (1, 1)


def test_a_refused_posting_posts_nothing_keeps_all_lines_and_says_why_at_the_line(journal):
    journal.add("BOLT", "3", "positive_adjmt")
    journal.add("NUT", "3", "sale")

    page, fragment = journal.act("post"), journal.act("post", htmx=True)

    for response in (page, fragment):
        assert response.status_code == 422
        assert "Only 0 of 3" in text_of(response)
        assert "line-20000-messages" in response.text
        assert "Nothing was posted." in text_of(response)
    assert journal.posted() == (0, 0, 0, 0)
    assert len(journal.lines()) == 2


def test_lines_changed_after_the_page_was_loaded_are_not_posted_unseen(journal):
    journal.add("BOLT", "3", "positive_adjmt")
    seen = journal.version
    journal.add("BOLT", "9", "positive_adjmt")

    refused = journal.act("post", version=seen)

    assert refused.status_code == 409
    assert "were changed after you loaded it" in text_of(refused)
    assert journal.posted() == (0, 0, 0, 0)


def test_an_empty_batch_and_a_damaged_form_post_nothing(journal):
    assert journal.act("post").status_code == 422
    assert journal.act("post", key="x" * 100).status_code == 422
    assert journal.client.post(f"{journal.url}/post").status_code == 400
    assert journal.posted() == (0, 0, 0, 0)
