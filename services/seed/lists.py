"""The short lists every company starts with: number series, source and reason codes, units, terms, journals.

Plain data: services/seed/defaults.py writes it.
"""

from __future__ import annotations

from models.enums import JournalType

#: code: description, first number, may be typed by hand
NUMBER_SERIES: dict[str, tuple[str, str, bool]] = {
    "ITEM": ("Items", "1000", True),
    "CATALOG": ("Catalog items", "CAT-1001", True),
    "VEND": ("Vendors", "V1001", True),
    "CUST": ("Customers", "C1001", True),
    "IJNL": ("Item journal documents", "IJ-00001", True),
    "RECLASS": ("Item reclassification documents", "RC-00001", True),
    "PHYSINV": ("Physical inventory documents", "PH-00001", True),
    "REVAL": ("Revaluation documents", "RV-00001", True),
    "PO": ("Purchase orders", "PO-1001", False),
    "PRCPT": ("Posted purchase receipts", "PR-1001", False),
    "PINV": ("Posted purchase invoices", "PI-1001", False),
    "PRET": ("Purchase return orders", "PT-1001", False),
    "PCRM": ("Posted purchase credit memos", "PC-1001", False),
    "SO": ("Sales orders", "SO-1001", False),
    "SSHPT": ("Posted sales shipments", "SS-1001", False),
    "SINV": ("Posted sales invoices", "SI-1001", False),
    "SRET": ("Sales return orders", "SR-1001", False),
    "SCRM": ("Posted sales credit memos", "SC-1001", False),
    "PQUOTE": ("Purchase quotes", "PQ-1001", False),
    "PDRAFT": ("Purchase invoices", "PV-1001", False),
    "PCDRAFT": ("Purchase credit memos", "PM-1001", False),
    "PRSHPT": ("Posted purchase return shipments", "PS-1001", False),
    "SQUOTE": ("Sales quotes", "SQ-1001", False),
    "SDRAFT": ("Sales invoices", "SV-1001", False),
    "SCDRAFT": ("Sales credit memos", "SM-1001", False),
    "SRRCPT": ("Posted sales return receipts", "RR-1001", False),
    "SERVICE": ("Service orders", "SE-1001", False),
    "TO": ("Transfer orders", "TO-1001", False),
    "TSHPT": ("Posted transfer shipments", "TS-1001", False),
    "TRCPT": ("Posted transfer receipts", "TR-1001", False),
    "TDIRECT": ("Posted direct transfers", "TD-1001", False),
    "IRCPT": ("Inventory receipts", "IR-1001", False),
    "ISHPT": ("Inventory shipments", "IS-1001", False),
    "PIRCPT": ("Posted inventory receipts", "PIR-1001", False),
    "PISHPT": ("Posted inventory shipments", "PIS-1001", False),
    "ASM": ("Assembly orders", "AO-1001", False),
    "PROD": ("Production orders", "MO-1001", False),
    "WHSE": ("Warehouse documents", "WH-1001", False),
    "COUNT": ("Counts", "CO-1001", False),
    "PCOUNT": ("Posted counts", "PCO-1001", False),
    "SERIAL": ("Serial numbers", "SN-00001", True),
    "LOT": ("Lot numbers", "LOT-0001", True),
}

#: field of the purchase and sales set-up without `_nos_id`: series
TRADE_SERIES: dict[str, str] = {
    "purchase_quote": "PQUOTE",
    "purchase_order": "PO",
    "purchase_invoice": "PDRAFT",
    "purchase_return_order": "PRET",
    "purchase_credit_memo": "PCDRAFT",
    "posted_receipt": "PRCPT",
    "posted_purchase_invoice": "PINV",
    "posted_return_shipment": "PRSHPT",
    "posted_purchase_credit_memo": "PCRM",
    "sales_quote": "SQUOTE",
    "sales_order": "SO",
    "sales_invoice": "SDRAFT",
    "sales_return_order": "SRET",
    "sales_credit_memo": "SCDRAFT",
    "service_order": "SERVICE",
    "posted_shipment": "SSHPT",
    "posted_sales_invoice": "SINV",
    "posted_return_receipt": "SRRCPT",
    "posted_sales_credit_memo": "SCRM",
}

