"""First start: until somebody can log in, every page leads to /welcome; afterwards /welcome leads away for ever.

Answers wait in the signed session, so going back and forth keeps them; nothing is written before the last step.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_symbol
from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from werkzeug.datastructures import MultiDict

from blueprints import auth_settings as settings
from blueprints.access import public
from blueprints.database import db_session
from blueprints.wizard_forms import STEPS, AdministratorForm, DemoForm, StepForm
from core import clock
from core.errors import ConflictError, DomainError, errors_of
from core.text import _
from core.unit_of_work import perform
from models import RoleName, User, db
from models.enums import CostingMethod, JobStatus
from services import jobs, passwords, users
from services.seed import chart
from services.seed import wizard as seed
from services.seed.defaults import CompanyAnswers, LocationAnswer
from services.seed.demo_parties import DEMO_PASSWORD, USERS

bp = Blueprint("wizard", __name__, url_prefix="/welcome")

#: Open on first start besides the wizard itself.
_OPEN = {"static", "health.health", "health.ready", "appearance.choose"}
_ENTRY_STEP = {"name": "company", "amount_rounding": "currency", "unit_amount_rounding": "currency",
               "fiscal_year_start": "currency", "locations": "locations"}  # fmt: skip


def is_open() -> bool:
    """True until the first user exists; asked of the database until then, and never again after."""
    extension = current_app.extensions.setdefault("stockbook_wizard", {"open": True})
    if extension["open"]:
        extension["open"] = not users.any_user(db_session())
    return bool(extension["open"])


def _lead_the_way() -> ResponseReturnValue | None:
    """Before each request: everything leads here until somebody can log in, nothing afterwards."""
    inside = request.blueprint == bp.name
    if request.endpoint in _OPEN or (not inside and not is_open()):
        return None
    if inside:
        finished = request.endpoint == "wizard.progress" and "wizard_job" in session
        if finished or is_open():
            return None
        return redirect("/", code=303)
    if request.headers.get("HX-Request") == "true":
        return "", 200, {"HX-Redirect": url_for("wizard.start")}
    return redirect(url_for("wizard.start"), code=303)


@bp.get("")
@public
def start() -> ResponseReturnValue:
    return render_template("wizard/start.html", form=_demo_form(), people=USERS)


@bp.route("/<any(company,currency,accounts,locations,administrator):step>", methods=["GET", "POST"])
@public
def show(step: str) -> ResponseReturnValue:
    """One step: its answers are checked and kept, then the next one follows."""
    missing = next((name for name in STEPS if name not in _answers() and name != step), None)
    if missing and list(STEPS).index(missing) < list(STEPS).index(step):
        return redirect(url_for(".show", step=missing), code=303)
    form = _form(step)
    if form.validate_on_submit():
        if step == "administrator":
            return _finish(form)
        kept = {name: values for name, values in request.form.lists() if name in form and name != "csrf_token"}
        session["wizard"] = {**_answers(), step: kept}
        names = list(STEPS)
        return redirect(url_for(".show", step=names[names.index(step) + 1]), code=303)
    return _page(step, form)


@bp.post("/demo")
@public
@settings.limiter.limit("30 per hour")
def demo() -> ResponseReturnValue:
    """Start building the demo company; its people share the password that the form showed."""
    form = DemoForm()
    try:
        if not form.validate_on_submit():
            raise ConflictError("form", "")
        passwords.check_password(form.password.data)
        hashed = passwords.hash_password(form.password.data)
        job_id = perform(db_session(), lambda s: seed.start_demo(s, hashed, clock.today()))
    except DomainError as error:
        if error.code != "form":
            form.show(error)
        page = render_template("wizard/start.html", form=form, people=USERS)
        return page, 422
    session["wizard_job"] = job_id
    session["wizard_password"] = form.password.data
    current_app.extensions["jobs"].start(job_id)
    return redirect(url_for(".progress"), code=303)


@bp.get("/progress")
@public
def progress() -> ResponseReturnValue:
    """How far the demo company is; once it is there, its owner is logged in."""
    job_id = session.get("wizard_job")
    if job_id is None:
        return redirect(url_for(".start"), code=303)
    job = jobs.get_job(db_session(), job_id)
    if job.status == JobStatus.DONE:
        owner, password = db.session.get_one(User, job.result["owner_id"]), session.get("wizard_password", "")
        settings.log_in(owner)
        _close()
        flash(
            _("The demo company is ready. Its people are %(names)s; all have the password %(password)s.",
              names=", ".join(mailbox for _role, mailbox, *_rest in USERS), password=password),
            "success",
        )  # fmt: skip
        return _onward("/")
    if job.status in (JobStatus.FAILED, JobStatus.CANCELLED):
        session.pop("wizard_job", None)
        flash(job.message or _("The demo company could not be built. Try again."), "danger")
        return _onward(url_for(".start"))
    last = current_app.extensions["jobs"].progress.find(job_id)
    context = {
        "done": last.done if last else 0, "total": last.total if last else 0, "message": last.message if last else "",
        "waiting": job.status == JobStatus.WAITING,
    }  # fmt: skip
    template = "wizard/_progress.html" if request.headers.get("HX-Request") == "true" else "wizard/progress.html"
    return render_template(template, **context)


def _onward(url: str) -> ResponseReturnValue:
    if request.headers.get("HX-Request") == "true":
        return "", 200, {"HX-Redirect": url}
    return redirect(url, code=303)


def _answers() -> dict[str, dict[str, list[str]]]:
    return dict(session.get("wizard") or {})


def _form(step: str, data: Mapping[str, list[str]] | None = None) -> StepForm:
    """The step's form: what was just sent, else what was answered before, else defaults."""
    kind = STEPS[step]
    if data is None and request.method == "POST":
        return kind()
    kept = _answers().get(step) if data is None else data
    if kept is None:
        form = kind(formdata=None)
        form.propose(clock.today(), str(get_locale() or "en"))
        return form
    return kind(formdata=MultiDict((name, value) for name, values in kept.items() for value in values))


