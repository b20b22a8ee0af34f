"""Responsibility centres: their cards, and which of them limit a user (items.md section 17).

The limit is a working view, not access security: ledger entries stay visible to all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import (
    CompanyInformation,
    Customer,
    Location,
    PostedDocument,
    ResponsibilityCenter,
    TradeDocument,
    User,
    UserCenter,
    Vendor,
)
from models.enums import CenterArea
from services.dimensions import remove_defaults
from services.places import complete_place
from services.usage import check_unused
from services.values import assign, check_email, clean_code

EDITABLE = (
    "name", "name_2", "address", "address_2", "post_code", "city", "county", "country_code", "contact", "phone",
    "email", "web_page", "location_id",
)  # fmt: skip
#: The column of a user that names the first centre of an area: what new documents get.
FIRST = {area: f"{area.value}_center_id" for area in CenterArea}


@dataclass(frozen=True)
class CenterFigures:
    """Who belongs to a centre, and its documents that are not posted yet."""

    customers: int
    vendors: int
    users: int
    purchases: int
    sales: int


def get_center(session: Session, code: str) -> ResponsibilityCenter:
    """Raises NotFound `responsibility_centre_not_found`."""
    found = session.scalar(select(ResponsibilityCenter).where(ResponsibilityCenter.code == code.upper()))
    if found is None:
        raise NotFound("responsibility_centre_not_found", _("There is no responsibility centre %(code)s.", code=code))
    return found


def create_center(session: Session, code: str, values: Mapping[str, object]) -> ResponsibilityCenter:
    """A new centre. Raises ValidationError `already_exists`, `location_in_transit`, `invalid_email`, as `assign`."""
    center = ResponsibilityCenter(code=_free_code(session, code))
    _apply(session, center, values)
    session.add(center)
    session.flush()
    return center


def edit_center(session: Session, center: ResponsibilityCenter, values: Mapping[str, object]) -> None:
    """Change a centre; a new `code` renames it, and documents follow. Raises as `create_center`."""
    values = dict(values)
    code = values.pop("code", None)
    new_code = None if code is None or code == center.code else _free_code(session, code)
    _apply(session, center, values)
    if new_code:
        center.code = new_code
    session.flush()


def delete_center(session: Session, center: ResponsibilityCenter) -> None:
    """Remove a centre that nobody belongs to. Raises ValidationError `in_use`."""
    check_unused(session, center, center.code)
    remove_defaults(session, center)
    session.delete(center)
    session.flush()


def center_figures(session: Session, center_id: int) -> CenterFigures:
    """Counted by the indexes of the documents; one query each."""

    def count(model: type, *conditions: object) -> int:
        statement = select(func.count()).select_from(model).where(*conditions)  # type: ignore[arg-type]
        return session.scalar(statement) or 0

    users = select(User.id).where(
        (User.sales_center_id == center_id) | (User.purchase_center_id == center_id)
        | (User.service_center_id == center_id)
        | User.id.in_(select(UserCenter.user_id).where(UserCenter.responsibility_center_id == center_id))
    )  # fmt: skip
    own = TradeDocument.responsibility_center_id == center_id
    return CenterFigures(
        count(Customer, Customer.responsibility_center_id == center_id),
        count(Vendor, Vendor.responsibility_center_id == center_id),
        session.scalar(select(func.count()).select_from(users.subquery())) or 0,
        count(TradeDocument, own, TradeDocument.side == "purchase"),
        count(TradeDocument, own, TradeDocument.side == "sales"),
    )


# ------------------------------------------------------------------------------------------------ limits of users
def first_center(session: Session, user_id: int | None, area: CenterArea) -> int | None:
    """The centre that the user's new documents get; None: the user's card says none."""
    if user_id is None:
        return None
    # Of the card only this is asked, which a transaction that has just begun would read again as a whole.
    held = session.identity_map.get(session.identity_key(User, user_id))
    if held is not None and FIRST[area] in inspect(held).dict:
        center: int | None = getattr(held, FIRST[area])
        return center
    return session.scalar(select(getattr(User, FIRST[area])).where(User.id == user_id))


def centers_of(session: Session, user_id: int, area: CenterArea) -> list[int]:
    """All centres of the user in the area, the first one first."""
    first = first_center(session, user_id, area)
    if first is None:
        return []
    more = session.scalars(
        select(UserCenter.responsibility_center_id)
        .where(UserCenter.user_id == user_id, UserCenter.area == area)
        .order_by(UserCenter.id)
    )
    return [first, *(center for center in more if center != first)]


def limit_of(session: Session, user_id: int | None, area: CenterArea) -> frozenset[int] | None:
    """The centres whose documents the user works on; None: all, because the card or the company says so."""
    if user_id is None:
        return None
    found = centers_of(session, user_id, area)
    if not found:
        return None
    company = session.get(CompanyInformation, 1)
    if company is not None and not company.limit_to_centers:
        return None
    return frozenset(found)


def set_centers(session: Session, user: User, area: CenterArea, codes: Sequence[str]) -> None:
    """The centres of a user (flushed, with an id) by code; the first is what new documents get, none lifts the limit.

    Raises ValidationError `responsibility_centre_not_found` on the field of the area.
    """
    wanted = list(dict.fromkeys(code.strip().upper() for code in codes if code.strip()))
    rows = session.execute(
        select(ResponsibilityCenter.code, ResponsibilityCenter.id).where(ResponsibilityCenter.code.in_(wanted))
    )
    ids = dict(rows.tuples().all())
    unknown = [code for code in wanted if code not in ids]
    if unknown:
        raise ValidationError(
            "responsibility_centre_not_found",
            _("There is no responsibility centre %(code)s.", code=unknown[0][:20]),
            field=f"{area.value}_centers",
        )
    setattr(user, FIRST[area], ids[wanted[0]] if wanted else None)
    further = [ids[code] for code in wanted[1:]]
    present = session.scalars(select(UserCenter).where(UserCenter.user_id == user.id, UserCenter.area == area)).all()
    if [row.responsibility_center_id for row in sorted(present, key=lambda row: row.id)] == further:
        return
    for row in present:
        session.delete(row)
    session.flush()
    session.add_all(UserCenter(user_id=user.id, area=area, responsibility_center_id=center_id) for center_id in further)
    session.flush()


def codes_of(session: Session, ids: Sequence[int]) -> list[str]:
    """The codes of these centres, in the order of `ids`."""
    rows = session.execute(
        select(ResponsibilityCenter.id, ResponsibilityCenter.code).where(ResponsibilityCenter.id.in_(ids))
    )
    codes = dict(rows.tuples().all())
    return [codes[center_id] for center_id in ids if center_id in codes]


def hidden_posted(session: Session, nos: Sequence[str], limits: Mapping[str, frozenset[int] | None]) -> set[str]:
    """Of these numbers those whose posted documents are all of centres beyond `limits` (side -> centres)."""
    if not nos or not any(limit is not None for limit in limits.values()):
        return set()
    rows = session.execute(
        select(PostedDocument.no, PostedDocument.side, PostedDocument.responsibility_center_id).where(
            PostedDocument.no.in_(list(nos))
        )
    ).all()
    seen: dict[str, bool] = {}
    for no, side, center_id in rows:
        limit = limits.get(side.value)
        seen[no] = seen.get(no, False) or limit is None or center_id in limit
    return {no for no, visible in seen.items() if not visible}


def _free_code(session: Session, value: object) -> str:
    code = clean_code(value, field="code", length=10)
    if session.scalar(select(ResponsibilityCenter.id).where(ResponsibilityCenter.code == code)) is not None:
        raise ValidationError(
            "already_exists", _("%(code)s exists already. Choose another code.", code=code), field="code"
        )
    return code


def _apply(session: Session, center: ResponsibilityCenter, values: Mapping[str, object]) -> None:
    values = dict(values)
    check_email(str(values.get("email") or "").strip())
    complete_place(session, values)
    location_id = values.get("location_id")
    place = session.get(Location, location_id) if location_id is not None else None
    if place is not None and place.use_as_in_transit:
        raise ValidationError(
            "location_in_transit",
            _("%(code)s is in transit and belongs to no centre. Choose another location.", code=place.code),
            field="location_id",
        )
    assign(session, center, values, EDITABLE)
