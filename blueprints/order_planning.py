"""Order planning: demands that cannot be had at their dates, and from where more is to come (section 20)."""

from __future__ import annotations

from dataclasses import replace

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import requisition_sales  # noqa: F401 - adds its page to the worksheet's
from blueprints.access import current_user, may, requires, today
from blueprints.availability_words import EVENT_WORDS, event_url, event_word
from blueprints.database import db_session
from blueprints.fields import KeyedForm
from blueprints.htmx import done, render
from blueprints.requisition import bp
from blueprints.reservation_worksheet import DEMANDS, codes_of_places, filter_of
from core.errors import DomainError
from core.text import ngettext
from core.unit_of_work import perform
from models import Permission
from services.planning.demands import Choice, put_on_worksheet, short_demands
from services.reservations.worksheet import Filter

#: what narrows the demands
GIVEN = ("item", "variant", "location", "since", "until", "type", "after")


@bp.get("/demands")
@requires(Permission.PURCHASE_VIEW)
def demands() -> ResponseReturnValue:
    """What is short, line by line."""
    return _page(KeyedForm(formdata=None))


@bp.post("/demands")
@requires(Permission.PURCHASE_EDIT)
def take() -> ResponseReturnValue:
    """What is missing for the ticked demands goes on the requisition worksheet."""
    form, wanted, day = KeyedForm(), _filter(_given()), today()
    if form.validate():
        chosen = _choices()
        try:
            count = perform(
                db_session(), lambda session: len(put_on_worksheet(session, wanted, chosen, today=day)),
                key=form.key.data, user_id=current_user.id,
            )  # fmt: skip
        except DomainError as error:
            form.show(error)
        else:
            message = ngettext(
                "%(num)s line stands on the requisition worksheet.",
                "%(num)s lines stand on the requisition worksheet.", count,
            )  # fmt: skip
            return done(None, back=url_for("requisition.index"), message=message)
    return _page(form, status=422)


def _given() -> dict[str, str]:
    return {name: request.values.get(name, "").strip()[:50] for name in GIVEN}


def _filter(given: dict[str, str]) -> Filter:
    return replace(filter_of(given), after=given["after"].replace("\x00", "").upper())


def _page(form: KeyedForm, status: int = 200) -> ResponseReturnValue:
    given = _given()
    short = short_demands(db_session(), _filter(given), today=today())
    narrowed = {name: value for name, value in given.items() if value}
    return render(
        "requisition/demands.html", "requisition/_demands.html", status=status, form=form, given=given,
        rows=short.demands, after=short.after, narrowed=narrowed, demands=DEMANDS, words=EVENT_WORDS,
        places=codes_of_places(db_session()), event_word=event_word, event_url=event_url,
        edits=may(Permission.PURCHASE_EDIT), ticked=set(request.form.getlist("take")),
    )  # fmt: skip


def _choices() -> dict[str, Choice]:
    """What is ticked, and how each is to be met."""
    held = set(request.form.getlist("reserve"))
    found = {}
    for key in request.form.getlist("take"):
        place = request.form.get(f"from {key}", "")
        known = place.isascii() and place.isdigit() and len(place) < 10
        found[key] = Choice(int(place) if known else None, key in held)
    return found
