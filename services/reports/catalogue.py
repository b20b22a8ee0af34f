"""Items on paper: the card of one item, and a catalogue with pictures by category. Reads no ledger."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import (
    BLANK_ID,
    GeneralLedgerSetup,
    InventorySetup,
    Item,
    ItemAttribute,
    ItemAttributeMapping,
    ItemAttributeValue,
    ItemPicture,
    UnitOfMeasure,
)
from services import categories
from services.attributes import show_value
from services.items.card import load_card
from services.reports import codes
from services.reports.papers import company_block
from services.reports.pdf import render_pdf
from services.reports.selection import category_ids

#: items in one catalogue: about forty pages and ten seconds; more would keep everybody else waiting
MOST_ITEMS = 400


@dataclass(frozen=True)
class CatalogueItem:
    """One item of the catalogue; `price` None leaves it out."""

    no: str
    description: str
    facts: Sequence[tuple[str, str]]
    text: str
    unit: str
    price: Decimal | None
    picture: Markup


@dataclass(frozen=True)
class Chapter:
    """A category with its items; `path` names those above it."""

    title: str
    path: str
    wares: Sequence[CatalogueItem]


def item_card_pdf(
    session: Session, no: str, *, on: dt.date, costs: bool, sheet: str = "a4", locale: str = "en"
) -> bytes:
    """The card of one item as it stands on the day `on`; costs only for who may see them. Raises NotFound."""
    shown = load_card(session, no, on)
    item = shown.item
    values = {
        "shown": shown, "item": item, "costs": costs, "on": on, "company": company_block(session),
        "currency": _currency(session), "picture": _pictures(session, [item.id], large=True).get(item.id, Markup("")),
        "others": _other_pictures(session, item.id),
        "bars": codes.ean(item.gtin) if codes.is_ean(item.gtin) else Markup(""),
        "attributes": [row for row in shown.attributes if row.value], "weight_unit": _weight_unit(session),
    }  # fmt: skip
    return render_pdf("item.html", values, sheet=sheet, locale=locale)


def catalogue_pdf(
    session: Session, *, on: dt.date, category_id: int | None = None, item_ids: Collection[int] = (),
    with_prices: bool = True, sheet: str = "a4", locale: str = "en",
) -> bytes:  # fmt: skip
    """The catalogue of some items, or of a category and all below it, or of everything that is not blocked.

    Raises ValidationError `nothing_to_print`, `too_many_rows`.
    """
    chapters = read_chapters(session, category_id=category_id, item_ids=item_ids, with_prices=with_prices)
    values = {
        "chapters": chapters, "company": company_block(session), "currency": _currency(session), "on": on,
        "count": sum(len(chapter.wares) for chapter in chapters),
    }  # fmt: skip
    return render_pdf("catalogue.html", values, sheet=sheet, locale=locale)


def read_chapters(
    session: Session, *, category_id: int | None = None, item_ids: Collection[int] = (), with_prices: bool = True
) -> list[Chapter]:
    """The chapters in the order of the category tree, items by number; those without a category come last.

    Blocked items and items that may not be sold are left out unless they were asked for one by one. Raises
    ValidationError `nothing_to_print`, `too_many_rows`.
    """
    statement = (
        select(Item, UnitOfMeasure.code)
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .order_by(Item.no)
        .limit(MOST_ITEMS + 1)
    )
    if item_ids:
        statement = statement.where(Item.id.in_(item_ids))
    else:
        statement = statement.where(Item.blocked.is_(False), Item.sales_blocked.is_(False))
        wanted = category_ids(session, category_id)
        if wanted is not None:
            statement = statement.where(Item.category_id.in_(wanted))
    rows = session.execute(statement).tuples().all()
    if not rows:
        raise ValidationError("nothing_to_print", _("No item fits: choose another category."), field="category")
    if len(rows) > MOST_ITEMS:
        raise ValidationError(
            "too_many_rows",
            _("A catalogue has at most %(most)s items: choose a category, or tick items.", most=MOST_ITEMS),
            field="category",
        )
    ids = [item.id for item, _unit in rows]
    facts, pictures = _facts(session, ids), _pictures(session, ids)
    by_category: dict[int | None, list[CatalogueItem]] = {}
    for item, unit in rows:
        by_category.setdefault(item.category_id, []).append(
            CatalogueItem(
                item.no, item.description, facts.get(item.id, ()), item.marketing_text, unit or "",
                item.unit_price if with_prices else None, pictures.get(item.id, Markup("")),
            )
        )  # fmt: skip
    return _chapters(session, by_category)


def _chapters(session: Session, by_category: dict[int | None, list[CatalogueItem]]) -> list[Chapter]:
    nodes = categories.tree(session)
    names = {node.id: node.description or node.code for node in nodes}
    parents = {node.id: node.parent_id for node in nodes}
    chapters = []
    for node in nodes:
        if node.id in by_category:
            above: list[str] = []
            walker = parents[node.id]
            while walker is not None:
                above.insert(0, names[walker])
                walker = parents[walker]
            chapters.append(Chapter(names[node.id], " › ".join(above), by_category[node.id]))
    if None in by_category:
        chapters.append(Chapter(_("Without a category"), "", by_category[None]))
    return chapters


def _facts(session: Session, item_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Item -> (attribute, value with its unit) by name."""
    rows = session.execute(
        select(ItemAttributeMapping.item_id, ItemAttribute, ItemAttributeValue.value)
        .join(ItemAttribute, ItemAttribute.id == ItemAttributeMapping.attribute_id)
        .join(ItemAttributeValue, ItemAttributeValue.id == ItemAttributeMapping.value_id)
        .where(ItemAttributeMapping.item_id.in_(item_ids), ItemAttributeMapping.variant_id == BLANK_ID)
        .order_by(ItemAttribute.name_key)
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for item_id, attribute, value in rows:
        found.setdefault(item_id, []).append((attribute.name, show_value(attribute, value)))
    return found


def _pictures(session: Session, item_ids: Sequence[int], *, large: bool = False) -> dict[int, Markup]:
    """Item -> its main picture as an address inside the page; small ones for a catalogue."""
    data: Any = ItemPicture.image if large else ItemPicture.thumbnail
    rows = session.execute(
        select(ItemPicture.item_id, ItemPicture.media_type, data).where(
            ItemPicture.item_id.in_(item_ids), ItemPicture.variant_id == BLANK_ID, ItemPicture.position == 0
        )
    )
    return {item_id: _address(content) for item_id, _media_type, content in rows if content}


def _other_pictures(session: Session, item_id: int) -> list[Markup]:
    """The small pictures of the item besides its main one, in their order."""
    of = ItemPicture.item_id == item_id, ItemPicture.variant_id == BLANK_ID, ItemPicture.position > 0
    return [
        _address(content)
        for content in session.scalars(select(ItemPicture.thumbnail).where(*of).order_by(ItemPicture.position))
        if content
    ]


def _address(content: bytes) -> Markup:
    """The picture itself, as an address inside the page."""
    return Markup("data:{};base64,{}").format(_kind(content), base64.b64encode(content).decode("ascii"))


def _kind(content: bytes) -> str:
    """What the bytes are: only what the printer may load."""
    return "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"


def _weight_unit(session: Session) -> str:
    setup = session.get(InventorySetup, 1)
    return setup.weight_unit if setup is not None else ""


def _currency(session: Session) -> str:
    setup = session.get(GeneralLedgerSetup, 1)
    return setup.currency_code if setup is not None else ""
