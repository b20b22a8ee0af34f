"""Attribute values of imported items: parsed once for each spelling, created once, mapped in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import BLANK_ID, ItemAttribute, ItemAttributeMapping, ItemAttributeValue
from models.enums import AttributeType
from services import attributes, category_attributes
from services.attribute_trail import ValueChange, note_changes
from services.attributes import ParsedValue
from services.exchange.bulk import insert_many
from services.exchange.columns import Options
from services.exchange.item_columns import ATTRIBUTE

_CACHE = 50_000  # values remembered at most; files with more distinct ones are looked up again


class AttributeWriter:
    """The attribute columns of one file."""

    def __init__(self, session: Session, columns: Iterable[str], options: Options) -> None:
        self.columns = sorted(columns)
        self.create_missing = options.create_missing
        keys = {column: column[len(ATTRIBUTE) :].casefold()[:250] for column in self.columns}
        known = {
            attribute.name_key: attribute
            for attribute in session.scalars(
                select(ItemAttribute).where(ItemAttribute.name_key.in_(list(keys.values())))
            )
        }
        #: column -> (id or None while it is not made, type, name)
        self.known: dict[str, tuple[int | None, AttributeType, str]] = {}
        for column in self.columns:
            attribute = known.get(keys[column])
            name = column[len(ATTRIBUTE) :]
            if attribute is None:
                if not self.create_missing:
                    raise ValidationError(
                        "attribute_unknown",
                        _(
                            "There is no attribute %(name)s. Set it up first, or let the import create what is "
                            "missing.",
                            name=name,
                        ),
                    )
                self.known[column] = (None, AttributeType.TEXT, name)
            elif attribute.blocked:
                raise ValidationError(
                    "attribute_blocked", _("%(name)s is blocked: it is not assigned any more.", name=attribute.name)
                )
            else:
                self.known[column] = (attribute.id, attribute.type, attribute.name)
        self.options: dict[int, set[str]] = {}
        for attribute_id, key in session.execute(
            select(ItemAttributeValue.attribute_id, ItemAttributeValue.value_key)
            .join(ItemAttribute, ItemAttribute.id == ItemAttributeValue.attribute_id)
            .where(ItemAttribute.name_key.in_(list(keys.values())), ItemAttribute.type == AttributeType.OPTION)
        ):
            self.options.setdefault(attribute_id, set()).add(key)
        self.parsed: dict[tuple[str, str], ParsedValue | str] = {}
        self.value_ids: dict[tuple[int, str], int] = {}
        self.present: dict[int, dict[int, str]] = {}
        #: the chunk's items that were there before: what changes on them is written down
        self.existing: set[int] = set()
        self.changed: set[int] = set()
        #: category -> attributes without which no item of it may be
        self.mandatory = category_attributes.mandatory_of_all(session)
        #: category -> (attribute, default value) it brings
        self.brought: dict[int, list[tuple[int, int]]] = {}

    def begin(self, session: Session) -> None:
        """Create attributes for headings nobody knew."""
        for column, (attribute_id, kind, name) in self.known.items():
            if attribute_id is None:
                made = attributes.create_attribute(session, {"name": name, "type": kind})
                self.known[column] = (made.id, kind, made.name)

    def load(self, session: Session, item_ids: Sequence[int]) -> None:
        """Which values the chunk's existing items have."""
        self.present = {}
        self.existing = set(item_ids)
        ids = [attribute_id for attribute_id, _kind, _name in self.known.values() if attribute_id is not None]
        if not item_ids or not ids:
            return
        rows = session.execute(
            select(ItemAttributeMapping.item_id, ItemAttributeMapping.attribute_id, ItemAttributeValue.value_key)
            .join(ItemAttributeValue, ItemAttributeValue.id == ItemAttributeMapping.value_id)
            .where(
                ItemAttributeMapping.item_id.in_(item_ids), ItemAttributeMapping.attribute_id.in_(ids),
                ItemAttributeMapping.variant_id == 0,
            )
        )  # fmt: skip
        for item_id, attribute_id, key in rows:
            self.present.setdefault(item_id, {})[attribute_id] = key

    def plan(
        self, values: Mapping[str, Any], item_id: int | None, category_id: int | None = None
    ) -> tuple[list[tuple[str, ParsedValue | None]], list[str]]:
        """(column, value) that differ from what the item has, None to take it off; and sentences about faults."""
        changes: list[tuple[str, ParsedValue | None]] = []
        errors: list[str] = []
        present = self.present.get(item_id or 0, {})
        for column in self.columns:
            if column not in values:
                continue
            attribute_id = self.known[column][0]
            text = values[column]
            if text is None:
                if attribute_id in present and attribute_id in self.mandatory.get(category_id or 0, ()):
                    errors.append(_("%(name)s: every item of the category has a value.", name=self.known[column][2]))
                elif attribute_id in present:
                    changes.append((column, None))
                continue
            parsed = self._parse(column, text)
            if isinstance(parsed, str):
                errors.append(f"{self.known[column][2]}: {parsed}")
            elif attribute_id is None or present.get(attribute_id) != parsed.key:
                changes.append((column, parsed))
        return changes, errors

    def _parse(self, column: str, text: str) -> ParsedValue | str:
        """The value, or the sentence that refuses it."""
        found = self.parsed.get((column, text))
        if found is not None:
            return found
        attribute_id, kind, name = self.known[column]
        result: ParsedValue | str
        try:
            result = attributes.parse_value(kind, text)
        except ValidationError as error:
            result = error.message
        else:
            unknown = kind is AttributeType.OPTION and result.key not in self.options.get(attribute_id or 0, set())
            if unknown and not self.create_missing:
                result = _("%(value)s is not one of the values of %(name)s.", value=text, name=name)
        if len(self.parsed) > _CACHE:
            self.parsed.clear()
        self.parsed[column, text] = result
        return result

    def write(self, session: Session, rows: Sequence[tuple[int, list[tuple[str, ParsedValue | None]]]]) -> None:
        """Map the chunk's items to their values; values are made where they are new."""
        wanted: dict[tuple[int, str], ParsedValue] = {}
        gone: dict[int, list[int]] = {}
        plain: list[tuple[int, int, ParsedValue]] = []
        trail: list[ValueChange] = []
        for item_id, changes in rows:
            for column, parsed in changes:
                attribute_id = self.known[column][0]
                assert attribute_id is not None  # noqa: S101 - begin() has made them all
                before = self.present.get(item_id, {}).get(attribute_id, "")
                if item_id in self.existing:
                    after = parsed.value if parsed is not None else ""
                    trail.append(ValueChange(item_id, BLANK_ID, self.known[column][2], before, after))
                if before:
                    gone.setdefault(attribute_id, []).append(item_id)
                if parsed is not None:
                    wanted[attribute_id, parsed.key] = parsed
                    plain.append((item_id, attribute_id, parsed))
        note_changes(session, trail)
        self._ensure_values(session, wanted)
        for attribute_id, item_ids in gone.items():
            self.changed.add(attribute_id)
            session.execute(
                delete(ItemAttributeMapping.__table__).where(
                    ItemAttributeMapping.attribute_id == attribute_id, ItemAttributeMapping.item_id.in_(item_ids),
                    ItemAttributeMapping.variant_id == 0,
                )
            )  # fmt: skip
        if plain:
            insert_many(
                session,
                ItemAttributeMapping,
                [
                    {"item_id": item_id, "variant_id": 0, "attribute_id": attribute_id,
                     "value_id": self.value_ids[attribute_id, parsed.key], "inherited": False}
                    for item_id, attribute_id, parsed in plain
                ],
            )  # fmt: skip

    def inherit(self, session: Session, categories: Mapping[int, int]) -> None:
        """Give items (id -> the category they just got) what the category brings and they lack."""
        fresh = sorted(set(categories.values()) - self.brought.keys())
        if fresh:
            for category_id, rows in category_attributes.effective_of_all(session, fresh).items():
                self.brought[category_id] = [
                    (row.attribute_id, row.value_id) for row in rows.values() if row.value_id is not None
                ]
        items = [item_id for item_id, category_id in categories.items() if self.brought[category_id]]
        if not items:
            return
        table = ItemAttributeMapping.__table__
        has = set(
            session.execute(
                select(table.c.item_id, table.c.attribute_id).where(table.c.item_id.in_(items), table.c.variant_id == 0)
            ).tuples()
        )
        inherited = [
            {"item_id": item_id, "variant_id": 0, "attribute_id": attribute_id, "value_id": value_id, "inherited": True}
            for item_id in items
            for attribute_id, value_id in self.brought[categories[item_id]]
            if (item_id, attribute_id) not in has
        ]
        insert_many(session, ItemAttributeMapping, inherited)

    def _ensure_values(self, session: Session, wanted: Mapping[tuple[int, str], ParsedValue]) -> None:
        if len(self.value_ids) > _CACHE:
            self.value_ids.clear()
        self._look_up(session, wanted)
        missing = [
            {"attribute_id": attribute_id, "value": parsed.value, "value_key": key, "numeric_value": parsed.number,
             "date_value": parsed.date, "blocked": False}
            for (attribute_id, key), parsed in wanted.items() if (attribute_id, key) not in self.value_ids
        ]  # fmt: skip
        if missing:
            insert_into = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
            session.execute(insert_into(ItemAttributeValue.__table__).on_conflict_do_nothing(), missing)
            self._look_up(session, wanted)

    def _look_up(self, session: Session, wanted: Mapping[tuple[int, str], ParsedValue]) -> None:
        by_attribute: dict[int, list[str]] = {}
        for attribute_id, key in wanted:
            if (attribute_id, key) not in self.value_ids:
                by_attribute.setdefault(attribute_id, []).append(key)
        for attribute_id, keys in by_attribute.items():
            rows = session.execute(
                select(ItemAttributeValue.value_key, ItemAttributeValue.id).where(
                    ItemAttributeValue.attribute_id == attribute_id, ItemAttributeValue.value_key.in_(keys)
                )
            )
            for key, value_id in rows:
                self.value_ids[attribute_id, key] = value_id

    def finish(self, session: Session) -> None:
        """Values nobody has any more vanish, as on the card."""
        attributes.clean_up(session, self.changed)
