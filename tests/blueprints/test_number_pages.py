"""Lots and serial numbers on pages: list, card, picture, labels; letters of a recall."""

from __future__ import annotations

import io
from email import message_from_bytes
from email.policy import default

import pytest
from PIL import Image
from sqlalchemy import select

from core.unit_of_work import perform
from models import AttachedFile, Attachment, Customer, NumberTotal, db
from models.enums import SourceType
from tests.builders import day
from tests.support.journals import text_of
from tests.support.shop import at_work


@pytest.fixture
def owner(client, login):
    login(client, "owner")
    return client


@pytest.fixture
def lot(app):
    """20 of M7 (expires 2020), 8 of them at C1 and 4 at C2; M8 undated."""
    with at_work(app) as world:
        code = world.tracking_code("LOTS", lot_specific=True, use_expiration_dates=True)
        milk = world.item("MILK", item_tracking_code_id=code.id, gtin="4006381333931")
        common = {"at": "BLUE", "document_no": "REC-1"}
        world.post(
            world.line(milk, "purchase", 20, 1, lot_no="M7", expiration_date=day("2020-01-31"), **common),
            world.line(milk, "purchase", 20, 1, lot_no="M8", **common),
        )

        def customers(session):
            for no, email in (("C1", "c1@example.org"), ("C2", "")):
                session.add(Customer(no=no, name=f"Customer {no}", city="Ulm", email=email))

        perform(world.session, customers)
        for no, quantity in (("C1", 8), ("C2", 4)):
            sold = {"source_type": SourceType.CUSTOMER, "source_no": no, "document_no": f"SHIP-{no}"}
            world.post(world.line(milk, "sale", quantity, at="BLUE", lot_no="M7", **sold))
    return "/numbers/card?kind=lot&item=MILK&number=M7"


def test_the_list_finds_numbers_and_what_is_expired(owner, lot):
    every, found = owner.get("/numbers"), owner.get("/numbers?q=m8")
    expired, soon = owner.get("/numbers?soon=expired"), owner.get("/numbers?soon=30")

    rows = [[no for no in ("M7", "M8") if f">{no}<" in page.text] for page in (every, found, expired, soon)]
    assert rows == [["M7", "M8"], ["M8"], ["M7"], []]
    assert "BLUE" in text_of(every)
    assert owner.get("/scan?code=m7").location == owner.get("/scan?code=(10)M7").location == lot
    assert owner.get("/scan?code=(01)04006381333931(10)M7").location == lot
    assert owner.get("/scan?code=(01)04006381333931(10)M9").location == "/items/MILK"
    assert owner.get("/scan?code=(10)M9").location.startswith("/search?")


def test_a_card_keeps_what_is_said_blocks_with_a_reason_and_shows_its_picture(owner, lot):
    without = owner.send(lot, {"test_quality": "good", "blocked": "y"})
    saved = owner.send(lot, {"description": "From Ulm", "test_quality": "bad", "blocked": "y", "block_reason": "glass"})
    photo = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(photo, "PNG")
    pictured = owner.send("/numbers/card/picture" + lot.removeprefix("/numbers/card"),
                          {"picture": (io.BytesIO(photo.getvalue()), "m7.png")})  # fmt: skip
    page = owner.get(lot)

    assert [answer.status_code for answer in (without, saved, pictured)] == [422, 303, 303]
    assert "Blocked: glass" in text_of(page)
    address = page.text.split('class="number-picture" src="')[1].split('"')[0]
    assert owner.get(address).data[:2] == b"\xff\xd8"
    assert owner.get("/numbers/card?kind=lot&item=MILK&number=NOPE").status_code == 404


def test_certificates_are_files_on_the_card_and_go_with_it(app, owner, lot, login):
    query = lot.removeprefix("/numbers/card")

    def send(name, content):
        return owner.send(f"/numbers/card/files{query}", {"file": (io.BytesIO(content), name)})

    answers = [send("coa.pdf", b"%PDF-1.7 pure"), send("coa.pdf", b"again"), send("empty.pdf", b""),
               owner.send(f"/numbers/card/files{query}", {})]  # fmt: skip
    page = owner.get(lot)
    address = "/numbers/card/files/" + page.text.split('href="/numbers/card/files/')[1].split('"')[0]
    with app.app_context():
        card = db.session.scalars(select(Attachment)).one().card_id
    file = owner.get(address)
    login(owner, "viewer")
    seen, denied = owner.get(address), owner.send(f"{address}/delete{query}", {})
    login(owner, "owner")
    other = owner.send(f"{address}/delete{query.replace('M7', 'M8')}", {})
    gone = owner.send(f"{address}/delete{query}", {})

    assert [answer.status_code for answer in answers] == [303, 422, 422, 422]
    assert "There is a file coa.pdf already." in text_of(answers[1])
    assert (card is not None, file.data, file.headers["X-Content-Type-Options"]) == (True, b"%PDF-1.7 pure", "nosniff")
    assert [one.status_code for one in (seen, denied, other, gone)] == [200, 403, 404, 303]
    with app.app_context():
        assert db.session.scalars(select(AttachedFile)).all() == []


def test_labels_come_as_pdf_and_a_bad_sheet_is_told(app, owner, lot):
    with app.app_context():
        ids = "&".join(f"ids={one}" for one in db.session.scalars(select(NumberTotal.id)))

    page, pdf = owner.get(f"/numbers/labels?{ids}"), owner.get(f"/numbers/labels.pdf?sent=1&{ids}&sheet=roll62"
                                                               "&code=qr&copies=2&start=1")  # fmt: skip
    far = owner.get(f"/numbers/labels.pdf?sent=1&{ids}&sheet=roll62&code=qr&copies=2&start=9")

    assert (page.status_code, pdf.status_code, pdf.data[:4], far.status_code) == (200, 200, b"%PDF", 422)


def test_letters_go_to_those_who_have_some_left(owner, lot, tmp_path, monkeypatch):
    monkeypatch.setattr("blueprints.mailing.INSTANCE", tmp_path)
    address = "/tracing/recall/letters"

    page = owner.get(f"{address}?number=M7")
    words = {"subject": "Recall of M7", "text": "Dear all,\n\nsend it back."}
    printed = owner.send(f"{address}?number=M7", words)
    empty = owner.send(f"{address}?number=M7", {"subject": "", "text": "x"})
    sent = owner.send(f"{address}/send?number=M7", words)
    nobody = owner.send(f"{address}?number=M8", words)

    assert "Customer C1" in text_of(page)
    assert (printed.status_code, printed.data[:4]) == (200, b"%PDF")
    assert [answer.status_code for answer in (empty, sent, nobody)] == [422, 303, 422]
    letters = [message_from_bytes(path.read_bytes(), policy=default) for path in (tmp_path / "outbox").iterdir()]
    assert [(mail["To"], mail["Subject"]) for mail in letters] == [("c1@example.org", "Recall of M7")]
    assert "Customer C2" in text_of(owner.get(sent.location))
