"""Items on paper: the card of one, and a catalogue of a category, of ticked items or of everything."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from blueprints.access import may, requires, today
from blueprints.database import db_session
from blueprints.fields import BaseForm, CheckField, ChoiceField
from blueprints.htmx import go, render
from blueprints.lists import selected_ids
from blueprints.record_fields import RecordField
from blueprints.reports import download
from core.errors import DomainError
from models import Permission
from services.reports.catalogue import MOST_ITEMS, catalogue_pdf, item_card_pdf
from services.reports.pdf import SHEETS

bp = Blueprint("printing_items", __name__, url_prefix="/print")


class CatalogueForm(BaseForm):
    """What the catalogue holds. A GET form: `sent` tells a box left empty from one never shown."""

    class Meta:
        csrf = False

    category_id = RecordField(_l("Category"), "category", description=_l("With all below it. Empty: everything."))
    with_prices = CheckField(_l("Print the prices"), default=True)
    sheet = ChoiceField(_l("Paper"), pairs=[(key, name) for key, name in SHEETS.items()], default="a4")


@bp.get("/items/<path:no>.pdf")
@requires(Permission.ITEMS_VIEW)
def item(no: str) -> ResponseReturnValue:
    """The card of one item."""
    pdf = item_card_pdf(
        db_session(), no, on=today(), costs=may(Permission.ITEMS_COSTS), sheet=_sheet(), locale=_locale()
    )
    return download(pdf, "application/pdf", "item.pdf", inline=True)


@bp.post("/catalogue/choose")
@requires(Permission.ITEMS_VIEW)
def choose() -> ResponseReturnValue:
    """From the ticked rows of the item list to their catalogue; changes nothing."""
    return go(url_for(".catalogue_file", ids=selected_ids(200), sent=1, with_prices="y"))


@bp.get("/catalogue")
@requires(Permission.ITEMS_VIEW)
def catalogue() -> ResponseReturnValue:
    """What shall be in it."""
    form = CatalogueForm(formdata=request.args if request.args.get("sent") == "1" else None)
    return render("printing/catalogue.html", "printing/catalogue.html", form=form, most=MOST_ITEMS)


@bp.get("/catalogue.pdf")
@requires(Permission.ITEMS_VIEW)
def catalogue_file() -> ResponseReturnValue:
    """The catalogue; a refusal is the page with its sentence."""
    form = CatalogueForm(formdata=request.args if request.args.get("sent") == "1" else None)
    texts = (text for text in request.args.getlist("ids") if text.isascii() and text.isdigit() and len(text) < 19)
    ids = tuple(dict.fromkeys(int(text) for text in texts))[:MOST_ITEMS]
    if form.validate():
        try:
            pdf = catalogue_pdf(
                db_session(), on=today(), category_id=form.category_id.data, item_ids=ids,
                with_prices=bool(form.with_prices.data), sheet=form.sheet.data, locale=_locale(),
            )  # fmt: skip
        except DomainError as error:
            form.show(error)
        else:
            return download(pdf, "application/pdf", f"catalogue-{today().isoformat()}.pdf", inline=True)
    return render("printing/catalogue.html", "printing/catalogue.html", status=422, form=form, most=MOST_ITEMS)


def _sheet() -> str:
    wanted = request.args.get("sheet", "a4")
    return wanted if wanted in SHEETS else "a4"


def _locale() -> str:
    return str(get_locale() or "en")
