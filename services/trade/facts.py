"""What lines of a document depend on: items, charges, resources, VAT, set-up; read for all lines at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import CENT, PLACES, ZERO
from core.sql import ids_of
from core.text import _
from models import (
    GeneralLedgerSetup,
    GlAccount,
    InventorySetup,
    ItemCharge,
    ItemVariant,
    Location,
    OverReceiptCode,
    Resource,
    ReturnReason,
    ServiceCost,
    TradeDocument,
    TradeSetup,
    VatPostingSetup,
)
from models.enums import TradeSide
from services.bins import default_bins
from services.currencies import Exchange
from services.documents import journal_defaults
from services.trade.exchanging import OWN, exchange_of
from services.trade.kinds import kind_of
from services.trade.line_kinds import named_by


@dataclass(frozen=True, slots=True)
class TradeFacts:
    """Set-up, and the cards that lines name."""

    setup: TradeSetup
    inventory: InventorySetup
    ledger: GeneralLedgerSetup
    #: of the document's currency, and of the company's
    amount_rounding: Decimal
    unit_amount_rounding: Decimal
    local_rounding: Decimal
    local_unit_rounding: Decimal
    items: dict[int, journal_defaults.ItemFacts]
    charges: dict[int, ItemCharge]
    accounts: dict[int, GlAccount]
    resources: dict[int, Resource]
    costs: dict[int, ServiceCost]
    variants: dict[int, ItemVariant]
    locations: dict[int, Location]
    #: item id -> rounding precision of its base unit
    precisions: dict[int, Decimal]
    #: (business group, product group) -> VAT %
    vat: dict[tuple[int, int], Decimal]
    over_receipt: dict[str, OverReceiptCode]
    #: of documents that take goods back
    return_reasons: dict[str, ReturnReason]
    #: the document's currency at its rate
    exchange: Exchange = OWN
    #: (location, item, variant) -> its default bin there
    default_bins: dict[tuple[int, int, int], int] = field(default_factory=dict)

    def precision(self, item_id: int | None) -> Decimal:
        """In which steps base units are counted; 0: five places."""
        return self.precisions.get(item_id or 0, ZERO)


def get_setup(session: Session) -> TradeSetup:
    """The set-up of purchases and sales. Raises PostingError `setup_missing`."""
    found = session.get(TradeSetup, 1)
    if found is None:
        raise _not_set_up()
    return found


def _not_set_up() -> PostingError:
    return PostingError("setup_missing", _("The company is not set up yet."), hint=_("Run the set-up wizard first."))


# Put together once: to build a wide SELECT and find it in SQLAlchemy's cache takes longer than to read a few rows.
_SETUPS = (
    select(GeneralLedgerSetup, InventorySetup, TradeSetup)
    .join(InventorySetup, InventorySetup.id == GeneralLedgerSetup.id)
    .join(TradeSetup, TradeSetup.id == GeneralLedgerSetup.id)
    .where(GeneralLedgerSetup.id == 1)
)
_VAT_SETUP = select(VatPostingSetup)
_LOCATIONS = select(Location)


def _setups(session: Session) -> tuple[GeneralLedgerSetup, InventorySetup, TradeSetup]:
    """The three in one statement. Raises as `get_setup`."""
    found = session.execute(_SETUPS).one_or_none()
    if found is None:
        raise _not_set_up()
    return found[0], found[1], found[2]


def load_facts(
    session: Session, item_ids: Iterable[int | None], *, document: TradeDocument | None = None
) -> TradeFacts:
    """Facts for these items. As `facts_of`."""
    return facts_of(session, [{"item_id": item_id} for item_id in item_ids], document=document)


def facts_of(
    session: Session,
    lines: Iterable[Any],
    *,
    document: TradeDocument | None = None,
    vat_setup: Iterable[VatPostingSetup] | None = None,
) -> TradeFacts:
    """Facts for what lines, or values of lines to be, are about; how many they are does not matter.

    `document` says the currency; None: the company's. `vat_setup`: its rows, where the caller has read them.
    Raises as `get_setup`; ValidationError `exchange_rate_missing`.
    """
    named = named_by(lines)
    items = named["item_id"]
    ledger, inventory, setup = _setups(session)
    if vat_setup is None:
        vat_setup = session.scalars(_VAT_SETUP)
    cards = journal_defaults.load_facts(session, items).items if items else {}
    locations = {location.id: location for location in session.scalars(_LOCATIONS)}
    exchange = exchange_of(session, document)
    local, local_unit = ledger.amount_rounding or CENT, ledger.unit_amount_rounding or PLACES
    return TradeFacts(
        setup=setup,
        inventory=inventory,
        ledger=ledger,
        amount_rounding=exchange.amount_rounding if exchange.code else local,
        unit_amount_rounding=exchange.unit_amount_rounding if exchange.code else local_unit,
        local_rounding=local,
        local_unit_rounding=local_unit,
        exchange=exchange,
        items=cards,
        charges=_cards(session, ItemCharge, named["item_charge_id"]),
        accounts=_cards(session, GlAccount, named["gl_account_id"]),
        resources=_cards(session, Resource, named["resource_id"]),
        costs=_cards(session, ServiceCost, named["service_cost_id"]),
        variants={number: variant for card in cards.values() for number, variant in card.variant_cards.items()},
        locations=locations,
        precisions={item_id: _base_precision(card) for item_id, card in cards.items()},
        vat={
            (row.vat_business_posting_group_id, row.vat_product_posting_group_id): row.vat_percent for row in vat_setup
        },
        over_receipt=_over_receipt(session, document),
        return_reasons=_return_reasons(session, document),
        default_bins=default_bins(session, items) if items and _any_bins(locations) else {},
    )


def _cards(session: Session, model: Any, ids: set[int]) -> dict[int, Any]:
    """The cards by id; asked for only where some are named."""
    if not ids:
        return {}
    return {row.id: row for row in session.scalars(select(model).where(model.id.in_(ids_of(session, ids))))}


def _base_precision(card: journal_defaults.ItemFacts) -> Decimal:
    return card.precisions.get(card.item.base_unit_of_measure_id or 0, ZERO)


def _any_bins(locations: Mapping[int, Location]) -> bool:
    return any(location.bin_mandatory for location in locations.values())


def _over_receipt(session: Session, document: TradeDocument | None) -> dict[str, OverReceiptCode]:
    """By code; what is sold is never received beyond its order."""
    if document is not None and document.side == TradeSide.SALES:
        return {}
    return {row.code: row for row in session.scalars(select(OverReceiptCode))}


def _return_reasons(session: Session, document: TradeDocument | None) -> dict[str, ReturnReason]:
    if document is None or not kind_of(document).credit:
        return {}
    return {row.code: row for row in session.scalars(select(ReturnReason))}
