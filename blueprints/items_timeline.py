"""The timeline of an item: changes, movements and documents as one list, filtered by kind."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from blueprints.access import may, requires
from blueprints.database import db_session
from blueprints.htmx import render
from blueprints.ledger_parts import entry_url
from blueprints.trade_kinds import document_url
from models import Permission
from models.enums import TradeSide
from services import items
from services.items.timeline import KINDS, Event, kinds_allowed, open_documents_of, open_transfers_of, timeline_of

bp = Blueprint("items_timeline", __name__, url_prefix="/items")

KIND_WORDS = {"change": _l("Changes"), "movement": _l("Movements"), "document": _l("Documents")}


@bp.get("/<path:no>/timeline")
@requires(Permission.ITEMS_VIEW)
def timeline(no: str) -> ResponseReturnValue:
    session = db_session()
    item = items.get_item(session, no)
    sides = [side for side in TradeSide if may(Permission(f"{side.value}.view"))]
    allowed = kinds_allowed(ledger=may(Permission.LEDGER_VIEW), documents=bool(sides))
    wanted = request.args.get("kind", "")
    chosen = [wanted] if wanted in allowed else list(allowed)
    cursor = request.args.get("after", "")[:100]
    found = timeline_of(session, item, kinds=chosen, cursor=cursor, costs=may(Permission.ITEMS_COSTS))
    waiting = open_documents_of(session, item, sides) if "document" in chosen and not cursor else []
    moving = (
        open_transfers_of(session, item)
        if "document" in chosen and not cursor and may(Permission.TRANSFERS_VIEW)
        else []
    )
    return render(
        "items/timeline.html", "items/_timeline.html", item=item, found=found, allowed=allowed,
        kind=wanted if wanted in KINDS else "", words=KIND_WORDS, cursor=cursor, waiting=waiting,
        moving=moving,
        document_url=document_url, event_url=event_url,
    )  # fmt: skip


def event_url(event: Event) -> str | None:
    """What the event opens: the entry, or what was posted under the document's number that day."""
    if event.source == "movement":
        return entry_url(event.id)
    if event.document_no and event.posting_date is not None and may(Permission.LEDGER_VIEW):
        values: dict[str, Any] = {"document_no": event.document_no, "posting_date": event.posting_date.isoformat()}
        return url_for("ledger.find", **values)
    return None
