"""The kinds of purchase and sales documents as pages know them: words, addresses, rights; the two blueprints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, g, url_for
from flask_babel import lazy_gettext as _l

from blueprints.access import current_user, requires
from blueprints.database import db_session
from core.errors import NotFound
from core.text import _
from models import Permission, PostedDocument, TradeDocument
from models.enums import CenterArea, DocumentType, TradeSide, TradeType
from services.centers import limit_of
from services.trade.documents import get_document, get_document_id
from services.trade.kinds import KINDS, Kind

BLUEPRINTS = {
    TradeSide.PURCHASE: Blueprint("purchase", __name__, url_prefix="/purchase"),
    TradeSide.SALES: Blueprint("sales", __name__, url_prefix="/sales"),
}
VIEW = {TradeSide.PURCHASE: Permission.PURCHASE_VIEW, TradeSide.SALES: Permission.SALES_VIEW}
EDIT = {TradeSide.PURCHASE: Permission.PURCHASE_EDIT, TradeSide.SALES: Permission.SALES_EDIT}
POST = {TradeSide.PURCHASE: Permission.PURCHASE_POST, TradeSide.SALES: Permission.SALES_POST}
#: slug in the address -> type
SLUGS = {
    "quotes": TradeType.QUOTE,
    "orders": TradeType.ORDER,
    "invoices": TradeType.INVOICE,
    "return-orders": TradeType.RETURN_ORDER,
    "credit-memos": TradeType.CREDIT_MEMO,
    "service-orders": TradeType.SERVICE_ORDER,
}
SLUG_OF = {type_: slug for slug, type_ in SLUGS.items()}
#: the converter of a kind in an address
KIND_RULE = "/<any(" + ",".join(f'"{slug}"' for slug in SLUGS) + "):slug>"
DOCUMENT = KIND_RULE + "/<path:no>"

_P, _S = TradeSide.PURCHASE, TradeSide.SALES
#: (side, type): (plural, one, what the empty list says)
_WORDS: dict[tuple[TradeSide, TradeType], tuple[Any, Any, Any]] = {
    (_P, TradeType.QUOTE): (_l("Purchase quotes"), _l("Purchase quote"), _l("No vendor was asked for a price yet.")),
    (_P, TradeType.ORDER): (_l("Purchase orders"), _l("Purchase order"), _l("Nothing is on order.")),
    (_P, TradeType.INVOICE): (_l("Purchase invoices"), _l("Purchase invoice"), _l("No bill waits to be posted.")),
    (_P, TradeType.RETURN_ORDER): (
        _l("Purchase return orders"), _l("Purchase return order"), _l("Nothing goes back to a vendor.")
    ),
    (_P, TradeType.CREDIT_MEMO): (
        _l("Purchase credit memos"), _l("Purchase credit memo"), _l("No credit memo of a vendor waits to be posted.")
    ),
    (_S, TradeType.QUOTE): (_l("Sales quotes"), _l("Sales quote"), _l("No quote is open.")),
    (_S, TradeType.ORDER): (_l("Sales orders"), _l("Sales order"), _l("No customer waits for anything.")),
    (_S, TradeType.INVOICE): (_l("Sales invoices"), _l("Sales invoice"), _l("No invoice waits to be posted.")),
    (_S, TradeType.RETURN_ORDER): (
        _l("Sales return orders"), _l("Sales return order"), _l("No customer sends anything back.")
    ),
    (_S, TradeType.CREDIT_MEMO): (
        _l("Sales credit memos"), _l("Sales credit memo"), _l("No credit memo waits to be posted.")
    ),
    (_S, TradeType.SERVICE_ORDER): (_l("Service orders"), _l("Service order"), _l("No customer waits for a service.")),
}  # fmt: skip


@dataclass(frozen=True)
class PageKind:
    """One kind of document on pages."""

    side: TradeSide
    type: TradeType

    @property
    def kind(self) -> Kind:
        """What services know of it."""
        return KINDS[self.side, self.type]

    @property
    def slug(self) -> str:
        """Its word in the address."""
        return SLUG_OF[self.type]

    @property
    def title(self) -> str:
        """The list's heading."""
        return str(_WORDS[self.side, self.type][0])

    @property
    def one(self) -> str:
        """What one is called."""
        return str(_WORDS[self.side, self.type][1])

    @property
    def lazy(self) -> tuple[Any, Any, Any]:
        """Plural, singular, sentence of the empty list; translated when drawn."""
        return _WORDS[self.side, self.type]

    @property
    def key(self) -> str:
        """A name for saved views: `purchase_order` ..."""
        return f"{self.side}_{self.type}"

    @property
    def list_endpoint(self) -> str:
        """The endpoint of its list; orders are the area's first page."""
        name = "index" if self.type == TradeType.ORDER else self.slug.replace("-", "_")
        return f"{self.side}.{name}"

    @property
    def party_word(self) -> str:
        """Vendor or customer."""
        return _("Vendor") if self.side == _P else _("Customer")

    @property
    def party_page(self) -> str:
        """The endpoint of the party's card."""
        return "vendors.show" if self.side == _P else "customers.show"

    @property
    def view(self) -> Permission:
        """The right to see it."""
        return VIEW[self.side]

    @property
    def edit(self) -> Permission:
        """The right to change it."""
        return EDIT[self.side]

    @property
    def post(self) -> Permission:
        """The right to post it."""
        return POST[self.side]

    @property
    def handle_word(self) -> str:
        """What moving its goods is called: Ship or Receive."""
        return _("Ship") if self.kind.ships else _("Receive")

    @property
    def handled_word(self) -> str:
        """Shipped or Received."""
        return _("Shipped") if self.kind.ships else _("Received")

    def progress_words(self, moved: bool, left: bool) -> str:
        """How far the goods of an order are: something moved, something is left; "" where nothing has moved."""
        if not moved:
            return ""
        if left:
            return _("partly shipped") if self.kind.ships else _("partly received")
        return _("shipped") if self.kind.ships else _("received")

    @property
    def to_handle_word(self) -> str:
        """The column of what moves next."""
        return _("To ship") if self.kind.ships else _("To receive")

    def url(self, action: str, **arguments: Any) -> str:
        """The address of a page of this kind."""
        return url_for(f"{self.side}.{action}", slug=self.slug, **arguments)


