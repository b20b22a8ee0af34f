"""Lines of a journal on the page: saved in place, proposed, copied, deleted, pasted from a spreadsheet."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, request, url_for

from blueprints import journal_forms as forms
from blueprints import shortages, stockouts
from blueprints.access import check_right, current_user, may, requires, today
from blueprints.database import db_session
from blueprints.fields import BaseForm
from blueprints.htmx import done, render, trigger, wants_fragment
from blueprints.journal_sheets import Seen, sheet_of
from blueprints.journals import (
    bp,
    edited_batch,
    get_batch,
    new_row,
    problems_of,
    row_context,
    start_of,
    warn_of_stockouts,
)
from core.errors import ConflictError, DomainError, NotFound, ValidationError
from core.text import _, ngettext
from core.unit_of_work import perform, rehearse
from models import ItemJournalLine, JournalBatch, Permission
from services.documents import journal_lines as lines
from services.documents import journal_paste

#: Batches up to this size are checked whenever a line is saved; larger ones when asked.
CHECKED_AT_ONCE = 100
_SHOWN_ROWS = 200


@bp.post("/<int:batch_id>/lines")
@requires(Permission.JOURNAL_EDIT)
def add(batch_id: int) -> Response:
    """Add the line at the end of the grid; a new empty one opens by itself."""
    form, batch = forms.LineForm(), typed_batch(batch_id)
    if form.read():
        try:
            values = form.line_input(start_of(batch))
            line_no = perform(
                db_session(), lambda s: lines.add_line(s, batch_id, values).line_no, user_id=current_user.id
            )
        except DomainError as error:
            form.show(error)
        else:
            return _saved(batch_id, line_no, added=True)
    return _refused(form, batch_id, None)


@bp.post("/<int:batch_id>/propose")
@requires(Permission.JOURNAL_EDIT)
def propose(batch_id: int) -> Response:
    """Fill in what the item on the new line brings: description, unit, unit amount. Writes nothing."""
    form, batch = forms.LineForm(), typed_batch(batch_id)
    if form.read():
        try:
            values = form.line_input(start_of(batch))
            row = rehearse(
                db_session(), lambda s: forms.row_of(lines.add_line(s, batch_id, values)), user_id=current_user.id
            )
        except DomainError as error:
            form.show(error)
        else:
            row.line_no, row.version = None, 0
            if not values.quantity:
                row.values["amount"] = ""  # it follows the quantity that is still to come
            return _lines_response(batch_id, row)
    return _refused(form, batch_id, None)


@bp.route("/<int:batch_id>/lines/<int:line_no>", methods=["GET", "POST"])
@requires(Permission.JOURNAL_EDIT)
def line(batch_id: int, line_no: int) -> Response:
    """Save a line in the grid, in the side sheet, or on its own page with every field."""
    stored, sheet = _stored(batch_id, line_no), sheet_of(get_batch(batch_id))
    if request.method == "GET":
        return _form_response(batch_id, forms.row_of(stored, folded=sheet.folded))
    check_right(sheet.edit)
    form = sheet.form()
    if form.read():
        try:
            seen = Seen(batch_id, line_no, int(form["version"].data or 0), lines.input_of(stored))
            perform(db_session(), lambda s: sheet.save(s, seen, form), user_id=current_user.id)
        except ConflictError as error:
            form.show(error)
            # Saving again replaces what the other person saved: the sentence has said what that is.
            return _refused(form, batch_id, line_no, take_version=True, status=409)
        except DomainError as error:
            form.show(error)
        else:
            return _saved(batch_id, line_no)
    return _refused(form, batch_id, line_no)


@bp.post("/<int:batch_id>/lines/<int:line_no>/copy")
@requires(Permission.JOURNAL_EDIT)
def copy(batch_id: int, line_no: int) -> Response:
    """The same line again at the end."""
    typed_batch(batch_id)
    _stored(batch_id, line_no)
    perform(db_session(), lambda s: lines.copy_line(s, batch_id, line_no).line_no, user_id=current_user.id)
    back = url_for(".show", batch_id=batch_id, page=_last_page(batch_id))
    return done(None, back=back, message=_("Line copied to the end."))


@bp.post("/<int:batch_id>/lines/<int:line_no>/delete")
@requires(Permission.JOURNAL_EDIT)
def delete_line(batch_id: int, line_no: int) -> Response:
    """The line goes; one that is gone already is no error."""
    edited_batch(batch_id)
    perform(db_session(), lambda s: lines.delete_lines(s, batch_id, [min(line_no, 2**31 - 1)]), user_id=current_user.id)
    return done(
        "journal/_deleted.html", back=_back(batch_id), message=_("Line deleted."),
        **row_context(get_batch(batch_id), wide=False),
    )  # fmt: skip


def typed_batch(batch_id: int) -> JournalBatch:
    """A batch whose lines are typed, for who may. Raises ValidationError `lines_are_calculated`."""
    batch = edited_batch(batch_id)
    if not sheet_of(batch).typed:
        raise ValidationError(
            "lines_are_calculated",
            _("Lines of this worksheet are calculated from what is in stock."),
            hint=_("Press Calculate."),
        )
    return batch


@bp.get("/<int:batch_id>/lines/<int:line_no>/shortage")
@requires(Permission.JOURNAL_VIEW)
def shortage(batch_id: int, line_no: int) -> Response:
    """Why a line that takes stock out is short."""
    stored, batch = _stored(batch_id, line_no), get_batch(batch_id)
    sheet, place = sheet_of(batch), stored.location.code
    edits = may(Permission.JOURNAL_EDIT) and may(sheet.edit)
    of = shortages.Of(
        str(sheet.title), url_for(".index"), batch.name, url_for(".show", batch_id=batch_id), stored.item_id,
        stored.item.no, stored.description, stored.variant.code, place,
        url_for(".line", batch_id=batch_id, line_no=line_no) if edits else "",
        events_url=shortages.events_url(stored.item.no, place, stored.variant.code),
    )  # fmt: skip
    return shortages.sheet(of, stockouts.journal_takings([stored], today()))


def _stored(batch_id: int, line_no: int) -> ItemJournalLine:
    get_batch(batch_id)
    if line_no >= 2**31:
        raise NotFound("journal_line_not_found", _("There is no such line in the journal."), line=line_no)
    return lines.get_line(db_session(), batch_id, line_no)


def _saved(batch_id: int, line_no: int, *, added: bool = False) -> Response:
    """The saved row with its check, the new empty row behind an added one, and the foot out of band."""
    if not wants_fragment():
        back = url_for(".show", batch_id=batch_id, page=_last_page(batch_id)) if added else _back(batch_id)
        return done(None, back=back, message=_("Line saved."))
    problems = None
    if row_context(get_batch(batch_id), wide=False)["line_count"] <= CHECKED_AT_ONCE:
        problems = forms.problems_by_line(problems_of(batch_id)).get(line_no, [])
    sheet = sheet_of(get_batch(batch_id))
    stored = lines.get_line(db_session(), batch_id, line_no)
    row = forms.row_of(stored, problems, folded=sheet.folded)
    if sheet.typed:
        warn_of_stockouts([row], [stored])
    response = _lines_response(batch_id, row, added=added, foot=True)
    if request.form.get("sheet"):
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = f"#{row.id}", "outerHTML"
        trigger(response, "close-sheet")
    return response


def _refused(
    form: BaseForm, batch_id: int, line_no: int | None, *, take_version: bool = False, status: int = 422
) -> Response:
    """What was typed, the sentences beside the fields; nothing was saved."""
    batch = get_batch(batch_id)
    sheet = sheet_of(batch)
    if line_no is None:
        base = new_row(batch)
    else:
        base = forms.row_of(lines.get_line(db_session(), batch_id, line_no), folded=sheet.folded)
    version = base.version if take_version else int(form["version"].data or 0)
    row = forms.typed_row(form, base, version, sheet.inputs, stale=forms.labels() if take_version else None)
    if not wants_fragment() or request.form.get("sheet"):
        response = _form_response(batch_id, row, status=status)
        target = "#line-form"
    else:
        response = _lines_response(batch_id, row, status=status)
        target = f"#{row.id}"
    if wants_fragment():
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = target, "outerHTML"
    return response


def _lines_response(
    batch_id: int, row: forms.Row, *, added: bool = False, foot: bool = False, status: int = 200
) -> Response:
    batch = get_batch(batch_id)
    wide = request.form.get("wide") == "1"
    opened = new_row(batch) if added else None
    if opened is not None:
        opened.focus = True
    return render(
        "journal/line.html", "journal/_lines.html", status=status, rows=[row], row=row, opened=opened, foot=foot,
        back=_back(batch_id), all_fields=sheet_of(batch).every, **row_context(batch, wide=wide, hidden=_hidden()),
    )  # fmt: skip


def _hidden() -> list[str]:
    """The columns that the grid the form stands in has left out."""
    return [name for name in request.form.get("hide", "")[:500].split(",") if name]


def _form_response(batch_id: int, row: forms.Row, *, status: int = 200) -> Response:
    wide = (request.form.get("wide") or request.args.get("wide")) == "1"
    batch = get_batch(batch_id)
    return render(
        "journal/line.html", "journal/_line_form.html", status=status, row=row, back=_back(batch_id),
        all_fields=sheet_of(batch).every, **row_context(batch, wide=wide),
    )  # fmt: skip


def _back(batch_id: int) -> str:
    """The page of the worksheet that the form came from."""
    page = request.form.get("page", "") or request.args.get("page", "")
    wanted = page if page.isascii() and page.isdigit() and len(page) < 9 and page != "1" else None
    return url_for(".show", batch_id=batch_id, page=wanted)


def _last_page(batch_id: int) -> int | None:
    """The page a line at the end stands on; None for the only one."""
    pages = lines.page_of_lines(db_session(), batch_id, page=10**8).pages
    return pages if pages > 1 else None


# ------------------------------------------------------------------------------------------------ paste
@bp.route("/<int:batch_id>/paste", methods=["GET", "POST"])
@requires(Permission.JOURNAL_EDIT)
def paste(batch_id: int) -> Response:
    """Rows out of a spreadsheet: all are added, or none and every fault is named; on request the good ones are."""
    batch, form = edited_batch(batch_id), forms.PasteForm()
    if not sheet_of(batch).pasted:
        raise ValidationError("paste_not_here", _("Rows of a spreadsheet can be pasted into the item journal only."))
    rows: list[journal_paste.PastedRow] = []
    if form.validate_on_submit():
        try:
            rows = journal_paste.read_rows(form.text.data or "")
            start = start_of(batch)
            given = journal_paste.RowDefaults(start.posting_date, start.document_no, start.location_id)
            journal_paste.resolve_rows(db_session(), rows, given)
            bad = [row for row in rows if row.errors]
            if not bad or (form.partial.data == "1" and len(bad) < len(rows)):
                return _add_pasted(batch_id, form, rows, bad)
        except DomainError as error:
            form.show(error)
    bad = [row for row in rows if row.errors]
    response = render(
        "journal/paste.html", "journal/_paste.html", status=422 if form.errors or bad else 200,
        **_paste_context(batch_id, form, bad, len(rows) - len(bad)),
    )  # fmt: skip
    if request.method == "POST" and wants_fragment() and "key" not in request.form:
        # Cells were pasted straight into the grid: what has to be corrected opens beside it.
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#sheet-body", "innerHTML"
    return response


def _paste_context(
    batch_id: int, form: forms.PasteForm, bad: list[journal_paste.PastedRow], good_count: int
) -> dict[str, Any]:
    words = forms.labels()
    return {
        "batch": get_batch(batch_id), "form": form, "rows": bad[:_SHOWN_ROWS], "bad_count": len(bad),
        "good_count": good_count, "labels": words | {"applies_to_entry_id": words["applies_to"]},
        "column_words": [words.get(name) or words["applies_to"] for name in journal_paste.COLUMNS],
        "shown_text": forms.shown_text,
    }  # fmt: skip


def _add_pasted(
    batch_id: int, form: forms.PasteForm, rows: list[journal_paste.PastedRow], bad: list[journal_paste.PastedRow]
) -> Response:
    values = [row.values for row in rows if row.values is not None]
    key = form.key.data if re.fullmatch(r"[A-Za-z0-9-]{1,64}", form.key.data or "") else None
    count = perform(db_session(), lambda s: len(lines.add_lines(s, batch_id, values)), key=key, user_id=current_user.id)
    message = ngettext("%(num)s line added.", "%(num)s lines added.", count)
    if not bad:
        return done(None, back=url_for(".show", batch_id=batch_id), message=message)
    kept = forms.PasteForm(formdata=None)
    kept.text.data = "\n".join(row.text for row in bad)
    context = _paste_context(batch_id, kept, bad, 0)
    if wants_fragment():
        return done("journal/_paste.html", back=url_for(".paste", batch_id=batch_id), message=message, **context)
    return render("journal/paste.html", "journal/_paste.html", **context)
