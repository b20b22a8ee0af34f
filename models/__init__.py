"""Tables, constraints and column types; decides nothing and knows nobody above."""

from __future__ import annotations

from models import audit, engine, search_index  # noqa: F401 - all three listen for database events
from models.application_worksheets import (
    ApplicationWorksheet,
    ApplicationWorksheetEntry,
    ApplicationWorksheetLink,
    ApplicationWorksheetValue,
)
from models.attachments import AttachedFile, Attachment
from models.availability import AvailabilitySetup, PlanningAction, PlanningLine, PlanningWarning, TimeBucket
from models.balances import (
    BinContent,
    CostPoint,
    CostToAdjust,
    ItemBalance,
    ItemTotal,
    LedgerCounter,
    PostValueEntryToGl,
    TrackingBalance,
)
from models.base import BLANK_ID, db
from models.bulk_edits import BulkEdit, BulkEditChange
from models.calendars import ShippingAgent, ShippingAgentService, WorkCalendar, WorkCalendarDay
from models.catalog import CatalogItem, CatalogSetup
from models.categories import (
    CategoryAttributeMapping,
    ItemAttribute,
    ItemAttributeMapping,
    ItemAttributeValue,
    ItemCategory,
)
from models.centers import UserCenter
from models.charge_assignments import ItemChargeAssignment
from models.counting import (
    PhysicalInventoryCount,
    PhysicalInventoryOrder,
    PhysicalInventoryOrderLine,
    PhysicalInventoryOrderNumber,
    PhysicalInventoryRecording,
    PhysicalInventoryRecordingLine,
)
from models.currencies import Currency, CurrencyExchangeRate
from models.dimensions import DefaultDimension, Dimension, DimensionSet, DimensionSetEntry, DimensionValue
from models.documents import TradeDocument, TradeLine, TradeLineNumber
from models.gl import (
    CustomerPostingGroup,
    GenBusinessPostingGroup,
    GeneralPostingSetup,
    GenProductPostingGroup,
    GlAccount,
    GlBalance,
    InventoryPostingGroup,
    InventoryPostingSetup,
    VatBusinessPostingGroup,
    VatProductPostingGroup,
    VendorPostingGroup,
)
from models.inventory_documents import (
    InventoryDocument,
    InventoryDocumentLine,
    PostedInventoryDocument,
    PostedInventoryDocumentLine,
)
from models.item_lists import (
    CountingPeriod,
    ItemDiscountGroup,
    PurchasingCode,
    PutAwayTemplate,
    SpecialEquipmentCode,
    WarehouseClass,
)
from models.item_numbers import ItemIdentifier, ItemVendor
from models.item_templates import ItemTemplate
from models.item_texts import ExtendedText, ItemComment
from models.items import (
    Item,
    ItemCharge,
    ItemPicture,
    ItemReference,
    ItemUnitOfMeasure,
    ItemVariant,
    Manufacturer,
    UnitOfMeasure,
)
from models.jobs import Job, StoredFile
from models.journals import ItemJournalLine, JournalBatch, JournalTemplate
from models.ledger import (
    GlEntry,
    GlItemLedgerRelation,
    ItemApplicationEntry,
    ItemLedgerEntry,
    PhysicalInventoryLedgerEntry,
    Register,
    ValueEntry,
    WarehouseEntry,
)
from models.location_parts import WarehouseEmployee, Zone
from models.locations import Bin, Location, LocationBin, ResponsibilityCenter, TransferRoute
from models.parties import Customer, PaymentTerms, Vendor
from models.party_ledger import PartyApplicationEntry, PartyLedgerEntry, VatEntry
from models.picture_imports import PictureImport, PictureImportRow
from models.posted_documents import PostedDocument, PostedLine, PostedLineEntry
from models.prices import InvoiceDiscount, PriceList, PriceListLine
from models.reservations import Reservation
from models.resources import Resource, ServiceCost
from models.search import SearchEntry
from models.setup import (
    AccountingPeriod,
    CompanyInformation,
    GeneralLedgerSetup,
    InventoryPeriod,
    InventoryPeriodLog,
    InventorySetup,
    NumberSeries,
    NumberSeriesLine,
    NumberSeriesRelation,
    ReasonCode,
    SetupVersion,
    SourceCode,
)
from models.ship_to_addresses import ShipToAddress
from models.stockkeeping import StockkeepingUnit, StockPosition, StockPositionDue
from models.substitutes import ItemSubstitute
from models.tracking import NumberCard, NumberKind, NumberPicture, NumberTotal
from models.tracking_codes import ItemTrackingCode, TrackedMovement
from models.trade_archive import TradeArchive
from models.trade_setup import OverReceiptCode, ReturnReason, TradeSetup, VatPostingSetup
from models.transfers import PostedTransfer, PostedTransferLine, TransferLine, TransferLineNumber, TransferOrder
from models.users import AuditEntry, IdempotencyKey, Permission, Role, RoleName, SavedView, UnknownLogin, User

