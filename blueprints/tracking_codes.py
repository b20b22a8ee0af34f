"""Item tracking codes: which numbers an item carries and when, as a table of movements (tracking.md section 1)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import Field

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.fields import CheckField, CodeField, RecordForm, Refused, TextField
from blueprints.htmx import done, render
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from core.text import _
from models import ItemTrackingCode, Permission, TrackedMovement
from services import small_lists
from services.tracking.codes import ALL_MOVEMENTS, KINDS, movements

bp = Blueprint("tracking_codes", __name__, url_prefix="/setup/tracking-codes")
_LIST = small_lists.get_list("tracking-codes")

#: two columns of the table: what comes in, what goes out
ROWS = (
    (_l("Purchase"), TrackedMovement.PURCHASE_IN, TrackedMovement.PURCHASE_OUT),
    (_l("Sale"), TrackedMovement.SALES_IN, TrackedMovement.SALES_OUT),
    (_l("Positive adjustment"), TrackedMovement.POSITIVE_IN, TrackedMovement.POSITIVE_OUT),
    (_l("Negative adjustment"), TrackedMovement.NEGATIVE_IN, TrackedMovement.NEGATIVE_OUT),
    (_l("Assembly"), TrackedMovement.ASSEMBLY_IN, TrackedMovement.ASSEMBLY_OUT),
    (_l("Production"), TrackedMovement.MANUFACTURING_IN, TrackedMovement.MANUFACTURING_OUT),
    (_l("Transfer and reclassification"), TrackedMovement.TRANSFER, None),
)


class MovementsField(Field):
    """Ticked movements; the data is the words that the code keeps."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = " ".join(movements(" ".join(valuelist)))
        except ValueError:
            raise Refused(_("Choose from the movements offered.")) from None

    @property
    def words(self) -> set[str]:
        """The ticked ones."""
        return set((self.data or "").split())


class CodeForm(RecordForm):
    code = CodeField(_l("Code"), max_length=10, required=True)
    description = TextField(_l("Description"), max_length=50)
    warranty_calculation = CodeField(
        _l("Warranty"), max_length=20, description=_l("From the document date: 2Y, 18M. Empty: none by itself.")
    )
    manual_warranty_date_required = CheckField(_l("Warranty date must be entered"))
    use_expiration_dates = CheckField(_l("Use expiration dates"))
    manual_expiration_date_required = CheckField(
        _l("Expiration date must be entered"), description=_l("The item's own formula is then left aside.")
    )
    strict_expiration = CheckField(
        _l("Nothing expired may go out"), description=_l("Sales, consumption and transfer orders are refused.")
    )


_LABELS = {
    "specific": (_l("For life"), _l("Needed on every movement; only what is in stock may leave, and cost follows it.")),
    "warehouse": (_l("In bins too"), _l("Warehouse documents and bins know the number.")),
    "card_in": (_l("Card needed, in"), ""),
    "card_out": (_l("Card needed, out"), ""),
    "create_card": (_l("Create the card when posted"), ""),
}
for _kind in KINDS:
    for _rule, (_label, _help) in _LABELS.items():
        if hasattr(ItemTrackingCode, f"{_kind}_{_rule}"):
            setattr(CodeForm, f"{_kind}_{_rule}", CheckField(_label, description=_help))
    setattr(CodeForm, f"{_kind}_needed", MovementsField(_l("Needed on"), default=""))


def _values(form: CodeForm, row: ItemTrackingCode | None) -> dict[str, Any]:
    """What was sent; boxes of a number that is needed for life are not shown as boxes, so nothing is sent of them."""
    values: dict[str, Any] = form.values()
    for kind in KINDS:
        if values[f"{kind}_specific"] and (row is None or getattr(row, f"{kind}_specific")):
            values[f"{kind}_needed"] = ALL_MOVEMENTS
    return values


LISTING = Listing(
    name="tracking-codes",
    title=_l("Item tracking codes"),
    key=ItemTrackingCode.id,
    source=lambda: select().select_from(ItemTrackingCode),
    columns=(
        Column("code", _l("Code"), ItemTrackingCode.code, "code", sort=True),
        Column("description", _l("Description"), ItemTrackingCode.description),
        Column("serial_specific", _l("Serial numbers"), ItemTrackingCode.serial_specific, "yes_no"),
        Column("lot_specific", _l("Lots"), ItemTrackingCode.lot_specific, "yes_no"),
        Column("package_specific", _l("Packages"), ItemTrackingCode.package_specific, "yes_no"),
        Column("use_expiration_dates", _l("Expiration dates"), ItemTrackingCode.use_expiration_dates, "yes_no"),
        Column("strict_expiration", _l("Nothing expired out"), ItemTrackingCode.strict_expiration, "yes_no"),
    ),
    extra={"row_code": ItemTrackingCode.code},
    open=lambda row: url_for("tracking_codes.show", code=row.row_code),
    search=(ItemTrackingCode.code, ItemTrackingCode.description),
    sort="code",
    actions=(
        Action(_l("New code"), lambda: url_for("tracking_codes.new"), "plus", Permission.SETUP_EDIT, primary=True,
               shortcut="n"),
    ),
    empty=Empty(
        _l("Which numbers an item carries, and when they are demanded. Items without a code carry none."),
        _l("Create the first"), lambda: url_for("tracking_codes.new"), Permission.SETUP_EDIT,
    ),
)  # fmt: skip


@bp.get("")
@requires(Permission.SETUP_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def new() -> ResponseReturnValue:
    form = CodeForm()

    def work(session: Session) -> None:
        values = _values(form, None)
        small_lists.create_row(session, _LIST, values.pop("code"), values)

    if carried_out(form, work):
        return done(None, back=url_for(".index"), message=_("%(code)s was created.", code=form.code.data))
    return _page(form, None)


@bp.get("/<path:code>")
@requires(Permission.SETUP_VIEW)
def show(code: str) -> ResponseReturnValue:
    row = small_lists.get_row(db_session(), _LIST, code)
    return _page(CodeForm(formdata=None, obj=row), row)


@bp.post("/<path:code>")
@requires(Permission.SETUP_EDIT)
def save(code: str) -> ResponseReturnValue:
    form = CodeForm()

    def of(session: Session) -> Any:
        return small_lists.get_row(session, _LIST, code)

    def work(session: Session) -> None:
        row = of(session)
        small_lists.edit_row(session, _LIST, row, _values(form, row))

    if carried_out(form, work, of=of):
        return done(None, back=url_for(".index"), message=_("Saved."))
    return _page(form, small_lists.get_row(db_session(), _LIST, code))


@bp.post("/<path:code>/delete")
@requires(Permission.SETUP_EDIT)
def delete(code: str) -> ResponseReturnValue:
    return press(
        lambda session: small_lists.delete_row(session, _LIST, small_lists.get_row(session, _LIST, code)),
        message=_("%(code)s was deleted.", code=code),
        back=url_for(".index"),
        refused_back=url_for(".show", code=code),
    )


def _page(form: CodeForm, row: ItemTrackingCode | None) -> Response:
    kinds = (("serial", _("Serial number")), ("lot", _("Lot")), ("package", _("Package")))
    return render(
        "tracking_codes/show.html", "tracking_codes/_form.html", status=form.status, form=form, row=row, rows=ROWS,
        kinds=kinds, rules=list(_LABELS),
    )  # fmt: skip
