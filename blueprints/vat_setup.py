"""VAT posting set-up: rate and accounts by business and product group, as a list and a form."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.decimal_fields import PercentField
from blueprints.fields import CheckField, RecordForm, TextField
from blueprints.htmx import done, go, render
from blueprints.list_filters import YesNoFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordField
from core.text import _
from models import (
    BLANK_ID,
    GlAccount,
    Permission,
    VatBusinessPostingGroup,
    VatPostingSetup,
    VatProductPostingGroup,
)
from services.trade import setup as trade_setup

bp = Blueprint("vat_setup", __name__, url_prefix="/setup/vat-posting")


class VatForm(RecordForm):
    """What a row says; its two groups stay as they are."""

    description = TextField(_l("Description"))
    vat_percent = PercentField(_l("VAT %"))
    sales_vat_account_id = RecordField(_l("Sales VAT account"), "posting_account")
    purchase_vat_account_id = RecordField(_l("Purchase VAT account"), "posting_account")
    blocked = CheckField(_l("Blocked"), description=_l("Nothing can be posted with this row any more."))


class NewVatForm(VatForm):
    """A row with its two groups."""

    vat_business_posting_group_id = RecordField(
        _l("VAT business group"), "vat_business_group", blank=BLANK_ID, description=_l("Empty: partners without one."),
    )  # fmt: skip
    vat_product_posting_group_id = RecordField(_l("VAT product group"), "vat_product_group", required=True)


def _account(column: Any) -> Any:
    return select(GlAccount.no).where(GlAccount.id == column).correlate_except(GlAccount).scalar_subquery()


LISTING = Listing(
    name="vat_setup",
    title=_l("VAT posting set-up"),
    key=VatPostingSetup.id,
    source=lambda: (
        select()
        .select_from(VatPostingSetup)
        .join(
            VatBusinessPostingGroup, VatBusinessPostingGroup.id == VatPostingSetup.vat_business_posting_group_id
        )
        .join(VatProductPostingGroup, VatProductPostingGroup.id == VatPostingSetup.vat_product_posting_group_id)
    ),
    columns=(
        Column("business", _l("VAT business group"), VatBusinessPostingGroup.code, "code", sort=True,
               cell=lambda row: row.business or _("no group")),
        Column("product", _l("VAT product group"), VatProductPostingGroup.code, "code", sort=True),
        Column("description", _l("Description"), VatPostingSetup.description),
        Column("vat_percent", _l("VAT %"), VatPostingSetup.vat_percent, "percent"),
        Column("sales", _l("Sales VAT account"), _account(VatPostingSetup.sales_vat_account_id), "code"),
        Column("purchase", _l("Purchase VAT account"), _account(VatPostingSetup.purchase_vat_account_id), "code"),
        Column("blocked", _l("Blocked"), VatPostingSetup.blocked, "yes_no"),
    ),
    extra={"row_id": VatPostingSetup.id},
    filters=(YesNoFilter("blocked", _l("Blocked"), VatPostingSetup.blocked),),
    search=(VatBusinessPostingGroup.code, VatProductPostingGroup.code, VatPostingSetup.description),
    search_hint=_l("Code or words"),
    sort="business",
    open=lambda row: url_for("vat_setup.show", row_id=row.row_id),
    actions=(
        Action(_l("New rate"), lambda: url_for("vat_setup.new"), "plus", Permission.SETUP_EDIT, primary=True,
               shortcut="n"),
    ),
    empty=Empty(_l("There are no VAT rates yet: a rate and its accounts for each business and product group."),
                _l("New rate"), lambda: url_for("vat_setup.new"), Permission.SETUP_EDIT),
)  # fmt: skip


@bp.get("")
@requires(Permission.SETUP_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


@bp.get("/row")
@requires(Permission.SETUP_VIEW)
def row() -> ResponseReturnValue:
    """The row of two groups (by code; no business group: partners without one), or the form that makes it."""
    business, product = (request.args.get(name, "")[:20].replace("\x00", "") for name in ("business", "product"))
    found = trade_setup.find_vat_setup(db_session(), business, product)
    if found is not None:
        return go(url_for(".show", row_id=found.id))
    return go(url_for(".new", business=business, product=product))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def new() -> ResponseReturnValue:
    form = NewVatForm(data=_groups_of_address() if request.method == "GET" else None)

    def work(session: Any) -> None:
        values = form.values()
        business, product = (values.pop(f"vat_{kind}_posting_group_id") for kind in ("business", "product"))
        trade_setup.create_vat_setup(session, business or BLANK_ID, product, values)

    if carried_out(form, work):
        return done(None, back=url_for(".index"), message=_("The rate was created."))
    return render("vat_setup/new.html", "vat_setup/_form.html", status=form.status, form=form, record=None)


@bp.get("/<int:row_id>")
@requires(Permission.SETUP_VIEW)
def show(row_id: int) -> ResponseReturnValue:
    row = trade_setup.get_vat_setup(db_session(), row_id)
    return _page(row, VatForm(formdata=None, obj=row))


@bp.post("/<int:row_id>")
@requires(Permission.SETUP_EDIT)
def edit(row_id: int) -> ResponseReturnValue:
    form = VatForm()

    def of(session: Any) -> VatPostingSetup:
        return trade_setup.get_vat_setup(session, row_id)

    def work(session: Any) -> None:
        row = of(session)
        keys = row.vat_business_posting_group_id, row.vat_product_posting_group_id
        trade_setup.save_vat_setup(session, *keys, form.values())

    if carried_out(form, work, of=of):
        return done(None, back=url_for(".index"), message=_("Saved."))
    return _page(of(db_session()), form)


@bp.post("/<int:row_id>/delete")
@requires(Permission.SETUP_EDIT)
def delete(row_id: int) -> ResponseReturnValue:
    return press(
        lambda session: trade_setup.delete_vat_setup(session, trade_setup.get_vat_setup(session, row_id)),
        message=_("The row was deleted."),
        back=url_for(".index"),
        refused_back=url_for(".show", row_id=row_id),
    )


def _groups_of_address() -> dict[str, int | None]:
    """The two groups that the address names."""
    session = db_session()
    return {
        name: session.scalar(select(model.id).where(model.code == request.args.get(key, "")[:20].replace("\x00", "")))
        for name, key, model in (
            ("vat_business_posting_group_id", "business", VatBusinessPostingGroup),
            ("vat_product_posting_group_id", "product", VatProductPostingGroup),
        )
    }


def _page(row: VatPostingSetup, form: RecordForm) -> Response:
    business, product = (
        db_session().get_one(model, id_).code
        for model, id_ in ((VatBusinessPostingGroup, row.vat_business_posting_group_id),
                           (VatProductPostingGroup, row.vat_product_posting_group_id))
    )  # fmt: skip
    return render(
        "vat_setup/show.html", "vat_setup/_form.html", status=form.status, record=row, form=form,
        business=business or _("no group"), product=product,
    )  # fmt: skip