PAGE_KINDS = {(side, type_): PageKind(side, type_) for side in TradeSide for type_ in SLUGS.values()
              if (side, type_) in KINDS}  # fmt: skip


def page_kind(side: TradeSide, slug: str) -> PageKind:
    """The kind in an address. Raises NotFound `document_not_found` where the side has no such documents."""
    g.area = side.value
    found = PAGE_KINDS.get((side, SLUGS[slug]))
    if found is None:
        raise NotFound("document_not_found", _("There are no such documents here."))
    return found


def kind_of_document(document: TradeDocument) -> PageKind:
    """The page kind of a document."""
    return PAGE_KINDS[document.side, document.type]


def find(kind: PageKind, no: str, *, lines: bool = True) -> TradeDocument:
    """The document in the address, with or without its lines, for those of its responsibility centre.

    Raises NotFound `document_not_found`.
    """
    document = get_document(db_session(), kind.side, kind.type, no, lines=lines)
    _check_site(kind, no, document.responsibility_center_id)
    return document


def find_id(kind: PageKind, no: str) -> int:
    """The id of the document in the address, for what reads the document itself. Raises as `find`."""
    document_id, center_id = get_document_id(db_session(), kind.side, kind.type, no)
    _check_site(kind, no, center_id)
    return document_id


def _check_site(kind: PageKind, no: str, center_id: int | None) -> None:
    limit = centers_of_user(kind.side)
    if limit is not None and center_id not in limit:
        raise NotFound("document_not_found", _("There is no such document %(no)s for your site.", no=no))


def centers_of_user(side: TradeSide) -> frozenset[int] | None:
    """The responsibility centres the user is limited to; None: all. Asked once a request, of limited users only."""
    if (current_user.purchase_center_id if side == _P else current_user.sales_center_id) is None:
        return None
    known: dict[TradeSide, frozenset[int] | None] = g.setdefault("centers_of_user", {})
    if side not in known:
        area = CenterArea.PURCHASE if side == _P else CenterArea.SALES
        known[side] = limit_of(db_session(), current_user.id, area)
    return known[side]


