"""Counting on the tablet: lines with large figures, scans, and what a device sends when the network is back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Response, current_app, jsonify, request, url_for
from sqlalchemy.orm import Session
from wtforms.validators import StopValidation

from blueprints.access import current_user, poster, requires
from blueprints.count_forms import FoundForm
from blueprints.count_kinds import whole
from blueprints.counts import bp
from blueprints.database import db_session
from blueprints.decimal_fields import check_decimal, parse_decimal
from blueprints.errors import status_of
from blueprints.fields import Refused
from blueprints.formats import plain_number
from blueprints.htmx import done, render
from blueprints.masters import press
from blueprints.refusals import sentence
from core.clock import utcnow
from core.errors import DomainError, ErrorList, ValidationError, errors_of
from core.text import _
from core.unit_of_work import perform
from models import Permission, PhysicalInventoryOrder, PhysicalInventoryRecording, PhysicalInventoryRecordingLine
from services.counting import counts, orders, page, recordings
from services.counting.counts import Entry, Found
from services.items.lookup import AmbiguousReference

_P = Permission
_LONGEST_KEY = 50


@bp.get("/worker.js")
@requires(_P.COUNTS_EDIT)
def worker() -> Response:
    """The script that keeps the pages of a count on the device; from here, so that it may answer for /counts."""
    script = Path(str(current_app.static_folder), "js", "count_worker.js").read_text(encoding="utf-8")
    return Response(script, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@bp.get("/<path:no>/recordings/<int:recording_no>")
@requires(_P.COUNTS_EDIT)
def recording(no: str, recording_no: int) -> Response:
    """The lines to count, a page at a time, bin after bin."""
    return _page(no, recording_no)


def _page(
    no: str, recording_no: int, *, refusal: DomainError | None = None, typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    session = db_session()
    order = page.read_order(session, no)
    found = recordings.get_recording(session, order.id, recording_no)
    bin_id, waiting = whole("bin", 0) or None, bool(request.args.get("waiting"))
    search = request.args.get("q", "")[:60]
    problems: dict[int, list[str]] = {}
    for single in errors_of(refusal) if refusal is not None else ():
        problems.setdefault(single.line or 0, []).append(sentence(single))
    return render(
        "counts/recording.html", "counts/_recording.html", status=status, order=order, recording=found,
        lines=page.recording_lines(session, found.id, page=whole("page", 1), bin_id=bin_id, waiting=waiting,
                                   search=search),
        bins=page.bins_of(session, found.id), far=page.how_far(session, found.id), bin_id=bin_id, waiting=waiting,
        search=search, problems=problems, typed=typed or {}, key=uuid.uuid4().hex,
    )  # fmt: skip


@bp.post("/<path:no>/recordings/<int:recording_no>")
@requires(_P.COUNTS_EDIT)
def enter(no: str, recording_no: int) -> Response:
    """The figures of a page sent as a form (without a script), and a scanned code."""
    at = utcnow()
    try:
        entries = _typed_entries(request.form, at)
        taken = _take(no, recording_no, entries, at)
        if taken.refused:
            raise ErrorList(list(taken.refused.values()))
    except DomainError as error:
        return _page(no, recording_no, refusal=error, typed=request.form, status=status_of(error))
    back = url_for(".recording", no=no, recording_no=recording_no, **request.args.to_dict())
    return done(None, back=back, message=_("Counted."))


def _typed_entries(form: Mapping[str, str], at: dt.datetime) -> list[Entry]:
    """Figures that changed on the page; keys follow from what is said, so that a double click counts once."""
    entries, errors = [], []
    for name, value in form.items():
        line_no = name.removeprefix("q-")
        if (
            name == line_no
            or not line_no.isascii()
            or not line_no.isdigit()
            or value.strip() == form.get(f"was-{line_no}")
        ):
            continue
        try:
            quantity = _decimal(value)
        except ValidationError as error:
            errors.append(ValidationError(error.code, error.message, line=int(line_no)))
            continue
        if quantity is not None:
            key = f"{form.get('key', '')[:20]}-{line_no}-{value.strip()}"[:_LONGEST_KEY]
            entries.append(
                Entry(key=key, line_no=int(line_no), quantity=quantity, seen=_seen(form.get(f"was-{line_no}")),
                      counted_at=at)
            )  # fmt: skip
    if errors:
        raise ErrorList(errors)
    if code := form.get("code", "").strip():
        entries.append(
            Entry(key=f"{form.get('key', '')[:30]}-scan", code=code[:200], choice=form.get("choice", "")[:80],
                  bin_id=whole("bin", 0) or None, added=True, counted_at=at)
        )  # fmt: skip
    return entries


def _seen(text: Any) -> Decimal | None:
    """What stood on the line when a figure was typed; None where that is not said."""
    if not isinstance(text, str):
        return None
    return counts.NOT_COUNTED if not text.strip() else _decimal(text)


def _decimal(text: Any, *, minimum: Decimal | None = Decimal(0)) -> Decimal | None:
    try:
        value = parse_decimal(str(text)[:60])
        check_decimal(value or Decimal(0), minimum=minimum)
    except (Refused, StopValidation) as refused:
        raise ValidationError("number_invalid", str(refused), field="quantity") from refused
    return value


def _take(no: str, recording_no: int, entries: list[Entry], at: dt.datetime) -> counts.Taken:
    who = poster().user_name

    def work(s: Session) -> counts.Taken:
        order = orders.get_order(s, no)
        found = recordings.get_recording(s, order.id, recording_no)
        return counts.take_counts(s, order, found, entries, user_name=who, at=at)

    return perform(db_session(), work, user_id=current_user.id)


@bp.post("/<path:no>/recordings/<int:recording_no>/entries")
@requires(_P.COUNTS_EDIT)
def entries(no: str, recording_no: int) -> Response:
    """What a device sends: `{"entries": [{key, line | code, quantity, added, at ...}]}`; each key counts once.

    Answers what stands, what is refused and why, and the lines as they are now. A refusal of all is 422 with
    `message`: the device keeps what it has.
    """
    at, said = utcnow(), request.get_json(silent=True)
    rows = said.get("entries") if isinstance(said, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return _answer({"message": _("This is no list of counts.")}, 422)
    read, refused = _read_entries(rows, at)
    try:
        taken = _take(no, recording_no, read, at)
    except DomainError as error:
        return _answer({"message": " ".join(sentence(single) for single in errors_of(error))}, status_of(error))
    refused |= taken.refused
    session = db_session()
    order = page.read_order(session, no)
    found = recordings.get_recording(session, order.id, recording_no)
    touched = {*taken.line_nos.values(), *(error.line for error in refused.values() if error.line is not None)}
    now = {line.line_no: line for line in recordings.recorded_lines_of(session, found.id, touched)}
    counted, total = page.how_far(session, found.id)[::-1]
    return _answer({
        "keys": taken.keys,
        "refused": {key: _refusal(error) for key, error in refused.items()},
        "of": taken.line_nos,
        "lines": {no: _line(line) for no, line in now.items()},
        "counted": counted, "total": total,
    })  # fmt: skip


def _line(line: PhysicalInventoryRecordingLine) -> dict[str, str | bool]:
    """A counted line for the device: what is on it, who counted, what it is found by."""
    numbers = [number for number in (line.lot_no, line.serial_no, line.package_no) if number]
    return {
        "quantity": plain_number(line.quantity) if line.recorded else "", "counted": line.recorded,
        "by": line.recorded_by,
        "what": " · ".join([line.description, *numbers]), "find": line.serial_no or line.lot_no or line.description,
    }  # fmt: skip


def _answer(said: dict[str, Any], status: int = 200) -> Response:
    response = jsonify(said)
    response.status_code = status
    return response


def _refusal(error: DomainError) -> dict[str, Any]:
    choices = error.candidates if isinstance(error, AmbiguousReference) else ()
    return {
        "message": sentence(error), "line": error.line,
        "choices": [{"key": choice.key, "label": choice.label} for choice in choices],
    }  # fmt: skip


def _read_entries(rows: list[dict[str, Any]], at: dt.datetime) -> tuple[list[Entry], dict[str, DomainError]]:
    """Figures as they can be taken; one that makes no sense is refused under its key."""
    read: list[Entry] = []
    refused: dict[str, DomainError] = {}
    for row in rows:
        key = str(row.get("key", ""))[:_LONGEST_KEY]
        line = row.get("line")
        try:
            least = None if row.get("added") else Decimal(0)
            said = row.get("quantity") not in (None, "")
            quantity, seen = _decimal(row["quantity"], minimum=least) if said else None, _seen(row.get("seen"))
            if not key or not (isinstance(line, int) or row.get("code")):
                raise ValidationError("count_unclear", _("It is not said what was counted."))
        except ValidationError as error:
            refused[key] = error
            continue
        read.append(Entry(
            key=key, line_no=line if isinstance(line, int) else None, code=str(row.get("code") or "")[:200],
            choice=str(row.get("choice") or "")[:80], bin_id=row["bin"] if isinstance(row.get("bin"), int) else None,
            quantity=quantity, added=bool(row.get("added")), seen=seen, counted_at=_moment(row.get("at"), at),
        ))  # fmt: skip
    return read, refused


def _moment(text: Any, at: dt.datetime) -> dt.datetime:
    """When the device says it was; never later than now."""
    try:
        moment = dt.datetime.fromisoformat(str(text))
    except ValueError:
        return at
    return min(moment, at) if moment.tzinfo is not None else at


# ------------------------------------------------------------------------------------------------ buttons
def _button(
    no: str, recording_no: int, work: Callable[[Session, PhysicalInventoryOrder, PhysicalInventoryRecording], None],
    message: str, *, back: str | None = None,
) -> Response:  # fmt: skip
    here = url_for(".recording", no=no, recording_no=recording_no)

    def on_both(s: Session) -> None:
        order = orders.get_order(s, no)
        work(s, order, recordings.get_recording(s, order.id, recording_no))

    return press(on_both, message=message, back=back or url_for(".show", no=no), refused_back=here)


@bp.post("/<path:no>/recordings/<int:recording_no>/finish")
@requires(_P.COUNTS_EDIT)
def finish_recording(no: str, recording_no: int) -> Response:
    """Nothing is counted into it any more."""
    who, at, rest = poster().user_name, utcnow(), bool(request.form.get("rest_is_zero"))
    return _button(
        no, recording_no,
        lambda s, order, found: recordings.finish_recording(s, order, found, user_name=who, at=at, rest_is_zero=rest),
        _("Recording finished."),
    )  # fmt: skip


@bp.post("/<path:no>/recordings/<int:recording_no>/reopen")
@requires(_P.COUNTS_EDIT)
def reopen_recording(no: str, recording_no: int) -> Response:
    here = url_for(".recording", no=no, recording_no=recording_no)
    return _button(no, recording_no, recordings.reopen_recording, _("Count on."), back=here)


@bp.post("/<path:no>/recordings/<int:recording_no>/delete")
@requires(_P.COUNTS_EDIT)
def delete_recording(no: str, recording_no: int) -> Response:
    return _button(no, recording_no, recordings.delete_recording, _("Recording deleted."))


@bp.post("/<path:no>/recordings/<int:recording_no>/lines/<int:line_no>/remove")
@requires(_P.COUNTS_EDIT)
def remove_recorded(no: str, recording_no: int, line_no: int) -> Response:
    here = url_for(".recording", no=no, recording_no=recording_no)
    return _button(
        no, recording_no, lambda s, order, found: recordings.remove_line(s, order, found, line_no),
        _("Line removed."), back=here,
    )  # fmt: skip


@bp.route("/<path:no>/recordings/<int:recording_no>/found", methods=["GET", "POST"])
@requires(_P.COUNTS_EDIT)
def found(no: str, recording_no: int) -> Response:
    """Goods that are not listed, or that bear no code: a line by hand."""
    order, form = page.read_order(db_session(), no), FoundForm()
    if request.method == "GET":
        form.location.process_data(order.location_id)
    if form.validate_on_submit():

        def work(s: Session) -> int:
            own = orders.get_order(s, no)
            it = recordings.get_recording(s, own.id, recording_no)
            what = Found(
                item_id=form.item.data, variant_id=form.variant.data or 0, bin_id=form.bin.data,
                lot_no=form.lot_no.data or "", serial_no=form.serial_no.data or "",
                package_no=form.package_no.data or "",
                expiration_date=form.expiration_date.data,
            )  # fmt: skip
            return counts.add_line(s, own, it, what).line_no

        number = form.serial_no.data or form.lot_no.data or form.package_no.data
        try:
            perform(db_session(), work, user_id=current_user.id)
        except DomainError as error:
            form.show(error)
        else:
            here = url_for(".recording", no=no, recording_no=recording_no, q=number or form.item.record.code)
            return done(None, back=here, message=_("Line added: count it now."))
    return render(
        "counts/found.html", "counts/_found.html", order=order, recording_no=recording_no, form=form,
        status=422 if form.errors else 200,
    )  # fmt: skip
