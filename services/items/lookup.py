"""What a typed or scanned number means on a line: the one item, variant and unit, or a choice (items.md section 7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import BLANK_ID, Item, ItemIdentifier, ItemReference, ItemUnitOfMeasure, ItemVariant, UnitOfMeasure
from models.enums import ReferenceType
from services.items.references import valid_on
from services.items.scan_codes import LONGEST, SEPARATOR, ScanCode, read_scan


@dataclass(frozen=True)
class Party:
    """Whose numbers count besides bar codes: the vendor of a purchase, the customer of a sale."""

    type: ReferenceType
    no: str


@dataclass(frozen=True)
class Candidate:
    """One thing a number may mean. `unit_id` None: the line's usual unit; `own` says it is the party's own number."""

    item_id: int
    item_no: str
    variant_id: int = BLANK_ID
    unit_id: int | None = None
    reference_no: str = ""
    description: str = ""
    own: bool = False
    variant_code: str = ""
    unit_code: str = ""
    #: what the card calls it; "" where that was not read
    name: str = ""

    @property
    def key(self) -> str:
        """Names this candidate among those of one number, to be sent back by a chooser."""
        return f"{self.item_id}.{self.variant_id}.{self.unit_id or 0}.{int(self.own)}"

    @property
    def label(self) -> str:
        """Item, variant and unit as people know them."""
        parts = " ".join(part for part in (self.item_no, self.variant_code, self.unit_code) if part)
        text = self.description or self.name
        return f"{parts} - {text}" if text else parts


def _shown(code: str) -> str:
    """A code as a sentence may hold it."""
    return " ".join(code.replace(SEPARATOR, " ").split())[:40]


class AmbiguousReference(ValidationError):
    """The number `scanned` (as it came) means several things; `candidates` are offered where somebody can choose."""

    def __init__(self, code: str, candidates: Sequence[Candidate], *, field: str) -> None:
        names = ", ".join(dict.fromkeys(candidate.label for candidate in candidates[:5]))
        super().__init__(
            "ambiguous_reference",
            _("“%(code)s” means more than one thing: %(names)s.", code=_shown(code), names=names), field=field,
            hint=_("Choose one, or enter the item number."),
        )  # fmt: skip
        self.candidates = tuple(candidates)
        self.scanned = code


def decide_candidates(candidates: Iterable[Candidate], *, item_id: int | None = None) -> list[Candidate]:
    """The table of items.md section 7: one candidate is taken, several are for a chooser, none is a refusal.

    Those of the line's item `item_id` come first: where there are any, the others do not count.
    """
    hits = list(candidates)
    hits = [hit for hit in hits if hit.item_id == item_id] or hits
    own, open_to_all = [hit for hit in hits if hit.own], [hit for hit in hits if not hit.own]
    others = {hit.item_id for hit in open_to_all}
    if not own:
        return open_to_all if len(others) > 1 else open_to_all[:1]
    if len(own) == 1 and others <= {own[0].item_id}:
        return own
    return own + open_to_all


def take_one(
    code: str, candidates: Sequence[Candidate], *, field: str, item_id: int | None = None, choice: str = ""
) -> Candidate:
    """The candidate the table leads to, or the one chosen by its `key`.

    Raises ValidationError `unknown_reference`, AmbiguousReference `ambiguous_reference`.
    """
    left = decide_candidates(candidates, item_id=item_id)
    if choice:
        left = [hit for hit in left if hit.key == choice]
    if not left:
        raise ValidationError(
            "unknown_reference",
            _("No item has the code “%(code)s”.", code=_shown(code)), field=field,
            hint=_("Scan it again, or type the item number."),
        )  # fmt: skip
    if len(left) > 1:
        raise AmbiguousReference(code, left, field=field)
    return left[0]


def references_of(
    session: Session, numbers: Collection[str], *, on: dt.date, party: Party | None
) -> dict[str, list[Candidate]]:
    """Number -> what it refers to on the day `on`, in one statement; other parties' own numbers do not count.

    Without a `party` everybody's do, as `own`.
    """
    if not numbers:
        return {}
    row = ItemReference
    allowed = [] if party is None else [or_(
        row.reference_type.in_((ReferenceType.BLANK, ReferenceType.BAR_CODE)),
        (row.reference_type == party.type) & (row.reference_type_no == party.no),
    )]  # fmt: skip
    found: dict[str, list[Candidate]] = {}
    statement = (
        select(row, Item.no, ItemVariant.code, UnitOfMeasure.code)
        .join(Item, Item.id == row.item_id)
        .join(ItemVariant, ItemVariant.id == row.variant_id)
        .join(UnitOfMeasure, UnitOfMeasure.id == row.unit_of_measure_id)
        .where(row.reference_no.in_(numbers), valid_on(on), *allowed)
        .order_by(Item.no, ItemVariant.code, row.id)
    )
    for reference, item_no, variant_code, unit_code in session.execute(statement):
        found.setdefault(reference.reference_no, []).append(
            Candidate(
                item_id=reference.item_id, item_no=item_no, variant_id=reference.variant_id,
                unit_id=reference.unit_of_measure_id, reference_no=reference.reference_no,
                description=reference.description,
                own=reference.reference_type in (ReferenceType.CUSTOMER, ReferenceType.VENDOR),
                variant_code=variant_code, unit_code=unit_code,
            )
        )  # fmt: skip
    return found


def candidates_of(
    session: Session, codes: Collection[str], *, on: dt.date, party: Party | None = None
) -> dict[str, list[Candidate]]:
    """Code (in capitals) -> what it may mean on the day `on`; four statements, whatever the number of codes.

    An identifier means its one thing; else references count, a GTIN stands for the piece where no bar code has the
    number, and an item number is last. Where there is no `party` (journals, transfers), what any customer or vendor
    means by a number counts before that. Source: items.md section 7, scan resolver, and 23.
    """
    read = {code: read_scan(code) for code in codes}
    spelled = {part for scan in read.values() for part in scan.codes}
    if not spelled:
        return {}
    identified = _identified(session, spelled)
    referred = references_of(session, spelled, on=on, party=party)
    traded = _cards(session, Item.gtin, spelled, piece=True)
    numbered = _cards(session, Item.no, spelled, piece=False)
    theirs: dict[str, list[Candidate]] = {}
    if party is None:  # nobody's own number, so that two items of one are for a chooser
        theirs = {no: [replace(hit, own=False) for hit in hits if hit.own] for no, hits in referred.items()}
        referred = {no: [hit for hit in hits if not hit.own] for no, hits in referred.items()}
    found: dict[str, list[Candidate]] = {}
    for code, scan in read.items():
        hits = _pick(scan.codes, identified)
        if not hits:
            hits = _pick(scan.codes, referred)
            if all(hit.own for hit in hits):
                hits += _pick(scan.codes, traded)
        found[code.strip().upper()] = hits or _pick(scan.codes, theirs) or _pick(scan.codes[:1], numbered)
    return found


def items_named(
    session: Session, texts: Iterable[str], *, on: dt.date, party: Party | None = None
) -> dict[str, list[Candidate]]:
    """Text (in capitals) -> the things that a cell of a table may name: its number first, then what a code means.

    Several candidates of one text are for a chooser, and a refusal where there is none. Five statements for each 500.
    """
    plain = {text.strip().upper() for text in texts if "\x00" not in text and len(text) <= LONGEST}
    wanted = sorted(plain - {""})
    found: dict[str, list[Candidate]] = {}
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        found |= _cards(session, Item.no, some, piece=False)
        codes = candidates_of(session, [text for text in some if text not in found], on=on, party=party)
        found |= {text: left for text, hits in codes.items() if (left := decide_candidates(hits))}
    return found


def _pick(spellings: Iterable[str], rows: dict[str, list[Candidate]]) -> list[Candidate]:
    return [hit for spelling in spellings for hit in rows.get(spelling, ())]


@dataclass(frozen=True)
class Scanned:
    """What a scan means: the thing, and what the code says of lot, serial number, expiry and quantity."""

    candidate: Candidate
    code: ScanCode


def resolve_scan(
    session: Session, code: str, *, on: dt.date, party: Party | None = None, item_id: int | None = None,
    choice: str = "", field: str = "code",
) -> Scanned:  # fmt: skip
    """The one thing a scanned code means on a line on the day `on`, with what a GS1 code says besides.

    Raises as `take_one`.
    """
    scan = read_scan(code)
    hits = candidates_of(session, [code], on=on, party=party).get(code.strip().upper(), [])
    return Scanned(take_one(code, hits, field=field, item_id=item_id, choice=choice), scan)


def resolve_code(
    session: Session, code: str, *, on: dt.date, party: Party | None = None, item_id: int | None = None,
    choice: str = "", field: str = "code",
) -> Candidate:  # fmt: skip
    """As `resolve_scan`, where only the item matters."""
    return resolve_scan(
        session, code, on=on, party=party, item_id=item_id, choice=choice, field=field
    ).candidate  # fmt: skip


def units_in(session: Session, hit: Candidate) -> Decimal:
    """Base units in one of what a code means: 6 for a box of six, 1 where it names no unit."""
    if hit.unit_id is None:
        return Decimal(1)
    factor = session.scalar(
        select(ItemUnitOfMeasure.qty_per_unit_of_measure).where(
            ItemUnitOfMeasure.item_id == hit.item_id, ItemUnitOfMeasure.unit_of_measure_id == hit.unit_id
        )
    )
    return factor or Decimal(1)


def _identified(session: Session, codes: Collection[str]) -> dict[str, list[Candidate]]:
    """Identifiers by their code."""
    row = ItemIdentifier
    statement = (
        select(row.code, row.item_id, row.variant_id, row.unit_of_measure_id, Item.no, ItemVariant.code,
               UnitOfMeasure.code)
        .join(Item, Item.id == row.item_id)
        .join(ItemVariant, ItemVariant.id == row.variant_id)
        .join(UnitOfMeasure, UnitOfMeasure.id == row.unit_of_measure_id)
        .where(row.code.in_(codes))
    )  # fmt: skip
    return {
        code: [
            Candidate(item_id=item_id, item_no=item_no, variant_id=variant_id, unit_id=unit_id,
                      variant_code=variant_code, unit_code=unit_code)
        ]
        for code, item_id, variant_id, unit_id, item_no, variant_code, unit_code in session.execute(statement)
    }  # fmt: skip


def _cards(session: Session, column: Any, numbers: Collection[str], *, piece: bool) -> dict[str, list[Candidate]]:
    """Items by a number of their own; `piece` names the base unit, else the line's usual unit is meant."""
    rows = session.execute(
        select(column, Item.id, Item.no, Item.description, Item.base_unit_of_measure_id, UnitOfMeasure.code)
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .where(column.in_(numbers), column != "")
        .order_by(Item.no)
    )
    found: dict[str, list[Candidate]] = {}
    for number, id_, no, description, unit_id, unit_code in rows:
        found.setdefault(number, []).append(
            Candidate(item_id=id_, item_no=no, unit_id=unit_id if piece else None,
                      unit_code=(unit_code or "") if piece else "", name=description)
        )  # fmt: skip
    return found
