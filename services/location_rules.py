"""What a location's switches allow, and what follows from them (items.md section 14)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from core.errors import DomainError, ValidationError
from core.text import _
from models import (
    Bin,
    BinContent,
    CompanyInformation,
    ItemBalance,
    ItemLedgerEntry,
    Location,
    LocationBin,
    ResponsibilityCenter,
    TransferOrder,
    TransferRoute,
)
from models.enums import AssemblyConsumption, BinPurpose, DefaultBinSelection, PickBinPolicy, PutAwayBinPolicy

REQUIRE_FLAGS = ("require_receive", "require_shipment", "require_put_away", "require_pick")
WAREHOUSE_FLAGS = (*REQUIRE_FLAGS, "bin_mandatory", "directed_put_away_and_pick", "use_cross_docking")
#: What a bin of this purpose needs besides bins: the switch, in words of `flag_words`.
NEEDED_FLAG = {
    BinPurpose.RECEIPT: "require_receive",
    BinPurpose.SHIPMENT: "require_shipment",
    BinPurpose.ADJUSTMENT: "directed_put_away_and_pick",
    BinPurpose.CROSS_DOCK: "use_cross_docking",
}


def flag_words() -> dict[str, str]:
    """What the switches are called inside a sentence."""
    return {
        "require_receive": _("require receive"),
        "require_shipment": _("require shipment"),
        "require_put_away": _("require put-away"),
        "require_pick": _("require pick"),
        "bin_mandatory": _("bin mandatory"),
        "directed_put_away_and_pick": _("directed put-away and pick"),
        "use_cross_docking": _("cross-docking"),
        "assembly_consumption": _("assembly handling"),
    }


def implied(location: Location, values: Mapping[str, object]) -> dict[str, object]:
    """Values that follow from the switches as they will be. Raises ValidationError `conflicting_setup`."""

    def will_be(field: str) -> object:
        return values.get(field, getattr(location, field))

    if will_be("use_as_in_transit"):
        _check_in_transit_alone(will_be)
        return {
            "default_bin_selection": DefaultBinSelection.NONE, "outbound_handling_time": "",
            "inbound_handling_time": "", "calendar_id": None, "use_put_away_worksheet": False,
            "cross_dock_due_date": "",
        }  # fmt: skip
    found: dict[str, object] = {}
    directed = bool(will_be("directed_put_away_and_pick"))
    if directed:
        if not will_be("bin_mandatory"):
            raise _conflict(
                "directed_put_away_and_pick",
                _("Directed put-away and pick sends goods to bins: switch on “Bin mandatory” too."),
            )
        found |= dict.fromkeys(REQUIRE_FLAGS, True)
    found |= _cross_docking(location, will_be, directed=directed)
    found |= _bins(location, will_be, directed=directed)
    return found


def _cross_docking(location: Location, will_be: Callable[[str], object], *, directed: bool) -> dict[str, object]:
    if not will_be("use_cross_docking") or directed or all(will_be(flag) for flag in REQUIRE_FLAGS):
        return {}
    if location.use_cross_docking and all(getattr(location, flag) for flag in REQUIRE_FLAGS):
        return {"use_cross_docking": False}  # switching one of the four off takes cross-docking along
    raise _conflict("use_cross_docking", _("Cross-docking needs all four steps: receive, put-away, pick and shipment."))


def _bins(location: Location, will_be: Callable[[str], object], *, directed: bool) -> dict[str, object]:
    """How default bins are kept and bins are chosen: fixed by directed handling, plain where bins begin."""
    if directed:
        return {
            "default_bin_selection": DefaultBinSelection.NONE, "pick_bin_policy": PickBinPolicy.BIN_RANKING,
            "put_away_bin_policy": PutAwayBinPolicy.PUT_AWAY_TEMPLATE, "check_warehouse_class": True,
        }  # fmt: skip
    plain: dict[str, object] = {
        "pick_bin_policy": PickBinPolicy.DEFAULT_BIN, "put_away_bin_policy": PutAwayBinPolicy.DEFAULT_BIN,
    }  # fmt: skip
    if not will_be("bin_mandatory"):
        return plain | {"default_bin_selection": DefaultBinSelection.NONE}
    if location.directed_put_away_and_pick:
        return plain | {"default_bin_selection": DefaultBinSelection.FIXED_BIN, "check_warehouse_class": False}
    if not will_be("default_bin_selection"):
        return {"default_bin_selection": DefaultBinSelection.FIXED_BIN}
    return {}


def _check_in_transit_alone(will_be: Callable[[str], object]) -> None:
    names = flag_words()
    on = [names[flag] for flag in WAREHOUSE_FLAGS if will_be(flag)]
    if will_be("assembly_consumption") not in (None, AssemblyConsumption.NONE):
        on.append(names["assembly_consumption"])
    if on:
        raise _conflict(
            "use_as_in_transit",
            _(
                "A location in transit is a lorry, not a warehouse: it cannot have %(names)s. Switch one of them off.",
                names=", ".join(on),
            ),
        )


def _conflict(field: str, sentence: str) -> ValidationError:
    return ValidationError("conflicting_setup", sentence, field=field)


# ------------------------------------------------------------------------------------------------ what exists already
def stock_refusals(session: Session, location: Location, values: Mapping[str, object]) -> list[DomainError]:
    """What the goods, routes and orders that exist do not allow to change."""
    errors: list[DomainError] = []
    bins = bool(values.get("bin_mandatory", location.bin_mandatory))
    if bins and not location.bin_mandatory and has_open_entries(session, location):
        errors.append(
            ValidationError(
                "open_entries",
                _(
                    "%(code)s holds stock that lies in no bin, so bins would start out wrong. "
                    "Use “Convert to bins”, or post the stock out, switch bins on, and post it in again.",
                    code=location.code,
                ),
                field="bin_mandatory",
            )
        )
    filled = filled_bins(session, location) if location.bin_mandatory and not bins else 0
    if filled:
        errors.append(
            ValidationError(
                "bins_not_empty",
                _("%(count)s bins of %(code)s hold goods. Empty them before you switch bins off.",
                  count=filled, code=location.code),
                field="bin_mandatory",
            )
        )  # fmt: skip
    in_transit = bool(values.get("use_as_in_transit", location.use_as_in_transit))
    if in_transit != location.use_as_in_transit:
        errors += _in_transit_refusals(session, location, in_transit=in_transit)
    return errors


def _in_transit_refusals(session: Session, location: Location, *, in_transit: bool) -> list[DomainError]:
    """Routes, transfer orders, centres and the company keep a location what it is."""
    route, order = TransferRoute, TransferOrder
    used: tuple[Select[tuple[int]], ...]
    if in_transit:
        used = (
            select(literal(1)).where((route.from_location_id == location.id) | (route.to_location_id == location.id)),
            select(literal(1)).where((order.from_location_id == location.id) | (order.to_location_id == location.id)),
            select(literal(1)).where(ResponsibilityCenter.location_id == location.id),
            select(literal(1)).where(CompanyInformation.location_id == location.id),
        )
    else:
        used = (
            select(literal(1)).where(route.in_transit_location_id == location.id),
            select(literal(1)).where(order.in_transit_location_id == location.id),
        )
    if not any(session.scalar(statement.limit(1)) is not None for statement in used):
        return []
    return [
        ValidationError(
            "in_use",
            _(
                "Transfer routes or orders, a responsibility centre or the company name %(code)s as it is now. "
                "Change those first.",
                code=location.code,
            ),
            field="use_as_in_transit",
        )
    ]


def has_open_entries(session: Session, location: Location) -> bool:
    """Asks the balances first: where every item is at zero only entries of both signs could still be open."""
    balance = session.scalar(
        select(literal(1)).where(ItemBalance.location_id == location.id, ItemBalance.quantity != 0).limit(1)
    )
    if balance is not None:
        return True
    items = select(ItemBalance.item_id).where(ItemBalance.location_id == location.id)
    entry = ItemLedgerEntry
    return (
        session.scalar(
            select(literal(1))
            .where(entry.item_id.in_(items), entry.location_id == location.id, entry.open.is_(True))
            .limit(1)
        )
        is not None
    )


def filled_bins(session: Session, location: Location) -> int:
    """How many bins of the location hold goods."""
    return (
        session.scalar(
            select(func.count(BinContent.bin_id.distinct())).where(
                BinContent.location_id == location.id, BinContent.quantity != 0
            )
        )
        or 0
    )


# ------------------------------------------------------------------------------------------------ bins with a purpose
def bins_of_purpose(session: Session, location_id: int) -> dict[BinPurpose, int]:
    """The bins that serve a purpose at the location."""
    rows = session.execute(
        select(LocationBin.purpose, LocationBin.bin_id).where(LocationBin.location_id == location_id)
    )
    return dict(rows.tuples().all())


def set_bins_of_purpose(session: Session, location: Location, wanted: Mapping[BinPurpose, int | None]) -> None:
    """Name the location's bins by purpose; a purpose that is left out stays as it is.

    Raises ValidationError on the field `<purpose>_bin_id`: `conflicting_setup` where the switch is off that the bin is
    for, `bin_not_of_location`, `bin_dedicated` (shipment), `bin_not_empty` (adjustment).
    """
    present = bins_of_purpose(session, location.id)
    for purpose, bin_id in wanted.items():
        before = present.get(purpose)
        if bin_id == before:
            continue
        if bin_id is not None:
            _check_bin(session, location, purpose, bin_id)
        if purpose == BinPurpose.ADJUSTMENT:
            _check_empty(session, [one for one in (before, bin_id) if one is not None])
        _store_bin(session, location.id, purpose, bin_id)
    session.flush()


def drop_bins_without_switch(session: Session, location: Location) -> None:
    """Bins whose switch is off are named no more: all of them where the location works without bins."""
    for purpose in bins_of_purpose(session, location.id):
        flag = NEEDED_FLAG.get(purpose)
        if not location.bin_mandatory or (flag is not None and not getattr(location, flag)):
            _store_bin(session, location.id, purpose, None)
    session.flush()


def _check_bin(session: Session, location: Location, purpose: BinPurpose, bin_id: int) -> None:
    field, flag, names = f"{purpose.value}_bin_id", NEEDED_FLAG.get(purpose), flag_words()
    missing = [name for name in ("bin_mandatory", flag) if name is not None and not getattr(location, name)]
    if missing:
        raise _conflict(
            field, _("This bin needs %(names)s. Switch it on first.", names=", ".join(names[name] for name in missing))
        )
    found = session.get(Bin, bin_id)
    if found is None or found.location_id != location.id:
        raise ValidationError(
            "bin_not_of_location", _("There is no such bin at %(code)s.", code=location.code), field=field
        )
    if purpose == BinPurpose.SHIPMENT and found.dedicated:
        raise ValidationError(
            "bin_dedicated",
            _(
                "Bin %(code)s is dedicated; shipments cannot wait there. Choose another.",
                code=found.code,
            ),
            field=field,
        )


def _check_empty(session: Session, bin_ids: list[int]) -> None:
    held = session.scalar(
        select(Bin.code)
        .join(BinContent, BinContent.bin_id == Bin.id)
        .where(Bin.id.in_(bin_ids), BinContent.quantity != 0)
        .limit(1)
    )
    if held is not None:
        raise ValidationError(
            "bin_not_empty",
            _("Bin %(code)s holds goods. The adjustment bin may only change while both are empty.", code=held),
            field="adjustment_bin_id",
        )


def _store_bin(session: Session, location_id: int, purpose: BinPurpose, bin_id: int | None) -> None:
    row = session.scalar(
        select(LocationBin).where(LocationBin.location_id == location_id, LocationBin.purpose == purpose)
    )
    if bin_id is None:
        if row is not None:
            session.delete(row)
        return
    if row is None:
        row = LocationBin(location_id=location_id, purpose=purpose)
        session.add(row)
    row.bin_id = bin_id
