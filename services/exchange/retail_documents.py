"""A real week of trade as business documents: sales orders shipped and invoiced, credit memos for what came back.

Each invoice number of the file becomes one document, in the order of the file, so that the inventory ends exactly as
the journal leaves it; receivables, sales and VAT come on top. Write-offs are nobody's invoice and stay adjustments.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _
from models import (
    Customer,
    CustomerPostingGroup,
    GenBusinessPostingGroup,
    Item,
    PostedDocument,
    Register,
    VatBusinessPostingGroup,
)
from models.enums import TradeSide, TradeType
from services.exchange.retail_rules import RetailLine
from services.poster import Poster
from services.trade.documents import create_document
from services.trade.lines import add_lines
from services.trade.posting import Wish, post_document

#: Who bought where the file names nobody.
COUNTER_NO = "COUNTER"
_CHUNK = 500


class DocumentPlayer:
    """Opens, fills and posts one document after the other."""

    def __init__(self, session: Session, nos: Sequence[str], location_id: int, poster: Poster) -> None:
        self._session, self._location_id, self._poster = session, location_id, poster
        self._items: dict[str, tuple[int, int]] = {}
        for start in range(0, len(nos), _CHUNK):
            rows = session.execute(
                select(Item.no, Item.id, Item.base_unit_of_measure_id).where(
                    Item.no.in_(list(nos[start : start + _CHUNK]))
                )
            )
            self._items |= {no: (item_id, unit_id) for no, item_id, unit_id in rows}

    def play(self, lines: Sequence[RetailLine]) -> int:
        """Post lines of one day, none of them a write-off, in their order; returns how many documents that made.

        Raises what opening, filling and posting a document raise.
        """
        count = 0
        for (invoice_no, customer), some in groupby(lines, key=lambda line: (line.invoice_no, line.customer)):
            self._post(invoice_no, customer or COUNTER_NO, list(some))
            count += 1
        return count

    def _post(self, invoice_no: str, customer_no: str, lines: Sequence[RetailLine]) -> None:
        credit = goes_back(lines)
        day, user_id = lines[0].day, self._poster.user_id
        header = {"location_id": self._location_id, "external_document_no": invoice_no}
        type_ = TradeType.CREDIT_MEMO if credit else TradeType.ORDER
        document = create_document(self._session, TradeSide.SALES, type_, customer_no, header, on=day, user_id=user_id)
        add_lines(self._session, document.id, [self._line(line, credit=credit) for line in lines], user_id=user_id)
        post_document(self._session, document.id, Wish(handle=True, invoice=True, posting_date=day), self._poster)

    def _line(self, line: RetailLine, *, credit: bool) -> dict[str, object]:
        item_id, unit_id = self._items[line.code]
        return {
            "item_id": item_id,
            "unit_of_measure_id": unit_id,
            "quantity": -line.quantity if credit else line.quantity,
            "location_id": self._location_id,
            # the file's price is what was paid: no list and no discount of ours changes it
            "unit_amount": line.price,
            "line_discount_percent": ZERO,
            "allow_invoice_discount": False,
        }


def goes_back(lines: Sequence[RetailLine]) -> bool:
    """True where an invoice number gives back more than it takes: a credit memo. Pure."""
    amount = sum((line.amount for line in lines), ZERO)
    return amount < 0 or (not amount and all(line.quantity < 0 for line in lines))


def find_counter(session: Session) -> str:
    """The customer of lines that name nobody; made where missing. Raises ValidationError `set_up_missing`."""
    if session.scalar(select(Customer.id).where(Customer.no == COUNTER_NO)) is None:
        group = session.scalar(select(CustomerPostingGroup.id).where(CustomerPostingGroup.code == "DOMESTIC"))
        if group is None:
            raise ValidationError(
                "set_up_missing",
                _("Set up the customer posting group DOMESTIC first: invoices need a receivables account."),
            )
        session.add(
            Customer(
                no=COUNTER_NO, name=_("Customers without a number"), search_name=COUNTER_NO,
                customer_posting_group_id=group,
                gen_business_posting_group_id=session.scalar(
                    select(GenBusinessPostingGroup.id).where(GenBusinessPostingGroup.code == "DOMESTIC")
                ),
                vat_business_posting_group_id=session.scalar(
                    select(VatBusinessPostingGroup.id).where(VatBusinessPostingGroup.code == "DOMESTIC")
                ),
            )
        )  # fmt: skip
        session.flush()
    return COUNTER_NO


def posted_numbers(session: Session, invoice_nos: Sequence[str], batch_name: str) -> set[str]:
    """Which of the file's invoice numbers are posted documents of an earlier import."""
    return set(
        session.scalars(
            select(PostedDocument.external_document_no)
            .join(Register, Register.id == PostedDocument.register_id)
            .where(
                Register.journal_batch_name == batch_name, PostedDocument.external_document_no.in_(list(invoice_nos))
            )
            .distinct()
        )
    )
