"""Company information, general ledger set-up and inventory set-up: one row each."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import literal, or_, select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _, plain_day
from costing.setup import read_setup
from models import CompanyInformation, CostPoint, GeneralLedgerSetup, InventorySetup, Item, Location, ValueEntry
from models.enums import CostingMethod
from posting.average_scopes import rebuild_cost_points
from posting.inventory_to_gl import follow_expected_posting
from services import measures
from services.values import assign, check_email, clean_code, clean_formula, raise_all

Row = TypeVar("Row", CompanyInformation, GeneralLedgerSetup, InventorySetup)

COMPANY_FIELDS = (
    "name", "address", "address_2", "post_code", "city", "country_code", "phone", "email", "web_page",
    "vat_registration_no", "gs1_prefix", "location_id", "responsibility_center_id", "limit_to_centers",
)  # fmt: skip
LEDGER_FIELDS = (
    "currency_code", "currency_symbol", "amount_rounding", "unit_amount_rounding", "allow_posting_from",
    "allow_posting_to",
)  # fmt: skip
FORMULAS = ("outbound_handling_time", "inbound_handling_time", "default_safety_lead_time", "default_dampener_period")
INVENTORY_FIELDS = (
    "automatic_cost_posting", "expected_cost_posting_to_gl", "automatic_cost_adjustment", "average_cost_calc_type",
    "average_cost_period", "default_costing_method", "location_mandatory", "prevent_negative_inventory",
    "variant_mandatory_if_exists", "allow_inventory_adjustment", "skip_prompt_to_create_item",
    "copy_item_description_to_entries", "copy_comments_to_shipment", "copy_comments_to_receipt",
    "copy_comments_to_inventory_document", *FORMULAS, "default_dampener_percent", "earliest_valuation_date",
    "blank_overflow_level", "price_vat_business_posting_group_id", "require_receive", "require_shipment",
    "require_put_away", "require_pick", "weight_unit", "length_unit", "item_nos_id", "vendor_nos_id", "customer_nos_id",
    "direct_transfer_posting", "transfer_order_nos_id", "transfer_shipment_nos_id", "transfer_receipt_nos_id",
    "direct_transfer_nos_id", "inventory_receipt_nos_id", "inventory_shipment_nos_id",
    "posted_inventory_receipt_nos_id", "posted_inventory_shipment_nos_id", "count_order_nos_id", "posted_count_nos_id",
)  # fmt: skip

LARGEST_LOGO = 4 * 1024 * 1024  # bytes
LARGEST_LOGO_PIXELS = 25_000_000
LOGO_BOX = (800, 400)  # pixels: sharp at 7 cm width on paper


@dataclass(frozen=True)
class Notice:
    """Something the user may overrule by sending its `code` back."""

    code: str
    message: str
    field: str


def get_company(session: Session) -> CompanyInformation:
    """Raises NotFound `not_set_up`."""
    return _only_row(session, CompanyInformation)


def get_ledger_setup(session: Session) -> GeneralLedgerSetup:
    """Raises NotFound `not_set_up`."""
    return _only_row(session, GeneralLedgerSetup)


def get_inventory_setup(session: Session) -> InventorySetup:
    """Raises NotFound `not_set_up`."""
    return _only_row(session, InventorySetup)


def edit_company(session: Session, values: Mapping[str, object]) -> None:
    """Change who we are.

    Raises ValidationError `invalid_email`, `gs1_prefix_invalid`, `location_in_transit` and those of `assign`.
    """
    values = dict(values)
    check_email(str(values.get("email") or "").strip())
    prefix = str(values.get("gs1_prefix") or "").strip()
    if prefix and not (prefix.isascii() and prefix.isdigit() and 4 <= len(prefix) <= 12):
        raise ValidationError(
            "gs1_prefix_invalid", _("A GS1 company prefix has 4 to 12 digits and nothing else."), field="gs1_prefix"
        )
    place = session.get(Location, values["location_id"]) if values.get("location_id") is not None else None
    if place is not None and place.use_as_in_transit:
        raise ValidationError(
            "location_in_transit",
            _("%(code)s is in transit; no document is there. Choose another location.", code=place.code),
            field="location_id",
        )
    if "country_code" in values:
        values["country_code"] = str(values["country_code"] or "").upper()
    assign(session, get_company(session), values, COMPANY_FIELDS, required=("name",))
    session.flush()


def set_logo(session: Session, data: bytes | None) -> None:
    """Keep `data` as the logo, scaled into LOGO_BOX as PNG; None removes it. Raises like `encode_logo`."""
    get_company(session).logo = encode_logo(data) if data else None
    session.flush()


def encode_logo(data: bytes) -> bytes:
    """A PNG that fits papers. Raises ValidationError `file_too_large`, `picture_too_large`, `not_an_image`."""
    if len(data) > LARGEST_LOGO:
        raise ValidationError("file_too_large", _("The logo may have at most 4 MB. Send a smaller file."), field="logo")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP", "GIF")) as opened:
                if opened.width * opened.height > LARGEST_LOGO_PIXELS:
                    raise ValidationError(
                        "picture_too_large", _("The logo has too many pixels: at most 25 million."), field="logo"
                    )
                picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise ValidationError(
            "not_an_image", _("This file is not a picture that can be read. Send a PNG or JPEG."), field="logo"
        ) from error
    picture.thumbnail(LOGO_BOX, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def edit_ledger_setup(session: Session, values: Mapping[str, object], *, confirmed: Collection[str] = ()) -> None:
    """Change currency, rounding, allowed posting dates.

    Raises ValidationError `not_positive`, `range_order`, those of `assign`, and `confirmation_needed` where
    `ledger_notices` has a code that is not among `confirmed`.
    """
    values = dict(values)
    setup = get_ledger_setup(session)
    if "currency_code" in values:
        values["currency_code"] = clean_code(values["currency_code"], field="currency_code", length=10)
    for field in ("amount_rounding", "unit_amount_rounding"):
        precision = values.get(field, getattr(setup, field))
        if isinstance(precision, Decimal) and (precision.is_nan() or not 0 < precision <= 1000):
            raise ValidationError(
                "not_positive", _("A rounding precision lies above 0, like 0.01 or 0.05, and up to 1000."), field=field
            )
    first = values.get("allow_posting_from", setup.allow_posting_from)
    last = values.get("allow_posting_to", setup.allow_posting_to)
    if first is not None and last is not None and last < first:  # type: ignore[operator]  # assign refuses no dates
        raise ValidationError(
            "range_order", _("The last allowed day lies before the first one."), field="allow_posting_to"
        )
    _check_confirmed(ledger_notices(session, values), confirmed)
    assign(session, setup, values, LEDGER_FIELDS, required=("currency_code",))
    session.flush()


def ledger_notices(session: Session, values: Mapping[str, object]) -> list[Notice]:
    """What has to be confirmed: another currency or rounding once something was posted."""
    setup = get_ledger_setup(session)
    notices = []
    if values.get("currency_code", setup.currency_code) != setup.currency_code and _posted(session):
        notices.append(
            Notice(
                "currency_changed",
                _("Entries exist: they keep their figures, which were %(code)s so far.", code=setup.currency_code),
                "currency_code",
            )
        )
    if values.get("amount_rounding", setup.amount_rounding) != setup.amount_rounding and _posted(session):
        notices.append(
            Notice(
                "rounding_changed",
                _("Entries exist: amounts posted so far stay as they are; only new ones will be rounded so."),
                "amount_rounding",
            )
        )
    return notices


def edit_inventory_setup(
    session: Session, values: Mapping[str, object], *, confirmed: Collection[str] = (), convert_measures: bool = False
) -> None:
    """Change the switches of the inventory; with `convert_measures`, weights and sizes are turned into the new units.

    Raises ValidationError `invalid_formula`, `valuation_date_not_adjusted`, those of `assign`, `confirmation_needed`
    where `inventory_notices` has a code that is not among `confirmed`, and those of services/measures.py.
    """
    values = dict(values)
    setup = get_inventory_setup(session)
    weight, length = setup.weight_unit, setup.length_unit
    for field in FORMULAS:
        if field in values:
            values[field] = clean_formula(values[field], field)
    _check_earliest(session, setup, values)
    notices = inventory_notices(session, values)
    _check_confirmed(notices, confirmed)
    assign(session, setup, values, INVENTORY_FIELDS, required=("weight_unit", "length_unit"))
    session.flush()
    if convert_measures:
        measures.convert(session, measures.factors(weight, setup.weight_unit, length, setup.length_unit))
    if any(notice.code == "average_cost_changed" for notice in notices):
        rebuild_cost_points(session)
    if any(notice.code == "expected_cost_changed" for notice in notices):
        follow_expected_posting(session, on=setup.expected_cost_posting_to_gl)


def _check_earliest(session: Session, setup: InventorySetup, values: Mapping[str, object]) -> None:
    """An earliest valuation date may be set once everything before it is adjusted (section 6)."""
    day = values.get("earliest_valuation_date")
    if not isinstance(day, dt.date) or day == setup.earliest_valuation_date:
        return
    last = read_setup(session).period_end(day - dt.timedelta(days=1))
    average = (Item.costing_method == CostingMethod.AVERAGE) & (CostPoint.period_end <= last)
    waiting = session.execute(
        select(Item.no, CostPoint.period_end)
        .join(CostPoint, CostPoint.item_id == Item.id)
        .where(CostPoint.adjusted.is_(False), or_(CostPoint.period_end < day, average))
        .order_by(CostPoint.period_end)
        .limit(1)
    ).first()
    if waiting is not None:
        raise ValidationError(
            "valuation_date_not_adjusted",
            _("The cost of item %(no)s is not adjusted up to %(day)s.", no=waiting.no,
              day=plain_day(waiting.period_end)),
            field="earliest_valuation_date", hint=_("Run cost adjustment first, or choose an earlier date."),
        )  # fmt: skip


def inventory_notices(session: Session, values: Mapping[str, object]) -> list[Notice]:
    """What has to be confirmed once entries exist (posting-and-costing.md sections 9.1 and 16.3)."""
    setup = get_inventory_setup(session)
    changed = {name for name, value in values.items() if value != getattr(setup, name, value)}
    notices = []
    average = sorted(changed & {"average_cost_calc_type", "average_cost_period"})
    if average and _posted(session):
        notices.append(
            Notice(
                "average_cost_changed",
                _(
                    "Entries exist already. Average cost will be worked out in the new way from now on, and costs of "
                    "items with average costing may change when they are adjusted."
                ),
                average[0],
            )
        )
    if "expected_cost_posting_to_gl" in changed and _posted(session):
        notices.append(
            Notice(
                "expected_cost_changed",
                _(
                    "Entries exist already. Switched on, the expected cost of all that is not invoiced waits for the "
                    "general ledger; switched off, what stands on the interim accounts stays there until you clear it."
                ),
                "expected_cost_posting_to_gl",
            )
        )
    if "automatic_cost_posting" in changed and values["automatic_cost_posting"] and _posted(session):
        notices.append(
            Notice(
                "automatic_cost_posting_changed",
                _("Costs that were not posted to the general ledger so far still wait; post them from the cost pages."),
                "automatic_cost_posting",
            )
        )
    return notices


def _check_confirmed(notices: list[Notice], confirmed: Collection[str]) -> None:
    raise_all(
        ValidationError("confirmation_needed", notice.message, field=notice.field, hint=_("Confirm it to save."))
        for notice in notices
        if notice.code not in confirmed
    )


def _posted(session: Session) -> bool:
    return session.scalar(select(literal(1)).select_from(ValueEntry).limit(1)) is not None


def _only_row(session: Session, model: type[Row]) -> Row:
    row = session.get(model, 1)
    if row is None:
        raise NotFound("not_set_up", _("The company is not set up yet. The first start asks for what is needed."))
    return row
