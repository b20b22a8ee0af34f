"""Zones of a location and the people who work there (items.md section 14, warehouse.md section 17)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from core.errors import NotFound, ValidationError
from core.text import _
from models import Bin, Location, User, WarehouseEmployee, Zone
from services.items.code_lists import unknown_codes
from services.record_rows import page_of
from services.values import assign, clean_code, clean_text, raise_all

ZONE_FIELDS = ("description", "ranking", "special_equipment_code", "warehouse_class_code")
_CODES = ("special_equipment_code", "warehouse_class_code")


# ------------------------------------------------------------------------------------------------ zones
def zones_of(session: Session, location: Location, limit: int, offset: int = 0) -> tuple[list[Zone], int]:
    """One page of the location's zones by code, and how many there are."""
    return page_of(session, select(Zone).where(Zone.location_id == location.id).order_by(Zone.code), limit, offset)


def get_zone(session: Session, location: Location, zone_id: int) -> Zone:
    """Raises NotFound `zone_not_found`."""
    found = session.get(Zone, zone_id)
    if found is None or found.location_id != location.id:
        raise NotFound("zone_not_found", _("%(code)s has no such zone any more.", code=location.code))
    return found


def zone_named(session: Session, location: Location, code: object) -> Zone | None:
    """The zone that a bin names, made where there is none; None for no code. Raises ValidationError `text_too_long`."""
    text = clean_text(code or "", field="zone_code", length=10).upper()
    if not text:
        return None
    found = session.scalar(select(Zone).where(Zone.location_id == location.id, Zone.code == text))
    if found is None:
        found = Zone(
            location_id=location.id, code=text, description="", ranking=0, special_equipment_code="",
            warehouse_class_code="",
        )  # fmt: skip
        session.add(found)
        session.flush()
    return found


def save_zone(session: Session, location: Location, zone: Zone | None, values: Mapping[str, object]) -> Zone:
    """Create (None) or change a zone; its bins follow a new code.

    Raises ValidationError `already_exists`, `not_found` (a code of no list), those of `assign`.
    """
    values = dict(values)
    code = clean_code(values.pop("code", zone.code if zone is not None else ""), field="code", length=10)
    other = session.scalar(select(Zone.id).where(Zone.location_id == location.id, Zone.code == code))
    if other is not None and (zone is None or other != zone.id):
        raise ValidationError(
            "already_exists", _("Zone %(code)s exists already. Choose another code.", code=code), field="code"
        )
    if zone is not None and zone.code != code:
        own = (Bin.location_id == location.id) & (Bin.zone_code == zone.code)
        session.execute(update(Bin).where(own).values(zone_code=code))
    zone = zone or Zone(location_id=location.id, **dict.fromkeys(_CODES, ""))
    for name in _CODES:
        if name in values:
            values[name] = clean_text(values[name] or "", field=name, length=10).upper()
    before = {name: getattr(zone, name) for name in _CODES}
    assign(session, zone, values, ZONE_FIELDS, may_be_negative=("ranking",))
    raise_all(unknown_codes(session, zone, {name for name in _CODES if getattr(zone, name) != before[name]}))
    zone.code = code
    session.add(zone)
    session.flush()
    return zone


def delete_zone(session: Session, zone: Zone) -> None:
    """Remove a zone without bins. Raises ValidationError `in_use`."""
    own = (Bin.location_id == zone.location_id) & (Bin.zone_code == zone.code)
    bins = session.scalar(select(func.count()).select_from(Bin).where(own)) or 0
    if bins:
        raise ValidationError(
            "in_use",
            _("%(count)s bins lie in zone %(code)s. Put them into another one first.", count=bins, code=zone.code),
        )
    session.delete(zone)
    session.flush()


