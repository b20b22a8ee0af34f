"""Lines of a document: added, changed, deleted, with what each refuses (documents.md sections 3, 4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from core.errors import NotFound, ValidationError
from core.text import _
from models import TradeDocument, TradeLine
from services.attachments import follow_items
from services.catalog.items import take_back
from services.reservations.changes import reserve_always, trade_line_changed
from services.trade import line_prices, line_values
from services.trade.companions import automatic_texts, drop_texts, follow_item, insert_texts, text_line
from services.trade.documents import (
    check_deletable,
    check_open,
    lock_document,
    note_change,
    who_changed,
)
from services.trade.facts import TradeFacts, facts_of
from services.trade.kinds import is_purchase
from services.trade.line_kinds import NUMBERS
from services.trade.line_numbers import Number, check_numbers_fit, set_numbers
from services.trade.parties import check_center
from services.trade.purchasing import over_receipt, purchasing, return_reason
from services.trade.references import name_by_reference, name_change
from services.values import assign, line_changed

#: Line numbers leave room between them.
STEP = 10_000

#: What may be changed while the document is released: how much to move and bill, and purchase dates.
ALWAYS_OPEN = frozenset({"qty_to_handle", "qty_to_invoice", "qty_to_consume", "bin_id", "over_receipt_code"})
PURCHASE_DATES = frozenset({"requested_date", "promised_date", "planned_date", "expected_date", "order_date",
                            "lead_time", "safety_lead_time", "handling_time"})  # fmt: skip
#: Columns that `assign` checks and stores as they are; line_values.py does what follows from them.
FIELDS = (
    "type", *NUMBERS, "variant_id", "description", "item_reference_no", "vendor_item_no", "unit_of_measure_id",
    "location_id", "bin_id", "quantity", "qty_to_handle", "qty_to_invoice",
    "qty_to_consume", "over_receipt_code", "unit_amount", "unit_cost", "indirect_cost_percent", "line_discount_percent",
    "line_discount_amount", "allow_invoice_discount", "invoice_discount_amount", "requested_date", "promised_date",
    "planned_date", "expected_date", "order_date", "shipping_time", "handling_time", "lead_time", "safety_lead_time",
    "purchasing_code", "drop_shipment", "special_order", "applies_to_entry_id", "applies_from_entry_id", "reserve",
    "return_reason_code", "gross_weight", "net_weight", "unit_volume",
)  # fmt: skip
SIGNED = frozenset({"quantity", "qty_to_handle", "qty_to_invoice", "qty_to_consume", "unit_amount"})


def add_lines(
    session: Session,
    document_id: int,
    values: Sequence[Mapping[str, object]],
    *,
    numbers: Sequence[Sequence[Number]] = (),
    user_id: int | None = None,
) -> list[TradeLine]:
    """Add lines at the end, all or nothing, with the texts and files that follow their items.

    `numbers` are lots and serial numbers of each line, in its order.

    Values are FIELDS; what is left out is proposed from item, party and price lists; a line with a reference number
    and no item is filled from the reference. The first line that cannot be kept raises ValidationError with its `line`
    (its place in `values` from 1): `unknown_reference`, `ambiguous_reference`, `document_released`,
    `item_sales_blocked`, `item_purchasing_blocked`, `item_blocked`, `variant_not_of_item`, `unit_not_of_item`,
    `location_in_transit`, `quantity_rounds_to_zero`, `discount_out_of_range` and those of quantities.py and `assign`.
    """
    document = lock_document(session, document_id)
    check_center(session, document, user_id)
    check_open(document)
    values = name_by_reference(session, document, values)
    last = session.scalar(select(func.max(TradeLine.line_no)).where(TradeLine.document_id == document_id)) or 0
    facts = facts_of(session, values, document=document)
    prices = line_prices.PriceBook(session, document, facts) if facts.items else None
    texts = automatic_texts(session, document, [found.item for found in facts.items.values()])
    added, below = [], []
    for place, given in enumerate(values, 1):
        last += STEP
        line = TradeLine(document_id=document_id, line_no=last, version=1)
        line_values.start(line)
        try:
            with session.no_autoflush:
                _apply(session, document, line, given, facts, prices)
                if place <= len(numbers) and numbers[place - 1]:
                    set_numbers(line, numbers[place - 1], facts)
        except ValidationError as error:
            error.line = place
            raise
        session.add(line)
        added.append(line)
        for text in texts.get(line.item_id or 0, ()):
            last += STEP
            below.append((line, text_line(document_id, last, text)))
    note_change(document, user_id)
    session.flush()
    for line, text in below:
        text.attached_to_line_id = line.id
        session.add(text)
    follow_items(session, document, added)
    for line in added:
        reserve_always(session, line)
    return added


def change_line(
    session: Session,
    document_id: int,
    line_no: int,
    values: Mapping[str, object],
    *,
    version: int | None = None,
    numbers: Sequence[Number] | None = None,
    choice: str = "",
    user_id: int | None = None,
) -> TradeLine:
    """Change fields of a line, and its lots and serial numbers where `numbers` is given; quantities and amounts follow.

    A changed reference number brings item, variant, unit and text; cleared, it leaves those of the cards; `choice` is
    the key of one of the candidates of an earlier refusal.
    Raises ConflictError `line_changed`; ValidationError `document_released`, `line_already_handled`,
    `line_not_invoiced`, `line_fetched`, `line_linked`, and what `add_lines` raises.
    """
    document = lock_document(session, document_id)
    check_center(session, document, user_id)
    line = get_line(session, document_id, line_no)
    if version is not None and version != line.version:
        raise line_changed(who_changed(session, document), line.line_no)
    values = name_change(session, document, line, values, choice=choice)
    changed = {name: value for name, value in values.items() if getattr(line, name, None) != value}
    return _carry_out(session, document, line, changed, numbers=numbers, user_id=user_id)


def replace_item(
    session: Session, document_id: int, line_no: int, values: Mapping[str, object], *, user_id: int | None = None
) -> TradeLine:
    """Put another item on a line; `values` that the line has already are kept too. Raises as `change_line`."""
    document = lock_document(session, document_id)
    check_center(session, document, user_id)
    return _carry_out(session, document, get_line(session, document_id, line_no), values, user_id=user_id)


def _carry_out(
    session: Session,
    document: TradeDocument,
    line: TradeLine,
    changed: Mapping[str, object],
    *,
    numbers: Sequence[Number] | None = None,
    user_id: int | None = None,
) -> TradeLine:
    """What is said about the line onto it, with all that follows."""
    facts = facts_of(session, [line, changed], document=document)
    check_change(document, line, changed)
    prices = line_prices.PriceBook(session, document, facts) if facts.items else None
    try:
        with session.no_autoflush:
            _apply(session, document, line, changed, facts, prices)
            if numbers is not None:
                set_numbers(line, numbers, facts)
            check_numbers_fit(line)
    except ValidationError as error:
        error.line = error.line or line.line_no
        session.expire(line)
        raise
    line.version += 1
    note_change(document, user_id)
    session.flush()
    if "item_id" in changed:
        follow_item(session, document, line)
    trade_line_changed(session, line, changed if numbers is None else {*changed, "numbers"})
    return line


def put_texts(session: Session, document_id: int, line_no: int, *, user_id: int | None = None) -> int:
    """Put the extended texts of a line's item under it, on request; returns how many lines of text.

    Raises ValidationError `document_released`, `line_not_item`, `no_extended_text`.
    """
    document = lock_document(session, document_id)
    check_center(session, document, user_id)
    check_open(document, line=line_no)
    count = insert_texts(session, document, get_line(session, document_id, line_no))
    note_change(document, user_id)
    session.flush()
    return count


def get_line(session: Session, document_id: int, line_no: int) -> TradeLine:
    """The line, locked with its document. Raises NotFound `document_line_not_found`."""
    line = session.scalar(
        select(TradeLine)
        .where(TradeLine.document_id == document_id, TradeLine.line_no == line_no)
        .options(selectinload(TradeLine.numbers))
        .execution_options(populate_existing=True)
    )
    if line is None:
        raise NotFound(
            "document_line_not_found",
            _("This line is not in the document any more: it was posted or deleted meanwhile."),
            line=line_no,
        )
    return line


def delete_line(session: Session, document_id: int, line_no: int, *, user_id: int | None = None) -> list[str]:
    """Delete a line with its reservations, numbers and texts; returns the numbers of items that were made for it and
    are gone too (items.md section 11). Raises ValidationError `document_released`,
    `line_not_invoiced`, `line_already_handled`, `line_linked`.
    """
    document = lock_document(session, document_id)
    check_center(session, document, user_id)
    check_open(document, line=line_no)
    line = get_line(session, document_id, line_no)
    check_deletable(document, line)
    drop_texts(session, line)
    item_ids = [line.item_id] if line.item_id is not None else []
    session.delete(line)
    note_change(document, user_id)
    session.flush()
    return take_back(session, item_ids)


def check_change(document: TradeDocument, line: TradeLine, changed: Collection[str]) -> None:
    """What status and progress of the line forbid to change (documents.md sections 3, 4)."""
    names = set(changed) - ALWAYS_OPEN
    if is_purchase(document):
        names -= PURCHASE_DATES
    if names:
        check_open(document, field=min(names), line=line.line_no)
    moved = bool(line.qty_handled)
    if moved and line.posted_line_id is None and set(changed) & {"type", *NUMBERS, "unit_of_measure_id"}:
        raise ValidationError(
            "line_already_handled",
            _("Something of this line is received or shipped; item and unit stay as they are."),
            line=line.line_no, hint=_("Add another line instead."),
        )  # fmt: skip
    if line.qty_not_invoiced and line.posted_line_id is None and set(changed) & {"variant_id", "location_id"}:
        raise ValidationError(
            "line_not_invoiced",
            _("Something of this line is received or shipped and not invoiced; variant and location stay."),
            line=line.line_no, hint=_("Invoice it first, or add another line."),
        )  # fmt: skip
    if line.posted_line_id is not None and set(changed) & _LINKED:
        raise ValidationError(
            "line_fetched",
            _("This line bills a posted receipt or shipment; only quantity and price may change."),
            line=line.line_no, hint=_("Delete the line and fetch another one."),
        )  # fmt: skip
    tied = line.linked_line_id is not None and (line.drop_shipment or line.special_order)
    if tied and set(changed) & (_LINKED | _OF_LINKED):
        raise ValidationError(
            "line_linked",
            _("This line is tied to a line of another order; item, variant, location and unit stay."),
            line=line.line_no, hint=_("Delete the line of the purchase order first."),
        )  # fmt: skip


_OF_LINKED = {"unit_of_measure_id", "purchasing_code", "drop_shipment", "special_order"}
_LINKED = {"type", *NUMBERS, "variant_id", "location_id"}


def _apply(
    session: Session,
    document: TradeDocument,
    line: TradeLine,
    changed: Mapping[str, object],
    facts: TradeFacts,
    prices: line_prices.PriceBook | None,
) -> None:
    """Checked values onto the line; what follows from them."""
    known = {name: value for name, value in changed.items() if _is_known(name, value, facts)}
    checked = TradeLine()
    rest = {name: value for name, value in changed.items() if name not in known}
    assign(session, checked, rest, FIELDS, may_be_negative=SIGNED)
    given = {name: known[name] if name in known else getattr(checked, name) for name in changed}
    given |= purchasing(session, document, line, given, facts)
    given |= over_receipt(session, document, line, given, facts)
    given |= return_reason(document, line, given, facts)
    line_values.apply(document, line, given, facts, prices)


def _is_known(name: str, value: object, facts: TradeFacts) -> bool:
    """True for a reference to a row that was read already: five hundred lines do not ask for it again."""
    rows: Mapping[str, Collection[int]] = {
        "item_id": facts.items,
        "item_charge_id": facts.charges,
        "gl_account_id": facts.accounts,
        "resource_id": facts.resources,
        "service_cost_id": facts.costs,
        "location_id": facts.locations,
        "variant_id": facts.variants,
    }
    return isinstance(value, int) and value in rows.get(name, ())
