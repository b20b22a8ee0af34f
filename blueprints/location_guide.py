"""The guide to a new location: one question a page, answers carried along, nothing written before the last one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints.access import current_user, requires
from blueprints.database import db_session
from blueprints.fields import BaseForm, CheckField, ChoiceField, CodeField, TextField
from blueprints.htmx import done, render
from blueprints.record_fields import RecordField
from core.errors import DomainError
from core.text import _
from core.unit_of_work import perform, rehearse
from models import Location, Permission
from services.location_guide import Answers, Handling, make_location

bp = Blueprint("location_guide", __name__, url_prefix="/location-guide")

#: Locations offered as ends of routes.
MOST_ROUTES = 100


class GuideForm(BaseForm):
    """All answers; each step shows its own and carries the others along."""

    code = CodeField(_l("Code"), max_length=10, required=True)
    name = TextField(_l("Name"), required=True)
    in_transit = ChoiceField(_l("What is it?"), pairs=[("no", _l("A place where goods lie")),
                                                       ("yes", _l("Goods on their way"))], default="no")  # fmt: skip
    inbound = ChoiceField(_l("How do goods come in?"), Handling, default=Handling.ORDER)
    outbound = ChoiceField(_l("How do goods go out?"), Handling, default=Handling.ORDER)
    bins = ChoiceField(_l("Does every shelf have a number?"), pairs=[("no", _l("No")), ("yes", _l("Yes"))],
                       default="no")  # fmt: skip
    first = CodeField(_l("First bin"), description=_l("Such as A-01."))
    last = CodeField(_l("Last bin"), description=_l("A-12 makes twelve; empty: one bin."))
    zone_code = CodeField(_l("Zone"), max_length=10)
    receipt_bin = CodeField(_l("Bin where goods arrive"))
    shipment_bin = CodeField(_l("Bin where goods wait to leave"))
    accounts = CheckField(_l("Use the accounts of the other locations"), default=True)
    through = RecordField(
        _l("Goods travel through"), "in_transit_location",
        description=_l("A location for goods on their way; empty: they arrive at the moment they leave."),
    )  # fmt: skip


#: step -> its fields, in order
FIELDS: dict[str, tuple[str, ...]] = {
    "place": ("code", "name", "in_transit"),
    "inbound": ("inbound",),
    "outbound": ("outbound",),
    "bins": ("bins", "first", "last", "zone_code", "receipt_bin", "shipment_bin"),
    "routes": ("through",),
    "check": ("accounts",),
}
#: fields of services -> the answer that is wrong
_ANSWER_OF = {"in_transit_location_id": "through", "direct_transfer": "through"}


def titles() -> dict[str, str]:
    """What the steps are called."""
    return {
        "place": _("Place"), "inbound": _("Goods in"), "outbound": _("Goods out"), "bins": _("Bins"),
        "routes": _("Transfers"), "check": _("Check"),
    }  # fmt: skip


def explained(direction: str) -> dict[str, tuple[str, str]]:
    """Handling -> what it is called and what happens then, in that direction."""
    if direction == "inbound":
        return {
            "order": (_("Straight to the shelf"), _("The purchase order is posted as received.")),
            "shelf": (_("Put away, order by order"), _("A put-away says what goes where; its posting receives.")),
            "dock": (_("Received at a dock"), _("A receipt takes the goods of several orders.")),
            "both": (_("Received, then put away"), _("A receipt at the dock, then a put-away to the shelves.")),
        }  # fmt: skip
    return {
        "order": (_("Straight from the shelf"), _("The sales order is posted as shipped.")),
        "shelf": (_("Picked, order by order"), _("A pick says what to take where; its posting ships.")),
        "dock": (_("Shipped from a dock"), _("A shipment takes the goods of several orders.")),
        "both": (_("Picked, then shipped"), _("A pick brings the goods to the dock, a shipment sends them.")),
    }  # fmt: skip


@bp.route("", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def guide() -> ResponseReturnValue:
    """A step; `go` says where to: next, back or create."""
    form = GuideForm() if request.method == "POST" else GuideForm(formdata=None)
    step, way = request.form.get("step", "place"), request.form.get("go", "")
    if step not in FIELDS:
        step = "place"
    if request.method == "GET" or not way:
        return _page(form, step)
    form.validate()
    if form.csrf_token.errors:
        return _page(form, step, status=422)
    steps = _steps(form)
    if way == "back":
        _forget_errors(form)
        return _page(form, steps[max(steps.index(step) - 1, 0)] if step in steps else "place")
    wrong = _wrong_step(form, steps, until=step) or _tried(form, steps, step)
    if wrong:
        return _page(form, wrong, status=422)
    if step != "check":
        return _page(form, steps[steps.index(step) + 1])
    answers = _answers(form)
    perform(db_session(), lambda session: make_location(session, answers), user_id=current_user.id)
    code = answers.code.upper()
    return done(None, back=url_for("locations.show", code=code), message=_("%(code)s was created.", code=code))


def _steps(form: GuideForm) -> list[str]:
    """Goods on their way are neither received nor put anywhere."""
    return ["place", "check"] if form.in_transit.data == "yes" else list(FIELDS)


def _wrong_step(form: GuideForm, steps: list[str], *, until: str) -> str:
    """The first step up to this one with a refusal; those of later steps wait."""
    for step in steps[: steps.index(until) + 1 if until in steps else 1]:
        if any(form[name].errors for name in FIELDS[step]):
            return step
    _forget_errors(form)
    return ""


def _tried(form: GuideForm, steps: list[str], step: str) -> str:
    """Make it and take it back: the step whose answer cannot be kept, "" where all up to here can."""
    answers = _answers(form)
    try:
        rehearse(db_session(), lambda session: make_location(session, answers).id, user_id=current_user.id)
    except DomainError as error:
        if error.field in _ANSWER_OF:
            error.field = _ANSWER_OF[error.field]
        form.show(error)
        known = steps[: steps.index(step) + 1]
        wrong = next((one for one in known if any(form[name].errors for name in FIELDS[one])), "")
        if wrong or step == "check":
            return wrong or step
        _forget_errors(form)
    return ""


def _forget_errors(form: GuideForm) -> None:
    for field in form:
        field.errors = []
    form.form_errors.clear()


def _answers(form: GuideForm) -> Answers:
    with_bins = form.bins.data == "yes"
    return Answers(
        code=form.code.data or "", name=form.name.data or "", in_transit=form.in_transit.data == "yes",
        inbound=Handling(form.inbound.data or "order"), outbound=Handling(form.outbound.data or "order"),
        bins=with_bins, first=form.first.data or "", last=form.last.data or "", zone_code=form.zone_code.data or "",
        receipt_bin=form.receipt_bin.data or "", shipment_bin=form.shipment_bin.data or "",
        accounts=bool(form.accounts.data), route_ids=_routes(), through_id=form.through.data or None,
    )  # fmt: skip


def _routes() -> list[int]:
    ids = (text for text in request.form.getlist("route") if text.isascii() and text.isdigit() and len(text) < 19)
    return list(dict.fromkeys(int(text) for text in ids))[:MOST_ROUTES]


def _others(session: Session) -> list[Location]:
    found = select(Location).where(Location.there(), Location.use_as_in_transit.is_(False))
    return list(session.scalars(found.order_by(Location.code).limit(MOST_ROUTES)))


def _page(form: GuideForm, step: str, *, status: int = 200) -> ResponseReturnValue:
    steps, names = _steps(form), titles()
    if step not in steps:
        step = steps[0]
    others = _others(db_session()) if step in ("routes", "check") else []
    shown: Any = FIELDS[step]
    return render(
        "locations/guide.html", "locations/_guide.html", status=status, form=form, step=step, shown=shown,
        steps=[(name, names[name], steps.index(name) < steps.index(step)) for name in steps],
        carried=[name for fields in FIELDS.values() for name in fields if name not in shown],
        inbound=explained("inbound"), outbound=explained("outbound"), others=others, chosen=_routes(),
        answers=_answers(form) if step == "check" else None, is_first=step == steps[0],
    )  # fmt: skip