def of_own_centers(statement: Any, model: Any, side: TradeSide) -> Any:
    """The statement narrowed to documents of the user's responsibility centres (TradeDocument or PostedDocument)."""
    centers = centers_of_user(side)
    return statement if centers is None else statement.where(model.responsibility_center_id.in_(sorted(centers)))


Rights = Mapping[TradeSide, Permission]


def on_both_sides(
    rule: str, endpoint: str, rights: Rights, *methods: str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The view `view(side, ...)` at `rule` of purchase and of sales, each with its own right; GET unless said."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        for side, blueprint in BLUEPRINTS.items():
            guarded = requires(rights[side])(partial(view, side))
            blueprint.add_url_rule(rule, endpoint, guarded, methods=list(methods or ("GET",)))
        return view

    return decorate


# ------------------------------------------------------------------------------------------------ posted
@dataclass(frozen=True)
class PostedKind:
    """One kind of posted document on pages."""

    side: TradeSide
    type: DocumentType
    slug: str
    plural: Any
    one: Any
    #: an invoice or credit memo: has amounts
    bill: bool = False

    @property
    def list_endpoint(self) -> str:
        """The endpoint of its list."""
        return f"{self.side}.posted_{self.slug.removeprefix('posted-').replace('-', '_')}"

    @property
    def key(self) -> str:
        """A name for saved views."""
        return f"posted_{self.type}"


POSTED_KINDS = (
    PostedKind(_P, DocumentType.PURCHASE_RECEIPT, "receipts", _l("Posted receipts"), _l("Receipt")),
    PostedKind(_P, DocumentType.PURCHASE_RETURN_SHIPMENT, "return-shipments", _l("Posted return shipments"),
               _l("Return shipment")),
    PostedKind(_P, DocumentType.PURCHASE_INVOICE, "posted-invoices", _l("Posted purchase invoices"),
               _l("Purchase invoice"), bill=True),
    PostedKind(_P, DocumentType.PURCHASE_CREDIT_MEMO, "posted-credit-memos", _l("Posted purchase credit memos"),
               _l("Purchase credit memo"), bill=True),
    PostedKind(_S, DocumentType.SALES_SHIPMENT, "shipments", _l("Posted shipments"), _l("Shipment")),
    PostedKind(_S, DocumentType.SALES_RETURN_RECEIPT, "return-receipts", _l("Posted return receipts"),
               _l("Return receipt")),
    PostedKind(_S, DocumentType.SALES_INVOICE, "posted-invoices", _l("Posted sales invoices"), _l("Sales invoice"),
               bill=True),
    PostedKind(_S, DocumentType.SALES_CREDIT_MEMO, "posted-credit-memos", _l("Posted sales credit memos"),
               _l("Sales credit memo"), bill=True),
    PostedKind(_S, DocumentType.SERVICE_SHIPMENT, "service-shipments", _l("Posted service shipments"),
               _l("Service shipment")),
    PostedKind(_S, DocumentType.SERVICE_INVOICE, "service-invoices", _l("Posted service invoices"),
               _l("Service invoice"), bill=True),
)  # fmt: skip
POSTED_OF = {kind.type: kind for kind in POSTED_KINDS}


def posted_slugs(side: TradeSide) -> str:
    """The converter of a posted kind in an address."""
    return "/posted/<any(" + ",".join(f'"{kind.slug}"' for kind in POSTED_KINDS if kind.side == side) + "):slug>"


def posted_kind(side: TradeSide, slug: str) -> PostedKind:
    """The posted kind in an address."""
    g.area = side.value
    return next(kind for kind in POSTED_KINDS if kind.side == side and kind.slug == slug)


def posted_url(posted: PostedDocument) -> str:
    """The page of a posted document."""
    kind = POSTED_OF[posted.document_type]
    return url_for(f"{kind.side}.posted", slug=kind.slug, no=posted.no)


def document_url(document: TradeDocument) -> str:
    """The page of a document."""
    return kind_of_document(document).url("show", no=document.no)
