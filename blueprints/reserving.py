"""The reservation drawer of a document line: supply on the left, what the line holds on the right, one tap each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints import formats, inventory_document_kinds, transfer_kinds
from blueprints.access import current_user, requires
from blueprints.availability_words import event_url, event_word
from blueprints.database import db_session
from blueprints.decimal_fields import QuantityField
from blueprints.fields import BaseForm
from blueprints.htmx import done, render, wants_fragment
from blueprints.trade_documents import document_page
from blueprints.trade_kinds import DOCUMENT, EDIT, find, on_both_sides, page_kind
from core.errors import DomainError, NotFound, ValidationError, errors_of
from core.text import _, ngettext
from core.unit_of_work import perform
from models import InventoryDocument, InventoryDocumentLine, Permission, TransferLine, TransferOrder
from models.enums import TradeSide
from services.reservations.bulk import cancel_pairs, reserve_lines, reserve_to_ship
from services.reservations.drawer import drawer_of
from services.reservations.keep import cancel, lower, reserve
from services.reservations.offers import STOCK, EntryRef, LineRef
from services.reservations.sources import SourceKind
from services.trade import page as pages
from services.trade.documents import lines_of


@dataclass(frozen=True)
class Of:
    """Whose drawer it is: the line, and the addresses of the page it stands on."""

    ref: LineRef
    no: str
    line_no: int
    url: str
    back: str


class DrawerForm(BaseForm):
    """The quantity beside a button; the button says what is done."""

    quantity = QuantityField(_l("Quantity"), empty=None, positive=True)


@on_both_sides(DOCUMENT + "/lines/<int:line_no>/reserve", "reserve", EDIT, "GET", "POST")
def trade_line(side: TradeSide, slug: str, no: str, line_no: int) -> Response:
    """Reserve for or from a line of a purchase or sales document."""
    kind = page_kind(side, slug)
    document = find(kind, no, lines=False)
    line = pages.one_line(db_session(), document.id, line_no)
    arguments: dict[str, Any] = {"no": document.no, "line_no": line_no}
    return _answer(
        Of(LineRef(SourceKind.TRADE, line.id), document.no, line_no, kind.url("reserve", **arguments),
           kind.url("show", no=document.no))
    )  # fmt: skip


@transfer_kinds.bp.route("/<path:no>/lines/<int:line_no>/reserve", methods=["GET", "POST"])
@requires(Permission.TRANSFERS_EDIT)
def transfer_line(no: str, line_no: int) -> Response:
    """Reserve what a transfer line takes along (side out), or what it brings (side in)."""
    row = db_session().execute(
        select(TransferLine.id, TransferOrder.no)
        .join(TransferOrder, TransferOrder.id == TransferLine.order_id)
        .where(TransferOrder.no == no.upper(), TransferLine.line_no == min(line_no, 2**31 - 1))
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("document_line_not_found", _("There is no such line in the document."))
    incoming = request.values.get("end") == "in"
    kind = SourceKind.TRANSFER_IN if incoming else SourceKind.TRANSFER_OUT
    url = transfer_kinds.KIND.url("transfer_line", no=row[1], line_no=line_no, end="in" if incoming else None)
    return _answer(Of(LineRef(kind, row[0]), row[1], line_no, url, transfer_kinds.KIND.url("show", no=row[1])))


@inventory_document_kinds.bp.route(
    inventory_document_kinds.KIND_RULE + "/<path:no>/lines/<int:line_no>/reserve", methods=["GET", "POST"]
)
@requires(Permission.JOURNAL_EDIT)
def inventory_line(slug: str, no: str, line_no: int) -> Response:
    """Reserve what a line of an inventory shipment takes, or what one of a receipt brings."""
    kind = inventory_document_kinds.KINDS[slug]
    row = db_session().execute(
        select(InventoryDocumentLine.id, InventoryDocument.no)
        .join(InventoryDocument, InventoryDocument.id == InventoryDocumentLine.document_id)
        .where(
            InventoryDocument.document_type == kind.type, InventoryDocument.no == no.upper(),
            InventoryDocumentLine.line_no == min(line_no, 2**31 - 1),
        )
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("document_line_not_found", _("There is no such line in the document."))
    ref = LineRef(SourceKind.INVENTORY_DOCUMENT, row[0])
    return _answer(
        Of(ref, row[1], line_no, kind.url("inventory_line", no=row[1], line_no=line_no), kind.url("show", no=row[1]))
    )


def _answer(of: Of) -> Response:
    form, refusals, message = DrawerForm(), [], ""
    specific = request.values.get("lots") != "any"
    changed = False
    # What is typed beside a Cancel button matters to nobody.
    typed = request.form.get("do", "").split(" ")[0] in ("take", "serve", "lower")
    if form.is_submitted() and (not typed or form.validate()):
        try:
            message = perform(
                db_session(),
                lambda s: _carry_out(s, of, form.quantity.data if typed else None),
                user_id=current_user.id,
            )
            changed = True
        except DomainError as error:
            refusals = [f"{single.message} {single.hint or ''}".strip() for single in errors_of(error)]
    elif form.is_submitted():
        refusals = [str(error) for errors in form.errors.values() for error in errors]
    context: dict[str, Any] = {
        "of": of, "drawer": drawer_of(db_session(), of.ref, specific=specific), "specific": specific,
        "refusals": refusals, "told": message, "form": form, "event_word": event_word, "event_url": event_url,
    }  # fmt: skip
    if changed:
        # The drawer says it itself; a plain browser hears it on the document it comes back to.
        heard = None if wants_fragment() else message
        return done(
            "availability/_reserve.html", back=of.back, event="reservations-changed", message=heard, **context
        )  # fmt: skip
    return render(
        "availability/reserve.html", "availability/_reserve.html", status=422 if refusals else 200, **context
    )  # fmt: skip


def _carry_out(session: Session, of: Of, quantity: Decimal | None) -> str:
    """What the pressed button says; the sentence for the person."""
    what, _cut, which = request.form.get("do", "")[:80].partition(" ")
    name, specific = current_user.full_name or current_user.email, request.form.get("lots") != "any"
    if what in ("auto", "stock"):
        found = reserve_lines(session, [of.ref], among={STOCK} if what == "stock" else None, specific=specific,
                              user_name=name)  # fmt: skip
        if not found.missing:
            return _("%(quantity)s reserved.", quantity=formats.quantity(found.quantity))
        return _("%(quantity)s reserved; %(missing)s could not be.", quantity=formats.quantity(found.quantity),
                 missing=formats.quantity(found.missing))  # fmt: skip
    if what == "kind":
        taken = reserve(session, of.ref, among={which}, specific=specific, user_name=name)
        return _("%(quantity)s reserved.", quantity=formats.quantity(taken))
    if what == "take":
        taken = reserve(session, of.ref, _ref(which), quantity, specific=specific, user_name=name)
        return _("%(quantity)s reserved.", quantity=formats.quantity(taken))
    if what == "serve":
        other = _ref(which)
        if not isinstance(other, LineRef):
            raise ValidationError("not_reservable", _("Choose a line that needs goods."))
        taken = reserve(session, other, of.ref, quantity, user_name=name)
        return _("%(quantity)s reserved.", quantity=formats.quantity(taken))
    return _take_back(session, of, what, which, quantity)


def _take_back(session: Session, of: Of, what: str, which: str, quantity: Decimal | None) -> str:
    drawer = drawer_of(session, of.ref)
    own = {str(pair.id) for pair in drawer.pairs} if drawer is not None else set()
    if what in ("cancel", "lower") and which in own:
        if what == "lower" and quantity is not None:
            lower(session, int(which), quantity)
            return _("Lowered to %(quantity)s.", quantity=formats.quantity(quantity))
        cancel_pairs(session, [int(which)])
        return _("Cancelled.")
    if what == "cancel_kind" and drawer is not None:
        count = cancel_pairs(session, [pair.id for pair in drawer.pairs if pair.supply.event == which])
        return ngettext("%(num)s reservation cancelled.", "%(num)s reservations cancelled.", count)
    if what == "cancel_all" and drawer is not None:
        supply = not drawer.line.demand
        taken = cancel(session, None if supply else of.ref, of.ref if supply else None)
        return _("%(quantity)s are free again.", quantity=formats.quantity(taken))
    raise ValidationError("nothing_reserved", _("This reservation is not there any more."))


def _ref(key: str) -> LineRef | EntryRef:
    """What a button names: `e12` or `trade:5`. Raises ValidationError `not_reservable`."""
    kind, colon, number = key.partition(":")
    if not colon and key.startswith("e"):
        kind, number = "e", key[1:]
    if number.isascii() and number.isdigit() and len(number) < 19:
        if kind == "e":
            return EntryRef(int(number))
        if kind in set(SourceKind):
            return LineRef(SourceKind(kind), int(number))
    raise ValidationError("not_reservable", _("Choose one of the supplies."))


@on_both_sides(DOCUMENT + "/reserve-all", "reserve_all", EDIT, "POST")
def reserve_all(side: TradeSide, slug: str, no: str) -> Response:
    """Reserve what every line of the document still needs; from stock alone, what is to ship, where the button says so.

    What is to ship and cannot be had from stock refuses the whole (section 5).
    """
    kind = page_kind(side, slug)
    document = find(kind, no, lines=False)
    document_id, stock_only = document.id, request.form.get("among") == STOCK
    name = current_user.full_name or current_user.email

    def work(session: Session) -> tuple[Decimal, Decimal]:
        lines = [line for line in lines_of(session, document_id) if line.item_id]
        if stock_only:
            found = reserve_to_ship(session, lines, user_name=name)
        else:
            refs = [LineRef(SourceKind.TRADE, line.id) for line in lines]
            found = reserve_lines(session, refs, user_name=name)
        if stock_only and found.missing:
            raise ValidationError(
                "stock_insufficient",
                _("%(missing)s are not in stock or are reserved for others; nothing was reserved.",
                  missing=formats.quantity(found.missing)),
                hint=_("Reserve automatically: that takes what is on order as well."),
            )  # fmt: skip
        return found.quantity, found.missing

    try:
        taken, missing = perform(db_session(), work, user_id=current_user.id)
    except DomainError as error:
        return document_page(kind, no, refusal=error, status=422)
    message = _("%(quantity)s reserved.", quantity=formats.quantity(taken))
    if missing:
        message = _("%(quantity)s reserved; %(missing)s could not be.", quantity=formats.quantity(taken),
                    missing=formats.quantity(missing))  # fmt: skip
    return done(None, back=kind.url("show", no=no), message=message, category="warning" if missing else "success")
