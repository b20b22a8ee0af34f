"""Units of measure: the list of them, and exact conversion between a unit and the base unit (items.md section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.rounding import PLACES, round_quantity, round_to
from core.text import _
from models import Item, ItemJournalLine, ItemReference, ItemUnitOfMeasure, UnitOfMeasure
from services.usage import check_unused
from services.values import assign, clean_code

FIELDS = ("code", "description", "international_standard_code", "symbol")


def to_base(quantity: Decimal, qty_per: Decimal, precision: Decimal = Decimal(0)) -> Decimal:
    """`quantity` of a unit in base units, rounded to the base unit's precision (0: five places).

    Example: 0.83333 BOX of 6 gives 5 PCS with precision 1, 4.99998 without.
    Raises ValidationError `quantity_rounds_to_zero` where a quantity would vanish.
    """
    base = round_to(quantity * qty_per, precision or PLACES)
    if quantity and not base:
        raise ValidationError(
            "quantity_rounds_to_zero",
            _(
                "%(quantity)s is so little that nothing would be left in base units. Enter more.",
                quantity=_plain(quantity),
            ),
            field="quantity",
        )
    return base


def from_base(base: Decimal, qty_per: Decimal) -> Decimal:
    """`base` units in a unit of `qty_per`, at five places."""
    return round_quantity(base / qty_per)


def check_precision(quantity: Decimal, precision: Decimal, *, field: str = "quantity") -> None:
    """A quantity finer than its unit's precision is refused (`precision`); precision 0 allows five places."""
    if precision and quantity % precision:
        raise ValidationError(
            "precision",
            _("%(quantity)s cannot be counted: this unit goes in steps of %(step)s.",
              quantity=_plain(quantity), step=_plain(precision)),
            field=field,
        )  # fmt: skip


def check_balanced(quantity: Decimal, base: Decimal) -> None:
    """What remains of a line is nothing in both units or something in both, else `quantity_unbalanced`."""
    if (quantity == 0) != (base == 0):
        raise ValidationError(
            "quantity_unbalanced",
            _("%(quantity)s would remain in the line's unit but %(base)s in base units. Handle the rest as well.",
              quantity=_plain(quantity), base=_plain(base)),
            field="quantity",
        )  # fmt: skip


def get_unit(session: Session, text: str, *, field: str = "unit") -> UnitOfMeasure:
    """The unit with this code, else with this international code (`EA`). Raises ValidationError `unknown_unit`."""
    code = text.strip().upper()
    found = session.scalar(select(UnitOfMeasure).where(UnitOfMeasure.code == code)) or session.scalar(
        select(UnitOfMeasure)
        .where(UnitOfMeasure.international_standard_code == code)
        .order_by(UnitOfMeasure.code)
        .limit(1)
    )
    if not code or found is None:
        raise ValidationError(
            "unknown_unit", _("There is no unit %(code)s. Choose one of the list, or add it.", code=code), field=field
        )
    return found


def get_unit_by_code(session: Session, code: str) -> UnitOfMeasure:
    """The unit with exactly this code. Raises NotFound."""
    found = session.scalar(select(UnitOfMeasure).where(UnitOfMeasure.code == code.strip().upper()))
    if found is None:
        raise NotFound("not_found", _("There is no unit %(code)s.", code=code))
    return found


def save_unit(session: Session, values: Mapping[str, object], unit: UnitOfMeasure | None = None) -> UnitOfMeasure:
    """Create a unit or change one; a new code is followed everywhere, since everything points at its id.

    Raises ValidationError `duplicate` and those of `services.values`.
    """
    values = dict(values)
    if "code" in values or unit is None:
        values["code"] = clean_code(values.get("code"), field="code", length=10)
        rival = session.scalar(select(UnitOfMeasure.id).where(UnitOfMeasure.code == values["code"]))
        if rival is not None and (unit is None or rival != unit.id):
            raise ValidationError(
                "duplicate", _("There is a unit %(code)s already.", code=values["code"]), field="code"
            )
    if "international_standard_code" in values:
        values["international_standard_code"] = str(values["international_standard_code"] or "").strip().upper()
    record = unit or UnitOfMeasure()
    with session.no_autoflush:
        assign(session, record, values, FIELDS, required=("code",))
    session.add(record)
    session.flush()
    return record


def delete_unit(session: Session, unit: UnitOfMeasure) -> None:
    """Remove a unit nobody uses. Raises ValidationError `in_use` naming an item that does, or what else."""
    own = [
        getattr(Item, name) == unit.id
        for name in (
            "base_unit_of_measure_id", "sales_unit_of_measure_id", "purchase_unit_of_measure_id",
            "put_away_unit_of_measure_id",
        )
    ]  # fmt: skip
    users = [select(Item.no).where(or_(*own))]
    users += [
        select(Item.no).join(table, table.item_id == Item.id).where(table.unit_of_measure_id == unit.id)
        for table in (ItemUnitOfMeasure, ItemReference, ItemJournalLine)
    ]
    for statement in users:
        no = session.scalar(statement.order_by(Item.no).limit(1))
        if no is not None:
            raise ValidationError(
                "in_use", _("Unit %(code)s is used by item %(no)s. Remove it there first.", code=unit.code, no=no)
            )
    check_unused(session, unit, unit.code)  # documents, posted ones too, templates, prices, whatever points at it
    session.delete(unit)
    session.flush()


def uses_of_units(session: Session) -> dict[int, int]:
    """Unit id -> how many items hold it."""
    statement = select(ItemUnitOfMeasure.unit_of_measure_id, func.count()).group_by(
        ItemUnitOfMeasure.unit_of_measure_id
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
