"""What locations, bins and counts may be."""

from __future__ import annotations

import enum


class CountStatus(enum.StrEnum):
    """How far a physical inventory order or a recording is (posting-and-costing.md section 17.2)."""

    OPEN = "open"
    FINISHED = "finished"
    POSTED = "posted"


class DefaultBinSelection(enum.StrEnum):
    """How the default bin of an item is kept (items.md section 14)."""

    NONE = ""
    FIXED_BIN = "fixed_bin"
    LAST_USED_BIN = "last_used_bin"


class BinPurpose(enum.StrEnum):
    """What a bin of a location is for (items.md section 14)."""

    RECEIPT = "receipt"
    SHIPMENT = "shipment"
    ADJUSTMENT = "adjustment"
    CROSS_DOCK = "cross_dock"
    TO_ASSEMBLY = "to_assembly"
    FROM_ASSEMBLY = "from_assembly"
    ASSEMBLE_TO_ORDER_SHIPMENT = "assemble_to_order_shipment"


class PickBinPolicy(enum.StrEnum):
    """From which bin is picked."""

    DEFAULT_BIN = "default_bin"
    BIN_RANKING = "bin_ranking"


class PutAwayBinPolicy(enum.StrEnum):
    """Into which bin is put away."""

    DEFAULT_BIN = "default_bin"
    PUT_AWAY_TEMPLATE = "put_away_template"


class BinCapacityPolicy(enum.StrEnum):
    """What happens when a bin would hold more than it can."""

    NEVER_CHECK = "never_check"
    ALLOW_MORE = "allow_more"
    PROHIBIT_MORE = "prohibit_more"


class SpecialEquipment(enum.StrEnum):
    """What says which vehicle is needed."""

    BY_BIN = "by_bin"
    BY_SKU_OR_ITEM = "by_sku_or_item"


class SkuCreation(enum.StrEnum):
    """Whether stockkeeping units may be made at a location."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"


class MissingSku(enum.StrEnum):
    """How demand is planned at a location where the item has no stockkeeping unit."""

    MINIMAL = "minimal"
    ITEM_CARD = "item_card"
    DO_NOT_PLAN = "do_not_plan"


class AssemblyConsumption(enum.StrEnum):
    """How components get to assembly."""

    NONE = "none"
    WAREHOUSE_PICK = "warehouse_pick"
    INVENTORY_MOVEMENT = "inventory_movement"


class WarehouseEntryType(enum.StrEnum):
    """Kind of a bin movement (warehouse.md section 5)."""

    NEGATIVE_ADJMT = "negative_adjmt"
    POSITIVE_ADJMT = "positive_adjmt"
    MOVEMENT = "movement"