def _page(step: str, form: StepForm) -> ResponseReturnValue:
    context: dict[str, Any] = {}
    if step == "accounts":
        context["accounts"] = chart.ACCOUNTS
    names = list(STEPS)
    here = names.index(step)
    back = url_for(".show", step=names[here - 1]) if here else url_for(".start")
    page = render_template(
        f"wizard/{step}.html", form=form, step=step, back=back, number=here + 1, last=here + 1 == len(names),
        steps=[(name, str(STEPS[name].title), name in _answers()) for name in names], **context,
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _finish(form: AdministratorForm) -> ResponseReturnValue:
    owner = users.UserDetails(email=form.email.data, full_name=form.full_name.data or "", roles=(RoleName.OWNER,))
    try:
        passwords.check_password(form.password.data, about=[owner.email, owner.full_name])
        answers = _company()
        hashed = passwords.hash_password(form.password.data)
        user_id = perform(db_session(), lambda s: seed.finish(s, answers, owner, hashed))
    except DomainError as error:
        return _refused(error, form)
    settings.log_in(db.session.get_one(User, user_id))
    _close()
    flash(_("Welcome to Stockbook. %(name)s is set up.", name=answers.name), "success")
    return redirect("/", code=303)


def _refused(error: DomainError, form: AdministratorForm) -> ResponseReturnValue:
    """Show a refusal at the step whose field it names."""
    step = next((_ENTRY_STEP[single.field] for single in errors_of(error) if single.field in _ENTRY_STEP), None)
    if step is None:
        form.show(error)
        return _page("administrator", form)
    earlier = _form(step, _answers().get(step, {}))
    earlier.show(error)
    return _page(step, earlier)


def _close() -> None:
    current_app.extensions.setdefault("stockbook_wizard", {})["open"] = False


def _demo_form() -> DemoForm:
    form = DemoForm(formdata=None)
    form.password.data = DEMO_PASSWORD
    return form


def _company() -> CompanyAnswers:
    """The kept answers as what defaults.create_company takes. They were checked when they were given."""
    forms = {step: _form(step, _answers().get(step, {})) for step in STEPS if step != "administrator"}
    company, currency, locations = forms["company"], forms["currency"], forms["locations"]
    code = currency.currency_code.data
    texts = {field.short_name: field.data or "" for field in company if field.short_name != "csrf_token"}
    return CompanyAnswers(
        **texts,
        currency_code=code,
        currency_symbol=get_currency_symbol(code, str(get_locale() or "en"))[:10],
        amount_rounding=Decimal(currency.amount_rounding.data),
        unit_amount_rounding=Decimal(currency.unit_amount_rounding.data),
        fiscal_year_start=currency.fiscal_year_start.data,
        costing_method=CostingMethod(currency.costing_method.data),
        locations=tuple(LocationAnswer(*answer) for answer in locations.answers()),
    )


def init_app(app: Flask) -> None:
    """The way in, before everything else; the blueprint."""
    app.before_request(_lead_the_way)
    app.register_blueprint(bp)
