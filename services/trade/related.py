"""Which documents belong together, and what a number names: the way from any document to the others (section 22)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from models import (
    InventoryDocument,
    PostedDocument,
    PostedInventoryDocument,
    PostedTransfer,
    TradeDocument,
    TradeLine,
    TransferOrder,
)
from models.enums import TradeSide

#: Documents of one number shown at most.
MOST = 50


def related_open(session: Session, document: TradeDocument) -> list[TradeDocument]:
    """Open documents on the other side of drop shipments, special orders, and returns that are sent on."""
    own, other = aliased(TradeLine), aliased(TradeLine)
    linked = (
        select(other.document_id)
        .join(own, or_(other.linked_line_id == own.id, own.linked_line_id == other.id))
        .where(own.document_id == document.id)
    )
    statement = (
        select(TradeDocument)
        .where(TradeDocument.id.in_(linked), TradeDocument.id != document.id)
        .order_by(TradeDocument.no)
        .limit(MOST)
    )
    return list(session.scalars(statement))


def find_any(session: Session, side: TradeSide, no: str) -> TradeDocument | PostedDocument | None:
    """The open document of the side with this number, else the posted one, with its lines; None when there is none."""
    if not no:
        return None
    found: TradeDocument | PostedDocument | None = session.scalar(
        select(TradeDocument)
        .where(TradeDocument.side == side, TradeDocument.no == no)
        .options(selectinload(TradeDocument.lines))
        .order_by(TradeDocument.id)
        .limit(1)
    )
    if found is None:
        found = session.scalar(
            select(PostedDocument)
            .where(PostedDocument.side == side, PostedDocument.no == no)
            .options(selectinload(PostedDocument.lines))
            .order_by(PostedDocument.id)
            .limit(1)
        )
    return found


@dataclass(frozen=True)
class Named:
    """All documents that a number names or that came from it."""

    orders: list[TradeDocument]
    posted: list[PostedDocument]
    transfers: list[TransferOrder]
    posted_transfers: list[PostedTransfer]
    inventory: list[InventoryDocument]
    posted_inventory: list[PostedInventoryDocument]

    def __bool__(self) -> bool:
        return bool(
            self.orders or self.posted or self.transfers or self.posted_transfers or self.inventory
            or self.posted_inventory
        )  # fmt: skip


def documents_named(session: Session, no: str) -> Named:
    """Open and posted documents with this number, with this order or quote number, or with this number of theirs.

    From an invoice to its order and shipment as well: what came of the same order is found with it.
    """
    theirs = or_(
        PostedDocument.no == no, PostedDocument.order_no == no, PostedDocument.external_document_no == no,
        PostedDocument.quote_no == no,
    )  # fmt: skip
    own_order = select(PostedDocument.order_no).where(PostedDocument.no == no, PostedDocument.order_no != "")
    posted = session.scalars(
        select(PostedDocument)
        .where(or_(theirs, PostedDocument.order_no.in_(own_order)))
        .order_by(PostedDocument.posting_date, PostedDocument.id)
        .limit(MOST)
    ).all()
    orders = session.scalars(
        select(TradeDocument)
        .where(
            or_(
                TradeDocument.no == no, TradeDocument.external_document_no == no, TradeDocument.vendor_order_no == no,
                TradeDocument.vendor_invoice_no == no, TradeDocument.quote_no == no, TradeDocument.no.in_(own_order),
            )
        )
        .order_by(TradeDocument.id)
        .limit(MOST)
    ).all()  # fmt: skip
    from_order = select(PostedTransfer.order_no).where(PostedTransfer.no == no)
    transfers = session.scalars(
        select(TransferOrder)
        .where(or_(TransferOrder.no == no, TransferOrder.no.in_(from_order)))
        .order_by(TransferOrder.id)
        .limit(MOST)
    ).all()
    posted_transfers = session.scalars(
        select(PostedTransfer)
        .where(
            or_(PostedTransfer.no == no, PostedTransfer.order_no == no, PostedTransfer.order_no.in_(from_order),
                PostedTransfer.external_document_no == no)
        )
        .order_by(PostedTransfer.posting_date, PostedTransfer.id)
        .limit(MOST)
    ).all()  # fmt: skip
    return Named(
        list(orders), list(posted), list(transfers), list(posted_transfers), *_inventory_documents(session, no)
    )


def _inventory_documents(session: Session, no: str) -> tuple[list[InventoryDocument], list[PostedInventoryDocument]]:
    waiting, done = InventoryDocument, PostedInventoryDocument
    return (
        list(
            session.scalars(
                select(waiting)
                .where(or_(waiting.no == no, waiting.external_document_no == no))
                .order_by(waiting.id)
                .limit(MOST)
            )
        ),
        list(
            session.scalars(
                select(done)
                .where(or_(done.no == no, done.source_no == no, done.external_document_no == no))
                .order_by(done.posting_date, done.id)
                .limit(MOST)
            )
        ),
    )
