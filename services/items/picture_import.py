"""Pictures of many items at once, out of a ZIP whose files are named by item numbers (items.md section 8)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from core.clock import utcnow
from core.errors import DomainError, NotFound, ValidationError
from core.sql import ids_of
from core.text import _
from models import Item, ItemPicture, PictureImport, PictureImportRow, StoredFile
from models.enums import PictureStatus
from services import pictures
from services.jobs import JobKind, ProgressReport, RunningJob, register, store_file

JOB = "picture-import"
#: Files in one ZIP, and bytes they have together when they are unpacked.
MOST_FILES = 2_000
MOST_BYTES = 1024 * 1024 * 1024
_SHOWN_IGNORED = 20
#: Pictures stored in one transaction.
_AT_ONCE = 10
_LONGEST_NO = 20


@dataclass(frozen=True)
class Counters:
    """How many rows are to be added or to replace a picture, and how many have been; all of them."""

    to_add: int = 0
    to_replace: int = 0
    added: int = 0
    replaced: int = 0
    refused: int = 0
    total: int = 0

    @property
    def pending(self) -> int:
        """Rows that wait for the import."""
        return self.to_add + self.to_replace


def start(
    session: Session, data: bytes, name: str, *, replace: bool = False, user_id: int | None = None
) -> PictureImport:
    """Read what a ZIP holds and keep it; nothing is imported yet.

    Raises ValidationError `not_a_zip`, `zip_too_large`, `zip_without_items`.
    """
    entries = _entries(data)
    nos = {no for no, _place, _entry in entries if len(no) <= _LONGEST_NO}
    known = _items(session, nos)
    stored = store_file(session, name, "application/zip", data, user_id=user_id)
    ignored = [entry.filename for no, _place, entry in entries if no not in known]
    if len(ignored) == len(entries):
        raise ValidationError(
            "zip_without_items",
            _("No file of %(name)s is named like an item.", name=name[:60]), field="file",
            hint=_("Name each file by its item number: 1000.jpg."),
        )  # fmt: skip
    made = PictureImport(
        file_id=stored.id, name=name[-250:], replace=replace, ignored=len(ignored), user_id=user_id,
        ignored_names="\n".join(ignored[:_SHOWN_IGNORED]), created_at=utcnow(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    seen: set[int] = set()
    for no, place, entry in entries:
        if no in known:
            session.add(_row(made, place, entry, no, known[no], twice=known[no][0] in seen))
            seen.add(known[no][0])
    session.flush()
    return made


def find_import(session: Session, import_id: int, user_id: int) -> PictureImport:
    """The user's import. Raises NotFound."""
    found = session.get(PictureImport, import_id)
    if found is None or found.user_id != user_id:
        raise NotFound("not_found", _("This picture import does not exist any more."))
    return found


def counters_of(session: Session, import_id: int) -> Counters:
    """The counters of the page, in one statement."""
    row = PictureImportRow

    def how_many(status: PictureStatus, *, had: bool | None = None) -> Any:
        wanted = row.status == status
        if had is not None:
            wanted &= row.has_picture.is_(had)
        return func.coalesce(func.sum(case((wanted, 1), else_=0)), 0)

    found = session.execute(
        select(
            how_many(PictureStatus.PENDING, had=False), how_many(PictureStatus.PENDING, had=True),
            how_many(PictureStatus.COMPLETED, had=False), how_many(PictureStatus.COMPLETED, had=True),
            how_many(PictureStatus.REFUSED), func.count(),
        ).where(row.import_id == import_id)
    ).one()  # fmt: skip
    return Counters(*(int(figure) for figure in found))


def set_replace(session: Session, made: PictureImport, *, replace: bool) -> None:
    """Replace pictures that are there, or leave them: what is not done yet follows."""
    made.replace = replace
    status = PictureStatus.PENDING if replace else PictureStatus.SKIP
    session.execute(
        update(PictureImportRow)
        .where(
            PictureImportRow.import_id == made.id,
            PictureImportRow.has_picture.is_(True),
            PictureImportRow.message == "",
            PictureImportRow.status.in_((PictureStatus.SKIP, PictureStatus.PENDING)),
        )
        .values(status=status)
    )
    session.flush()


def discard(session: Session, made: PictureImport) -> None:
    """Forget the import and its file; what was imported stays."""
    stored = session.get(StoredFile, made.file_id)
    session.delete(made)
    session.flush()
    if stored is not None:
        session.delete(stored)
        session.flush()


