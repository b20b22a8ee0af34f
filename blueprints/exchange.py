"""Import and export pages: bring a file, say what its columns hold, look at every row's fate, import, take home.

Each step is a page of its own with a plain form, so that everything works without JavaScript.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound as PageNotFound

from blueprints.access import check_right, current_user, may, requires
from blueprints.database import db_session
from blueprints.decimal_fields import PercentField
from blueprints.exchange_mapping import MappingPage
from blueprints.fields import BaseForm, CheckField, CodeField, KeyedForm
from blueprints.htmx import go, render, wants_fragment
from blueprints.jobs import context_of, find_job, launch, sees_job
from core.clock import utcnow
from core.errors import DomainError, NotFound, ValidationError
from core.text import _
from core.unit_of_work import perform
from models import Job, Location, Permission, StoredFile, db
from models.enums import JobStatus
from services import jobs
from services.exchange.fates import Fate
from services.exchange.files import detect_format
from services.exchange.handlers import ImportRequest, forget_uploads, load_fates, local_copy
from services.exchange.items import ITEMS
from services.exchange.kinds import EXPORT_RIGHTS, GROUPS, IMPORT_RIGHTS, KINDS, get_kind
from services.exchange.retail_file import figures_by_day, opening_stock, read_file
from services.exchange.retail_lines import find_lines
from services.exchange.retail_report import chart_svg, reconcile, table_rows
from services.exchange.retail_rules import Rule, rule_words
from services.exchange.retail_week import already_posted
from services.exchange.writing import media_type, table_bytes

bp = Blueprint("exchange", __name__, url_prefix="/import")

KEPT_UPLOADS = dt.timedelta(days=7)
PAGE_SIZE = 50
RETAIL = "retail"


class UploadForm(BaseForm):
    file = FileField(_l("File"))


class RetailForm(KeyedForm):
    location_code = CodeField(
        _l("Location"), max_length=10, description=_l("Where the goods lie; blank for no location.")
    )
    cost_percent = PercentField(
        _l("Cost in percent of the price"), maximum=100, required=True,
        description=_l("The file holds no costs; opening stock is valued at this share of each item's usual price."),
    )  # fmt: skip
    as_documents = CheckField(
        _l("Post sales orders and credit memos"),
        description=_l("Each invoice number becomes a document with receivables, sales and VAT; else a journal posts "
                       "the goods alone. The stock ends the same."),
    )  # fmt: skip


Choices = list[tuple[str, list[tuple[str, str]]]]


def kind_choices() -> Choices:
    """What the current user may import, by what it is about: (name, words)."""
    words = {name: kind.title for name, kind in KINDS.items()} | {RETAIL: _("Week of trade (invoice lines)")}
    return _grouped({name: words[name] for name in words if may(IMPORT_RIGHTS[name])}, _("Movements"))


def _grouped(words: dict[str, str], others: str) -> Choices:
    """Choices under what they are about, each group by its words; what is in no group stands under `others`."""
    found = [(_(title), [(name, words[name]) for name in words if name in names]) for title, names in GROUPS]
    grouped = {name for _title, pairs in found for name, _word in pairs}
    found.append((others, [(name, word) for name, word in words.items() if name not in grouped]))
    first = [ITEMS.name]  # what most people come for
    return [
        (title, sorted(pairs, key=lambda pair: (pair[0] not in first, pair[1]))) for title, pairs in found if pairs
    ]  # fmt: skip


def export_choices() -> Choices:
    """What the current user may export, by what it is about: (name, words)."""
    words = {name: kind.title for name, kind in KINDS.items()} | {
        "item-ledger-entries": _("Item ledger entries"), "value-entries": _("Value entries"),
        "gl-entries": _("G/L entries"), "registers": _("Registers"),
    }  # fmt: skip
    if not may(Permission.EXCHANGE_EXPORT):
        return []
    return _grouped({name: words[name] for name in words if may(EXPORT_RIGHTS[name])}, _("Entries and movements"))


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.EXCHANGE_IMPORT)
def index() -> ResponseReturnValue:
    form = UploadForm()
    kind = request.values.get("kind", "items")
    if form.validate_on_submit():
        try:
            file_id = _store(form.file.data, kind)
        except DomainError as error:
            form.show(ValidationError(error.code, error.message, field="file"))
        else:
            batch = request.form.get("batch", "")
            return go(url_for(".columns", file_id=file_id, kind=kind, batch=batch or None))
    recent = db.session.scalars(
        select(Job)
        .where(Job.user_id == current_user.id, Job.kind.in_(("import", "import-check", "export", RETAIL)))
        .order_by(Job.id.desc())
        .limit(8)
    ).all()
    return render(
        "exchange/index.html", "exchange/_upload.html", form=form, kind=kind, kinds=kind_choices(), recent=recent,
        exports=export_choices(), batch=request.values.get("batch", ""), status=422 if form.errors else 200,
    )  # fmt: skip


def _store(upload: FileStorage | None, kind: str) -> int:
    """Keep the upload. Raises NotFound `import_kind_unknown`, ValidationError `file_missing`, `file_empty`."""
    if kind != RETAIL:
        get_kind(kind)
    check_right(IMPORT_RIGHTS[kind])
    if upload is None or not upload.filename:
        raise ValidationError("file_missing", _("Choose a file first."))
    content = upload.read()
    if not content.strip():
        raise ValidationError("file_empty", _("The file is empty. Choose a file with a heading row and rows below it."))
    name = upload.filename.replace("\\", "/").rsplit("/", 1)[-1].replace("\x00", "")[-200:]
    user_id = current_user.id

    def work(session: Any) -> int:
        forget_uploads(session, utcnow() - KEPT_UPLOADS)
        return jobs.store_file(session, name, "application/octet-stream", content, user_id=user_id).id

    return int(perform(db_session(), work, user_id=user_id))


def _own_file(file_id: int) -> StoredFile:
    stored = db.session.get(StoredFile, file_id)
    if stored is None or stored.user_id != current_user.id:
        raise NotFound("file_gone", _("The uploaded file is not there any more. Upload it again."))
    return stored


@bp.route("/files/<int:file_id>", methods=["GET", "POST"])
@requires(Permission.EXCHANGE_IMPORT)
def columns(file_id: int) -> ResponseReturnValue:
    """What the file's columns hold; then the dry run."""
    stored = _own_file(file_id)
    kind = request.values.get("kind", "items")
    if kind == RETAIL:
        return go(url_for(".retail", file_id=file_id))
    check_right(IMPORT_RIGHTS[get_kind(kind).name])
    try:
        page = MappingPage.read(db_session(), stored, get_kind(kind), request.values)
    except DomainError as error:
        form = UploadForm(formdata=None)
        form.form_errors.append(error.message)
        return render(
            "exchange/index.html",
            "exchange/_upload.html",
            form=form,
            kind=kind,
            kinds=kind_choices(),
            recent=[],
            exports=[],
            batch="",
            status=422,
        )
    if page.form.validate_on_submit() and "refresh" not in request.form:
        try:
            options = page.options(db_session())
        except DomainError as error:
            page.form.show(error)
        else:
            wanted = ImportRequest(kind, stored.name, page.file_format.as_dict(), options, file_id)
            title = _("Check %(name)s", name=stored.name)
            job_id = launch("import-check", wanted.parameters(), title, key=page.form.key.data)
            return go(url_for(".check", job_id=job_id))
    return render("exchange/columns.html", "exchange/_columns.html", page_=page, stored=stored, kind=kind,
                  status=422 if page.form.errors else 200)  # fmt: skip


