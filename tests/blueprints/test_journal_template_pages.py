"""The pages of journal templates and their batches: made, changed, refused beside the field."""

from __future__ import annotations

from sqlalchemy import select

from models import JournalBatch, db
from tests.support.journals import text_of

URL = "/setup/journal-templates"


def test_a_template_is_made_with_a_batch_that_has_its_own_reason(app, world, client, login):
    login(client, "owner")
    values = {"code": "week", "description": "By week", "type": "item", "source_code": "ITEMJNL"}

    unknown = client.send(f"{URL}/new", {**values, "reason_code": "NOWHERE"})
    made = client.send(f"{URL}/new", values)
    batch = client.send(f"{URL}/WEEK/batches", {"code": "w01", "reason_code": "DAMAGE"})
    changed = client.send(f"{URL}/WEEK", {**values, "description": "Week by week", "increment_batch_name": "y"})
    card = text_of(client.get(f"{URL}/WEEK"))

    assert unknown.status_code == 422
    assert "NOWHERE is not on the list" in text_of(unknown)
    assert made.status_code == batch.status_code == changed.status_code == 303
    assert "WEEK Week by week" in card
    assert "W01" in card
    with app.app_context():
        own = db.session.scalars(select(JournalBatch).where(JournalBatch.name == "W01")).one()
        assert (own.reason_code, own.item_tracking_on_lines) == ("DAMAGE", False)
        grid = client.get(f"/journal/{own.id}?wide=1").text
    assert 'name="lot_no"' not in grid
