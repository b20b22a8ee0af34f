"""What purchase, sales and transfer documents and their parties may be."""

from __future__ import annotations

import enum


class DocumentStatus(enum.StrEnum):
    """Whether a document may still be edited, or is handed to those who handle it (documents.md section 4)."""

    OPEN = "open"
    RELEASED = "released"


class ShippingAdvice(enum.StrEnum):
    """Whether an order may leave in parts (documents.md section 2)."""

    PARTIAL = "partial"
    COMPLETE = "complete"


class TradeSide(enum.StrEnum):
    """Whom a document deals with: vendors or customers."""

    PURCHASE = "purchase"
    SALES = "sales"


class TradeType(enum.StrEnum):
    """Kind of a purchase or sales document (documents.md section 1)."""

    QUOTE = "quote"
    ORDER = "order"
    INVOICE = "invoice"
    RETURN_ORDER = "return_order"
    CREDIT_MEMO = "credit_memo"
    SERVICE_ORDER = "service_order"


class TradeLineType(enum.StrEnum):
    """What a document line is about; only items move stock (documents.md section 3)."""

    ITEM = "item"
    ITEM_CHARGE = "item_charge"
    GL_ACCOUNT = "gl_account"
    #: sold by the hour; the cost is one of service orders
    RESOURCE = "resource"
    COST = "cost"
    COMMENT = "comment"


class PartyDocumentType(enum.StrEnum):
    """What stands behind a party ledger entry (documents.md section 22)."""

    INVOICE = "invoice"
    CREDIT_MEMO = "credit_memo"
    PAYMENT = "payment"


class PriceListStatus(enum.StrEnum):
    """Only an active price list counts (documents.md section 9)."""

    DRAFT = "draft"
    ACTIVE = "active"
    INACTIVE = "inactive"


class PriceListDefines(enum.StrEnum):
    """What the lines of a price list may say."""

    PRICE = "price"
    DISCOUNT = "discount"
    BOTH = "both"


class DiscountPosting(enum.StrEnum):
    """Which discounts go to accounts of their own (documents.md section 22)."""

    NONE = "none"
    INVOICE = "invoice"
    LINE = "line"
    BOTH = "both"


class DefaultQuantity(enum.StrEnum):
    """What a new order line proposes to move (documents.md section 3)."""

    REMAINDER = "remainder"
    BLANK = "blank"


class DefaultPostingDate(enum.StrEnum):
    """What stands in the posting date of a new document (documents.md section 2)."""

    WORK_DATE = "work_date"
    NO_DATE = "no_date"


class ArchiveQuotes(enum.StrEnum):
    """Whether a converted quote leaves an archived version (documents.md section 15)."""

    NEVER = "never"
    QUESTION = "question"
    ALWAYS = "always"


class DirectTransferPosting(enum.StrEnum):
    """What posting a direct transfer leaves behind (documents.md section 19)."""

    SHIPMENT_AND_RECEIPT = "shipment_and_receipt"
    DIRECT_TRANSFER = "direct_transfer"


class PartyBlocked(enum.StrEnum):
    """How far a customer or vendor is blocked (documents.md section 2)."""

    NONE = ""
    SHIP = "ship"
    INVOICE = "invoice"
    PAYMENT = "payment"
    ALL = "all"


class CenterArea(enum.StrEnum):
    """The documents that a user's responsibility centres are for (items.md section 17)."""

    SALES = "sales"
    PURCHASE = "purchase"
    SERVICE = "service"