def copy_zones(session: Session, source: Location, copy: Location) -> None:
    """The zones of `source` for a location that has none yet."""
    fields = ("code", *ZONE_FIELDS)
    for zone in session.scalars(select(Zone).where(Zone.location_id == source.id).order_by(Zone.code)).all():
        session.add(Zone(location_id=copy.id, **{field: getattr(zone, field) for field in fields}))
    session.flush()


# ------------------------------------------------------------------------------------------------ employees
def employees_of(
    session: Session, location: Location, limit: int, offset: int = 0
) -> tuple[list[WarehouseEmployee], int]:
    """One page of the people who work here by log-in name, with their users, and how many there are."""
    row = WarehouseEmployee
    own = select(row).join(User, User.id == row.user_id).where(row.location_id == location.id)
    return page_of(session, own.options(joinedload(row.user)).order_by(User.email), limit, offset)


def get_employee(session: Session, location: Location, employee_id: int) -> WarehouseEmployee:
    """Raises NotFound `employee_not_found`."""
    found = session.scalar(
        select(WarehouseEmployee)
        .where(WarehouseEmployee.id == employee_id, WarehouseEmployee.location_id == location.id)
        .options(joinedload(WarehouseEmployee.user))
    )
    if found is None:
        raise NotFound("employee_not_found", _("This person does not work at %(code)s any more.", code=location.code))
    return found


def save_employee(
    session: Session, location: Location, employee: WarehouseEmployee | None, values: Mapping[str, object]
) -> WarehouseEmployee:
    """Say who works here (None: somebody new), and whether lines of theirs begin here (`default`).

    Raises ValidationError `field_required`, `already_exists`, `default_taken` (they begin elsewhere; one place each).
    """
    user_id = employee.user_id if employee is not None else values.get("user_id")
    user = session.get(User, user_id) if isinstance(user_id, int) else None
    if user is None:
        raise ValidationError("field_required", _("Choose who works here."), field="user_id")
    if employee is None:
        employee = _row_of(session, user.id, location.id)
        if employee is not None:
            raise ValidationError(
                "already_exists", _("%(name)s works at %(code)s already.", name=user.email, code=location.code),
                field="user_id",
            )  # fmt: skip
        employee = WarehouseEmployee(user_id=user.id, location_id=location.id)
        session.add(employee)
    if values.get("default"):
        _begin_here(session, user, location)
    elif "default" in values and user.location_id == location.id:
        user.location_id = None
    session.flush()
    return employee


def _begin_here(session: Session, user: User, location: Location) -> None:
    if user.location_id not in (None, location.id):
        elsewhere = session.scalar(select(Location.code).where(Location.id == user.location_id))
        raise ValidationError(
            "default_taken",
            _("Lines of %(name)s begin at %(code)s; a person has one such place. Take it away there first.",
              name=user.email, code=elsewhere),
            field="default",
        )  # fmt: skip
    user.location_id = location.id


def employ(session: Session, user: User) -> None:
    """Whose lines begin at a location works there; called when the place of a user is set."""
    if user.location_id and _row_of(session, user.id, user.location_id) is None:
        session.add(WarehouseEmployee(user_id=user.id, location_id=user.location_id))
        session.flush()


def delete_employee(session: Session, employee: WarehouseEmployee) -> None:
    """Somebody works here no more; where lines of theirs began here, they begin nowhere."""
    user = session.get_one(User, employee.user_id)
    if user.location_id == employee.location_id:
        user.location_id = None
    session.delete(employee)
    session.flush()


def copy_employees(session: Session, source: Location, copy: Location) -> None:
    """The same people work at `copy`; where their lines begin stays as it is."""
    ids = session.scalars(select(WarehouseEmployee.user_id).where(WarehouseEmployee.location_id == source.id)).all()
    session.add_all(WarehouseEmployee(user_id=user_id, location_id=copy.id) for user_id in ids)
    session.flush()


def _row_of(session: Session, user_id: int, location_id: int) -> WarehouseEmployee | None:
    row = WarehouseEmployee
    return session.scalar(select(row).where(row.user_id == user_id, row.location_id == location_id))
