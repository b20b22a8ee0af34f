"""Purchase orders and invoices made from a sales order: by vendor, of what is missing or of all (section 20)."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Response, request

from blueprints import formats, pickers
from blueprints.access import check_right, current_user, today
from blueprints.database import db_session
from blueprints.decimal_fields import parse_decimal
from blueprints.fields import KeyedForm
from blueprints.htmx import done, render
from blueprints.trade_kinds import DOCUMENT, EDIT, PAGE_KINDS, find, on_both_sides, page_kind
from core.errors import DomainError, NotFound, errors_of
from core.rounding import ZERO
from core.text import _
from core.unit_of_work import perform
from models import Permission
from models.enums import TradeSide, TradeType
from services.planning.from_sales import Buyable, Chosen, buy, buyable_lines

TYPES = {"order": TradeType.ORDER, "invoice": TradeType.INVOICE}


@dataclass
class Row:
    """A line with what was typed, and what is wrong with it by field."""

    shown: Buyable
    ticked: bool
    quantity: str
    vendor: str
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The sales line."""
        return self.shown.line.id


@on_both_sides(DOCUMENT + "/buy", "buy_for_sale", EDIT, "GET", "POST")
def buy_for_sale(side: TradeSide, slug: str, no: str) -> Response:
    """Tick what to buy; an order and an invoice differ in what is proposed."""
    check_right(Permission.PURCHASE_EDIT)
    kind, form = page_kind(side, slug), KeyedForm()
    if (side, kind.type) != (TradeSide.SALES, TradeType.ORDER):
        raise NotFound("document_not_found", _("Purchases are made from a sales order."))
    document = find(kind, no, lines=False)
    what = request.values.get("what", "order")
    what = what if what in TYPES else "order"
    document_id, day, user_id = document.id, today(), current_user.id
    rows = _rows(document_id, what)
    if form.validate_on_submit():
        chosen = _typed(rows)
        try:
            if not any(row.errors for row in rows):
                numbers = perform(
                    db_session(),
                    lambda session: buy(session, document_id, chosen, TYPES[what], on=day, user_id=user_id),
                    key=form.key.data, user_id=user_id,
                )  # fmt: skip
                kinds = PAGE_KINDS[TradeSide.PURCHASE, TYPES[what]]
                back = kinds.url("show", no=numbers[0]) if len(numbers) == 1 else kind.url("show", no=no)
                return done(None, back=back, message=_("Opened: %(numbers)s.", numbers=", ".join(numbers)))
        except DomainError as error:
            by_id = {row.id: row for row in rows}
            for single in errors_of(error):
                if single.line in by_id and single.field in ("quantity", "vendor"):
                    by_id[single.line].errors[single.field] = single.message
                else:
                    form.show(single)
    failed = bool(form.errors) or any(row.errors for row in rows)
    return render(
        "trade/buy.html", "trade/_buy.html", kind=kind, record=find(kind, no, lines=False), form=form, rows=rows,
        what=what, status=422 if failed else 200,
    )  # fmt: skip


def _rows(document_id: int, what: str) -> list[Row]:
    """The lines as they are proposed; sent, as they were typed."""
    rows = []
    sent, ticked = request.method == "POST", set(request.form.getlist("line"))
    for shown in buyable_lines(db_session(), document_id, today=today()):
        proposed, key = shown.proposed(TYPES[what]), shown.line.id
        rows.append(Row(
            shown, str(key) in ticked if sent else proposed > 0,
            request.form.get(f"quantity-{key}", formats.plain_number(proposed))[:40],
            request.form.get(f"vendor-{key}", shown.vendor_no)[:100],
        ))  # fmt: skip
    return rows


def _typed(rows: list[Row]) -> dict[int, Chosen]:
    """What is ticked, read; what cannot be read is said at its row."""
    chosen = {}
    for row in rows:
        if not row.ticked:
            continue
        quantity, vendor_id = ZERO, None
        try:
            quantity = parse_decimal(row.quantity)
        except (DomainError, ValueError):
            row.errors["quantity"] = _("This is not a quantity above zero.")
        if row.vendor.strip():
            hit = pickers.find_by_code("vendor", row.vendor)
            if hit is None:
                row.errors["vendor"] = _("There is no vendor %(no)s.", no=row.vendor)
            else:
                vendor_id = hit.id
        chosen[row.id] = Chosen(quantity, vendor_id)
    return chosen
