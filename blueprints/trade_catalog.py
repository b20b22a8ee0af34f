"""Something out of a vendor's catalog on a sales quote or order."""

from __future__ import annotations

from flask import Response, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from blueprints.access import current_user, requires, today
from blueprints.database import db_session
from blueprints.decimal_fields import QuantityField
from blueprints.fields import BaseForm, CodeField
from blueprints.htmx import done, render
from blueprints.trade_kinds import BLUEPRINTS, DOCUMENT, EDIT, find, page_kind
from core.errors import DomainError, errors_of
from core.text import _
from core.unit_of_work import perform
from models import CatalogItem, Item, Vendor
from models.enums import TradeSide
from services.trade.catalog_lines import may_select, select_catalog_item

#: Entries offered at once.
MOST = 20


class SelectForm(BaseForm):
    """Which entry, and how much of it."""

    entry = CodeField(_l("Entry no."), required=True)
    quantity = QuantityField(_l("Quantity"), positive=True, required=True)


@BLUEPRINTS[TradeSide.SALES].route(DOCUMENT + "/catalog", endpoint="catalog", methods=["GET", "POST"])
@requires(EDIT[TradeSide.SALES])
def catalog(slug: str, no: str) -> Response:
    """Search the catalog; what is pressed becomes a line, and an item where there is none yet."""
    kind, form = page_kind(TradeSide.SALES, slug), SelectForm()
    document = find(kind, no, lines=False)
    text = " ".join(request.values.get("q", "").replace("\x00", "").split())[:100]
    refusals: list[DomainError] = []
    if form.validate_on_submit():
        document_id, user_id, on = document.id, current_user.id, today()
        entry_no, quantity = form.entry.data, form.quantity.data
        try:
            perform(
                db_session(),
                lambda s: (
                    select_catalog_item(s, document_id, entry_no, quantity=quantity, on=on, user_id=user_id).line_no
                ),
                user_id=user_id,
            )  # fmt: skip
        except DomainError as error:
            refusals = list(errors_of(error))
        else:
            return done(None, back=kind.url("show", no=no), message=_("The catalog item stands on a new line."))
    elif request.method == "POST" and form.errors:
        refusals = [DomainError("invalid", str(sentence)) for field in form for sentence in field.errors]
    allowed = may_select(document)
    return render(
        "trade/catalog.html", "trade/_catalog.html", kind=kind, record=document, q=text, refusals=refusals,
        allowed=allowed, hits=_hits(text) if allowed else [], typed=request.form.get("quantity", "1")[:40],
        status=422 if refusals else 200,
    )  # fmt: skip


def _hits(text: str) -> list[tuple[CatalogItem, str, str]]:
    """(entry, vendor, item no.) of the entries that contain every word, by number."""
    statement = (
        select(CatalogItem, Vendor.name, Item.no)
        .outerjoin(Vendor, Vendor.id == CatalogItem.vendor_id)
        .outerjoin(Item, Item.id == CatalogItem.item_id)
    )
    for word in text.split()[:6]:
        statement = statement.where(
            or_(
                CatalogItem.no.icontains(word, autoescape=True),
                CatalogItem.vendor_item_no.icontains(word, autoescape=True),
                CatalogItem.description.icontains(word, autoescape=True),
                CatalogItem.bar_code.icontains(word, autoescape=True),
                Vendor.name.icontains(word, autoescape=True),
            )
        )
    rows = db_session().execute(statement.order_by(CatalogItem.no).limit(MOST)).tuples()
    return [(entry, vendor or "", item or "") for entry, vendor, item in rows]