def _outcome(job_id: int, page_name: str) -> ResponseReturnValue:
    job = find_job(job_id)
    context = context_of(job)
    context["poll_url"] = url_for(f".{page_name}", job_id=job_id)
    if context["running"]:
        return render("exchange/running.html", "jobs/_job.html", **context)
    if wants_fragment() and request.headers.get("HX-Target") == "job":
        return go(context["poll_url"])  # the whole page: it has a table now
    fates_id = job.result.get("fates_file_id")
    if not fates_id:
        return render("exchange/running.html", "jobs/_job.html", **context)
    chosen = request.args.get("fate", "")
    chosen = chosen if chosen in {fate.value for fate in Fate} else ""
    book = load_fates(db_session(), fates_id)
    try:
        counts = book.counts()
        total = counts[chosen] if chosen else sum(counts.values())
        pages = max(1, -(-total // PAGE_SIZE))
        number = min(max(request.args.get("page", 1, int), 1), pages)
        rows = book.page(chosen, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    finally:
        book.close()
    skip = bool(job.parameters.get("options", {}).get("skip_faulty"))
    wanted = counts[Fate.CREATE] + counts[Fate.UPDATE]
    return render(
        "exchange/outcome.html",
        "exchange/_fates.html",
        **context,
        counts=counts,
        rows=rows,
        chosen=chosen,
        number=number,
        pages=pages,
        dry=job.kind == "import-check",
        skip=skip,
        here=context["poll_url"],
        wanted=wanted,
        may_run=job.kind == "import-check" and wanted > 0 and (skip or not counts["error"]),
        key=f"import-{job.id}",
    )


@bp.get("/check/<int:job_id>")
@requires(Permission.EXCHANGE_IMPORT)
def check(job_id: int) -> ResponseReturnValue:
    """The dry run while it runs, then every row's fate."""
    return _outcome(job_id, "check")


@bp.get("/outcome/<int:job_id>")
@requires(Permission.EXCHANGE_IMPORT)
def outcome(job_id: int) -> ResponseReturnValue:
    """The import while it runs, then every row's fate."""
    return _outcome(job_id, "outcome")


@bp.post("/check/<int:job_id>/run")
@requires(Permission.EXCHANGE_IMPORT)
def run(job_id: int) -> ResponseReturnValue:
    """Import what was checked; sent twice it imports once."""
    job = find_job(job_id)
    if job.kind != "import-check" or job.status != JobStatus.DONE:
        raise PageNotFound
    check_right(IMPORT_RIGHTS[str(job.parameters["kind"])])
    parameters = {**job.parameters, "options": dict(job.parameters["options"])}
    if "skip" in request.form:
        parameters["options"]["skip_faulty"] = True
    title = _("Import %(name)s", name=job.parameters["name"])
    new_id = launch("import", parameters, title, key=f"import-{job_id}{'-skip' if 'skip' in request.form else ''}")
    return go(url_for(".outcome", job_id=new_id))


@bp.post("/export")
@requires(Permission.EXCHANGE_EXPORT)
def export() -> ResponseReturnValue:
    """All rows of a kind as a file, made by a job."""
    kind, file_kind = request.form.get("kind", ""), request.form.get("format", "csv")
    if kind not in EXPORT_RIGHTS or file_kind not in ("csv", "xlsx"):
        raise NotFound("export_kind_unknown", _("%(name)s cannot be exported.", name=kind[:50]))
    check_right(EXPORT_RIGHTS[kind])
    words = {name: word for _title, pairs in export_choices() for name, word in pairs}
    job_id = launch("export", {"kind": kind, "format": file_kind}, _("Export: %(what)s", what=words[kind]))
    return go(url_for("jobs.show", job_id=job_id))


@bp.route("/files/<int:file_id>/retail", methods=["GET", "POST"])
@requires(Permission.EXCHANGE_IMPORT)
def retail(file_id: int) -> ResponseReturnValue:
    """What a week of trade would bring, by rule and by day; then the job that posts it."""
    check_right(IMPORT_RIGHTS[RETAIL])
    stored = _own_file(file_id)
    form = RetailForm()
    if not form.is_submitted():
        form.cost_percent.data = form.cost_percent.data or 50  # type: ignore[assignment]
        first = db.session.scalar(
            select(Location.code).where(Location.there(), Location.use_as_in_transit.is_(False)).order_by(Location.id)
        )
        form.location_code.data = first or ""
    try:
        with local_copy(db_session(), file_id) as path:
            content = read_file(path, detect_format(path))
        known = already_posted(db_session(), content)
    except DomainError as error:
        upload = UploadForm(formdata=None)
        upload.form_errors.append(error.message)
        return render("exchange/index.html", "exchange/_upload.html", form=upload, kind=RETAIL, kinds=kind_choices(),
                      recent=[], exports=[], batch="", status=422)  # fmt: skip
    if form.validate_on_submit() and not known:
        parameters = {
            "file_id": file_id, "name": stored.name, "location_code": form.location_code.data,
            "cost_percent": str(form.cost_percent.data), "user_name": current_user.full_name or current_user.email,
            "as_documents": bool(form.as_documents.data),
        }  # fmt: skip
        job_id = launch(RETAIL, parameters, _("Week of trade from %(name)s", name=stored.name), key=form.key.data)
        return go(url_for("jobs.show", job_id=job_id))
    days = figures_by_day(content.lines)
    rules = {rule: sum(day[rule.value].lines for day in days.values() if rule.value in day) for rule in Rule}
    return render(
        "exchange/retail.html",
        "exchange/_retail.html",
        form=form,
        stored=stored,
        content=content,
        days=days,
        known=known,
        rules=[(rule_words(rule), count) for rule, count in rules.items() if count],
        opening=len(opening_stock(content.posted)),
        status=422 if form.errors else 200,
    )


@bp.get("/retail-week")
@requires(Permission.REPORTS_VIEW)
def retail_report() -> ResponseReturnValue:
    """Rows read = rows posted + rows reported; quantity and amount per day equal to the file's."""
    found = reconcile(db_session())
    return render(
        "exchange/retail_report.html", "exchange/_retail_report.html", reconciliation=found,
        files=[(file, sees_job(file.user_id)) for file in found.files],
    )  # fmt: skip


@bp.get("/retail-week/lines")
@requires(Permission.REPORTS_VIEW)
def retail_lines() -> ResponseReturnValue:
    """The lines behind a figure of the report: of a day, of a rule, or those that were not posted."""
    args = request.args
    rule = next((rule for rule in Rule if rule == args.get("rule")), None)
    try:
        day = dt.date.fromisoformat(args["day"]) if args.get("day") else None
    except ValueError:
        day = None
    reported, number = args.get("reported") == "1", args.get("page", 1, type=int)
    found = find_lines(db_session(), rule=rule, day=day, reported=reported, number=number)
    kept = {"rule": rule.value if rule else None, "day": day, "reported": 1 if reported else None}
    return render(
        "exchange/retail_lines.html", "exchange/_retail_lines.html", found=found, rule=rule_words(rule) if rule else "",
        day=day, reported=reported, words=rule_words, here=lambda page: url_for(".retail_lines", page=page, **kept),
    )  # fmt: skip


@bp.get("/retail-week.<any(csv, xlsx):file_kind>")
@requires(Permission.REPORTS_VIEW)
def retail_report_file(file_kind: str) -> ResponseReturnValue:
    headings, rows = table_rows(reconcile(db_session()))
    response = Response(table_bytes(file_kind, headings, rows), mimetype=media_type(file_kind).split(";")[0])
    response.headers.set("Content-Disposition", "attachment", filename=f"retail-week.{file_kind}")
    return response


@bp.get("/retail-week.svg")
@requires(Permission.REPORTS_VIEW)
def retail_chart() -> ResponseReturnValue:
    return Response(chart_svg(reconcile(db_session())), mimetype="image/svg+xml")
