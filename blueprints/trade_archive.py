"""Archived versions of purchase and sales documents: kept by hand, listed, looked at, restored, copied from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints.access import current_user, may, requires
from blueprints.database import db_session
from blueprints.htmx import render
from blueprints.list_filters import ChoiceFilter, TextFilter
from blueprints.list_parts import Column, Empty
from blueprints.lists import Listing
from blueprints.masters import press
from blueprints.trade_kinds import (
    BLUEPRINTS,
    DOCUMENT,
    EDIT,
    PAGE_KINDS,
    SLUGS,
    VIEW,
    centers_of_user,
    document_url,
    find_id,
    on_both_sides,
    page_kind,
)
from core.errors import NotFound
from core.text import _
from models import (
    GlAccount,
    Item,
    ItemCharge,
    Location,
    Resource,
    ServiceCost,
    TradeArchive,
    TradeDocument,
    UnitOfMeasure,
    User,
)
from models.enums import TradeLineType, TradeSide, TradeType
from services.trade import archive


def _type_words(side: TradeSide) -> list[tuple[str, Any]]:
    return [(type_.value, kind.lazy[1]) for (of, type_), kind in PAGE_KINDS.items() if of == side]


def _listing(side: TradeSide) -> Listing:
    def one(row: Any) -> str:
        return str(dict(_type_words(side)).get(str(row.type), row.type))

    return Listing(
        name=f"{side}_archive",
        title=_l("Archived purchase documents") if side == TradeSide.PURCHASE else _l("Archived sales documents"),
        key=TradeArchive.id,
        source=lambda: (
            select()
            .select_from(TradeArchive)
            .outerjoin(User, User.id == TradeArchive.user_id)
            .where(TradeArchive.side == side, *_own_centers(side))
        ),
        columns=(
            Column("no", _l("No."), TradeArchive.no, "code"),
            Column("version", _l("Version"), TradeArchive.version_no, "number"),
            Column("type", _l("Kind"), TradeArchive.type, "word", cell=one),
            Column("name", _l("For"), TradeArchive.party_name),
            Column("archived_at", _l("Kept"), TradeArchive.archived_at, "moment"),
            Column("user", _l("By"), User.full_name),
            Column("reason", _l("Because it was"), TradeArchive.reason),
        ),
        extra={"row_id": TradeArchive.id},
        filters=(
            TextFilter("no", _l("No."), TradeArchive.no, prefix=True),
            ChoiceFilter("type", _l("Kind"), TradeArchive.type, choices=partial(_type_words, side)),
        ),
        search=(TradeArchive.no, TradeArchive.party_name),
        search_hint=_l("Number or name"),
        sort="-archived_at",
        open=lambda row: url_for(f"{side}.archived", archive_id=row.row_id),
        empty=Empty(_l("No version was kept yet. The set-up says when documents are archived by themselves.")),
    )  # fmt: skip


def _own_centers(side: TradeSide) -> list[Any]:
    """Of users limited to responsibility centres only versions of documents that are there and theirs."""
    centers = centers_of_user(side)
    if centers is None:
        return []
    own = select(TradeDocument.id).where(TradeDocument.responsibility_center_id.in_(sorted(centers)))
    return [TradeArchive.document_id.in_(own)]


def _version(side: TradeSide, archive_id: int) -> TradeArchive:
    """The version for those who may see it. Raises NotFound `archive_not_found`."""
    version = archive.get_version(db_session(), side, archive_id)
    centers = centers_of_user(side)
    if centers is not None and version.header.get("responsibility_center_id") not in centers:
        raise NotFound("archive_not_found", _("There is no such archived version."))
    return version


@on_both_sides("/archive/<int:archive_id>", "archived", VIEW)
def archived(side: TradeSide, archive_id: int) -> Response:
    """What the document said then."""
    version = _version(side, archive_id)
    kind = page_kind(side, next(slug for slug, type_ in SLUGS.items() if type_ == version.type))
    header, lines = archive.source_of(version)
    document = db_session().get(TradeDocument, version.document_id) if version.document_id else None
    user = db_session().get(User, version.user_id) if version.user_id else None
    return render(
        "trade/archived.html", "trade/archived.html", kind=kind, version=version, header=header, lines=lines,
        names=_names(lines), location=_code(Location, header.location_id), document=document,
        back=document_url(document) if document is not None else "",
        who=(user.full_name or user.email) if user is not None else "",
        others=archive.versions_of(db_session(), side, version.type, version.no), may_edit=may(kind.edit),
        restorable=may(kind.edit) and archive.can_restore(db_session(), version),
    )  # fmt: skip


def _code(model: Any, row_id: int | None) -> str:
    row = db_session().get(model, row_id) if row_id else None
    return row.code if row is not None else ""


def _names(lines: list[Any]) -> dict[int, tuple[str, str]]:
    """Line number -> what the line is about by its number, and its unit; three statements whatever their number."""

    def by_id(model: Any, column: Any, ids: set[Any]) -> dict[int, str]:
        wanted = [one for one in ids if one is not None]
        return (
            dict(db_session().execute(select(model.id, column).where(model.id.in_(wanted))).tuples().all())
            if wanted
            else {}
        )

    items = by_id(Item, Item.no, {line.item_id for line in lines})
    charges = by_id(ItemCharge, ItemCharge.no, {line.item_charge_id for line in lines})
    accounts = by_id(GlAccount, GlAccount.no, {line.gl_account_id for line in lines})
    resources = by_id(Resource, Resource.no, {line.resource_id for line in lines})
    costs = by_id(ServiceCost, ServiceCost.code, {line.service_cost_id for line in lines})
    units = by_id(UnitOfMeasure, UnitOfMeasure.code, {line.unit_of_measure_id for line in lines})
    found = {}
    for line in lines:
        number = {
            TradeLineType.ITEM: items.get(line.item_id or 0),
            TradeLineType.ITEM_CHARGE: charges.get(line.item_charge_id or 0),
            TradeLineType.GL_ACCOUNT: accounts.get(line.gl_account_id or 0),
            TradeLineType.RESOURCE: resources.get(line.resource_id or 0),
            TradeLineType.COST: costs.get(line.service_cost_id or 0),
        }.get(line.type)  # fmt: skip
        found[line.line_no] = (number or "", units.get(line.unit_of_measure_id or 0, ""))
    return found


@on_both_sides(DOCUMENT + "/archive", "archive_document", EDIT, "POST")
def archive_document(side: TradeSide, slug: str, no: str) -> Response:
    """Keep the document as it is now."""
    kind = page_kind(side, slug)
    document_id, user_id = find_id(kind, no), current_user.id

    def work(session: Session) -> None:
        archive.archive_document(session, document_id, reason=_("by hand"), user_id=user_id)

    return press(work, message=_("A version is in the archive."), back=kind.url("show", no=no))


@on_both_sides("/archive/<int:archive_id>/restore", "restore_archived", EDIT, "POST")
def restore_archived(side: TradeSide, archive_id: int) -> Response:
    """Put the document back to the version; what it says now is kept as a version before."""
    version = _version(side, archive_id)
    user_id = current_user.id
    here = url_for(".archived", archive_id=archive_id)
    kind = PAGE_KINDS[side, TradeType(version.type)]

    def work(session: Session) -> None:
        if version.document_id is not None:
            archive.archive_document(session, version.document_id, reason=_("put back"), user_id=user_id)
        archive.restore(session, archive_id, user_id=user_id)

    message = _("%(no)s is as version %(version)s said.", no=version.no, version=version.version_no)
    return press(work, message=message, back=kind.url("show", no=version.no), refused_back=here)


def _register() -> None:
    listings: dict[TradeSide, tuple[Blueprint, Callable[..., Any]]] = {
        side: (blueprint, requires(VIEW[side])(_listing(side).respond)) for side, blueprint in BLUEPRINTS.items()
    }
    for blueprint, view in listings.values():
        blueprint.add_url_rule("/archive", "archive", view, methods=["GET"])


_register()