__all__ = [
    "BLANK_ID", "AccountingPeriod", "ApplicationWorksheet", "ApplicationWorksheetEntry", "ApplicationWorksheetLink",
    "ApplicationWorksheetValue", "AttachedFile", "Attachment", "AuditEntry", "AvailabilitySetup", "Bin", "BinContent",
    "BulkEdit", "BulkEditChange", "CatalogItem", "CatalogSetup", "CategoryAttributeMapping", "CompanyInformation",
    "CostPoint", "CostToAdjust", "CountingPeriod", "Currency", "CurrencyExchangeRate", "Customer",
    "CustomerPostingGroup", "DefaultDimension", "Dimension", "DimensionSet", "DimensionSetEntry", "DimensionValue",
    "ExtendedText", "GenBusinessPostingGroup", "GenProductPostingGroup", "GeneralLedgerSetup", "GeneralPostingSetup",
    "GlAccount", "GlBalance", "GlEntry", "GlItemLedgerRelation", "IdempotencyKey", "InventoryDocument",
    "InventoryDocumentLine", "InventoryPeriod", "InventoryPeriodLog", "InventoryPostingGroup", "InventoryPostingSetup",
    "InventorySetup", "InvoiceDiscount", "Item", "ItemApplicationEntry", "ItemAttribute", "ItemAttributeMapping",
    "ItemAttributeValue", "ItemBalance", "ItemCategory", "ItemCharge", "ItemChargeAssignment", "ItemComment",
    "ItemDiscountGroup", "ItemIdentifier", "ItemJournalLine", "ItemLedgerEntry", "ItemPicture", "ItemReference",
    "ItemSubstitute", "ItemTemplate", "ItemTotal", "ItemTrackingCode", "ItemUnitOfMeasure", "ItemVariant", "ItemVendor",
    "Job", "JournalBatch", "JournalTemplate", "LedgerCounter", "Location", "LocationBin", "Manufacturer", "NumberCard",
    "NumberKind", "NumberPicture", "NumberSeries", "NumberSeriesLine", "NumberSeriesRelation", "NumberTotal",
    "OverReceiptCode", "PartyApplicationEntry", "PartyLedgerEntry", "PaymentTerms", "Permission",
    "PhysicalInventoryCount", "PhysicalInventoryLedgerEntry", "PhysicalInventoryOrder", "PhysicalInventoryOrderLine",
    "PhysicalInventoryOrderNumber", "PhysicalInventoryRecording", "PhysicalInventoryRecordingLine", "PictureImport",
    "PictureImportRow", "PlanningAction", "PlanningLine", "PlanningWarning", "PostValueEntryToGl", "PostedDocument",
    "PostedInventoryDocument", "PostedInventoryDocumentLine", "PostedLine", "PostedLineEntry", "PostedTransfer",
    "PostedTransferLine", "PriceList", "PriceListLine", "PurchasingCode", "PutAwayTemplate", "ReasonCode", "Register",
    "Reservation", "Resource", "ResponsibilityCenter", "ReturnReason", "Role", "RoleName", "SavedView", "SearchEntry",
    "ServiceCost", "SetupVersion", "ShipToAddress", "ShippingAgent", "ShippingAgentService", "SourceCode",
    "SpecialEquipmentCode",
    "StockPosition", "StockPositionDue", "StockkeepingUnit", "StoredFile", "TimeBucket", "TrackedMovement",
    "TrackingBalance", "TradeArchive", "TradeDocument", "TradeLine", "TradeLineNumber", "TradeSetup", "TransferLine",
    "TransferLineNumber", "TransferOrder", "TransferRoute", "UnitOfMeasure", "UnknownLogin", "User", "UserCenter",
    "ValueEntry", "VatBusinessPostingGroup", "VatEntry", "VatPostingSetup", "VatProductPostingGroup", "Vendor",
    "VendorPostingGroup", "WarehouseClass", "WarehouseEmployee", "WarehouseEntry", "WorkCalendar", "WorkCalendarDay",
    "Zone", "db",
]  # fmt: skip