SOURCE_CODES: dict[str, str] = {
    "ITEMJNL": "Item journal",
    "RECLASSJNL": "Item reclassification journal",
    "REVALJNL": "Revaluation journal",
    "PHYSINVJNL": "Physical inventory journal",
    "INVTADJMT": "Cost adjustment",
    "INVTPCOST": "Inventory cost posted to the general ledger",
    "UNAPPITEM": "Item application changed by hand",
    "PURCHASES": "Purchase documents",
    "SALES": "Sales documents",
    "TRANSFER": "Transfer orders",
    "SERVICE": "Service documents",
    "ASSEMBLY": "Assembly orders",
    "CONSUMPJNL": "Consumption",
    "OUTPUTJNL": "Output",
    "INVTRCPT": "Inventory receipts",
    "INVTSHPT": "Inventory shipments",
    "WHSE": "Warehouse documents",
    "IMPORT": "Imported lines",
    "UNDO": "Undone postings",
    "PAYMENT": "Payments",
}

#: code: (text, the vendor delivers to the customer, ordered for one sale)
PURCHASING_CODES: dict[str, tuple[str, bool, bool]] = {
    "DROP": ("The vendor delivers to the customer", True, False),
    "SPECIAL": ("Ordered for this one sale, delivered by us", False, True),
}

REASON_CODES: dict[str, str] = {
    "OPENING": "Opening stock",
    "COUNT": "Difference found by counting",
    "DAMAGE": "Damaged or broken",
    "EXPIRED": "Too old to be sold",
    "THEFT": "Missing, presumably stolen",
    "GIFT": "Given away",
    "SAMPLE": "Sample or display piece",
    "OWNUSE": "Used by ourselves",
    "FOUND": "Found again",
    "RETURN": "Taken back from a customer",
}

#: code: description, UN/ECE recommendation 20 code, symbol
UNITS: dict[str, tuple[str, str, str]] = {
    "PCS": ("Piece", "C62", "pcs"),
    "BOX": ("Box", "BX", "box"),
    "PACK": ("Pack", "PK", "pack"),
    "PALLET": ("Pallet", "PF", "pallet"),
    "SET": ("Set", "SET", "set"),
    "PAIR": ("Pair", "PR", "pair"),
    "KG": ("Kilogram", "KGM", "kg"),
    "M": ("Metre", "MTR", "m"),
    "L": ("Litre", "LTR", "l"),
    "HOUR": ("Hour", "HUR", "h"),
}

#: code: description, due date calculation
PAYMENT_TERMS: dict[str, tuple[str, str]] = {
    "COD": ("On delivery", "0D"),
    "8D": ("8 days net", "8D"),
    "14D": ("14 days net", "14D"),
    "30D": ("30 days net", "30D"),
    "EOM": ("End of the month", "CM"),
}

#: code: description, serial, lot, expiration dates
TRACKING_CODES: dict[str, tuple[str, bool, bool, bool]] = {
    "SERIAL": ("Serial number on every piece", True, False, False),
    "LOT": ("Lot number", False, True, False),
    "LOTEXP": ("Lot number with expiration date", False, True, True),
    "SERIALLOT": ("Serial and lot number", True, True, False),
}

#: no.: description
ITEM_CHARGES: dict[str, str] = {
    "P-FREIGHT": "Freight on purchases",
    "P-DUTY": "Customs duty",
    "P-INSURANCE": "Transport insurance",
    "S-FREIGHT": "Freight on sales",
}

#: name: description, type, source code, number series, recurring
JOURNAL_TEMPLATES: dict[str, tuple[str, JournalType, str, str, bool]] = {
    "ITEM": ("Item journal", JournalType.ITEM, "ITEMJNL", "IJNL", False),
    "RECLASS": ("Item reclassification", JournalType.TRANSFER, "RECLASSJNL", "RECLASS", False),
    "PHYSINV": ("Physical inventory", JournalType.PHYSICAL_INVENTORY, "PHYSINVJNL", "PHYSINV", False),
    "REVAL": ("Revaluation", JournalType.REVALUATION, "REVALJNL", "REVAL", False),
    "RECURRING": ("Recurring item journal", JournalType.ITEM, "ITEMJNL", "IJNL", True),
}

DEFAULT_BATCH = "DEFAULT"