def import_pending(
    session: Session, import_id: int, *, commit: Callable[[Callable[[Session], None]], Any], progress: ProgressReport
) -> Counters:
    """Store the pictures that wait, some in each transaction of `commit`; a bad file is told in its row."""
    file_id = session.scalars(select(PictureImport.file_id).where(PictureImport.id == import_id)).one()
    data = session.scalars(select(StoredFile.content).where(StoredFile.id == file_id)).one()
    waiting = list(
        session.scalars(
            select(PictureImportRow.id)
            .where(PictureImportRow.import_id == import_id, PictureImportRow.status == PictureStatus.PENDING)
            .order_by(PictureImportRow.place)
        )
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for begin in range(0, len(waiting), _AT_ONCE):
            progress(begin, len(waiting))
            part = waiting[begin : begin + _AT_ONCE]
            commit(partial(_store_some, archive=archive, row_ids=part))
    progress(len(waiting), len(waiting))
    return counters_of(session, import_id)


def _store_some(session: Session, archive: zipfile.ZipFile, row_ids: list[int]) -> None:
    rows = session.scalars(
        select(PictureImportRow).where(PictureImportRow.id.in_(row_ids)).order_by(PictureImportRow.place)
    ).all()
    replace = {row.id: row.replace for row in session.scalars(
        select(PictureImport).where(PictureImport.id.in_({row.import_id for row in rows}))
    )}  # fmt: skip
    has = pictures.digests(session, [row.item_id for row in rows])
    entries = archive.infolist()
    for row in rows:
        if row.status is not PictureStatus.PENDING:
            continue
        if row.item_id in has and not row.has_picture and not replace[row.import_id]:
            row.status, row.message = PictureStatus.SKIP, _("The item got a picture meanwhile.")
            continue
        try:
            pictures.store_picture(session, row.item_id, _content(archive, entries[row.place]), row.file_name)
        except DomainError as error:
            row.status, row.message = PictureStatus.REFUSED, error.message[:250]
        else:
            row.status = PictureStatus.COMPLETED
    session.flush()


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The file, never more of it than a picture may have; a damaged one is refused."""
    try:
        with archive.open(entry) as opened:
            return opened.read(pictures.LARGEST_FILE + 1)
    except (RuntimeError, NotImplementedError, zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise ValidationError(
            "not_an_image", _("%(name)s cannot be read out of the ZIP.", name=_base_name(entry)[:60]), field="file"
        ) from error


def _entries(data: bytes) -> list[tuple[str, int, zipfile.ZipInfo]]:
    """(item number, place, file) of every file in the ZIP but hidden ones."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ValidationError("not_a_zip", _("This is not a ZIP file that can be read."), field="file") from error
    if len(found) > MOST_FILES or sum(entry.file_size for entry in found) > MOST_BYTES:
        raise ValidationError(
            "zip_too_large",
            _("Send at most %(files)s files of together 1 GB in one ZIP.", files=MOST_FILES), field="file",
        )  # fmt: skip
    return [
        (PurePosixPath(_base_name(entry)).stem.strip().upper(), place, entry)
        for place, entry in enumerate(found)
        if not entry.is_dir() and not _base_name(entry).startswith(".") and not entry.filename.startswith("__MACOSX")
    ]


def _base_name(entry: zipfile.ZipInfo) -> str:
    return entry.filename.replace("\\", "/").rsplit("/", 1)[-1]


def _items(session: Session, nos: set[str]) -> dict[str, tuple[int, bool]]:
    """Item number -> (id, has a picture), for those that are there."""
    found: dict[str, tuple[int, bool]] = {}
    wanted = sorted(no for no in nos if no and "\x00" not in no)
    for begin in range(0, len(wanted), 500):
        rows = session.execute(select(Item.id, Item.no).where(Item.no.in_(wanted[begin : begin + 500]))).all()
        ids = {row.id for row in rows}
        with_picture = set(
            session.scalars(
                select(ItemPicture.item_id).where(
                    ItemPicture.item_id.in_(ids_of(session, ids)),
                    ItemPicture.variant_id == 0,
                    ItemPicture.position == 0,
                )
            )
        )
        found |= {row.no: (row.id, row.id in with_picture) for row in rows}
    return found


def _row(
    made: PictureImport, place: int, entry: zipfile.ZipInfo, no: str, item: tuple[int, bool], *, twice: bool
) -> PictureImportRow:
    item_id, has_picture = item
    name = _base_name(entry)
    waits = not twice and (made.replace or not has_picture)
    return PictureImportRow(
        import_id=made.id, place=place, item_id=item_id, item_no=no, file_name=name[:250],
        extension=PurePosixPath(name).suffix.lstrip(".").upper()[:10], size=entry.file_size, has_picture=has_picture,
        status=PictureStatus.PENDING if waits else PictureStatus.SKIP,
        message=_("Another file of the ZIP is for the same item.") if twice else "",
    )  # fmt: skip


def _run(session: Session, job: RunningJob, progress: ProgressReport) -> Mapping[str, Any]:
    import_id = int(job.parameters["import_id"])
    counters = import_pending(session, import_id, commit=job.perform, progress=progress)
    return {"import_id": import_id, "added": counters.added, "replaced": counters.replaced, "refused": counters.refused}


register(JobKind(JOB, "Import of pictures", _run, "items.edit", outcome="picture_imports.outcome"))
