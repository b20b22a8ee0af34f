"""Small tables of a code and what it means: one declaration each, one create, edit and delete for all.

What they are called on pages is blueprints/small_lists.py.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import models
from core.errors import NotFound, ValidationError
from core.text import _, plain_day
from models import BLANK_ID, AccountingPeriod
from services.accounts import check_postable
from services.posting_groups import change_default_vat
from services.tracking import codes as tracking_codes
from services.usage import check_unused
from services.values import assign, clean_code, clean_formula

Check = Callable[[Session, Any, Mapping[str, object]], None]
Complete = Callable[[Session, Any, Mapping[str, object]], dict[str, object]]


@dataclass(frozen=True)
class SmallList:
    """One table: its model, the column people know a row by, and what else may be edited."""

    kind: str
    model: type[Any]
    editable: tuple[str, ...]
    key: str = "code"
    formulas: tuple[str, ...] = ()
    check: Check | None = None
    #: gives the values with what follows from them
    complete: Complete | None = None

    @property
    def key_length(self) -> int:
        """The most characters a code of this table has."""
        return int(self.model.__table__.c[self.key].type.length)


def _check_account(session: Session, _row: Any, values: Mapping[str, object]) -> None:
    accounts = {name: value for name, value in values.items() if name.endswith("_account_id")}
    check_postable(session, accounts)  # type: ignore[arg-type]  # assign refuses what is no id


def _check_purchasing(_session: Session, row: Any, values: Mapping[str, object]) -> None:
    """Goods go from the vendor to the customer, or come to us for one order: not both (items.md section 19)."""
    if values.get("drop_shipment", row.drop_shipment) and values.get("special_order", row.special_order):
        raise ValidationError(
            "conflicting_setup",
            _("Choose drop shipment or special order, not both: either the vendor delivers, or we do."),
            field="special_order",
        )


def _check_charge(session: Session, row: Any, values: Mapping[str, object]) -> None:
    """Charges and resources find their accounts by their product group (documents.md sections 14 and 22).

    Raises `field_required`.
    """
    if not values.get("gen_product_posting_group_id", row.gen_product_posting_group_id):
        raise ValidationError(
            "field_required", _("Choose the group that finds the accounts."), field="gen_product_posting_group_id"
        )


def _check_cost(session: Session, row: Any, values: Mapping[str, object]) -> None:
    """A cost is billed to its account (documents.md section 17). Raises `field_required`, `account_not_postable`."""
    account = values.get("gl_account_id", row.gl_account_id)
    if not account:
        raise ValidationError("field_required", _("Choose the account it is billed to."), field="gl_account_id")
    check_postable(session, {"gl_account_id": account})  # type: ignore[dict-item]  # assign refuses what is no id


def _check_counting(_session: Session, row: Any, values: Mapping[str, object]) -> None:
    counts = values.get("counts_per_year", row.counts_per_year)
    if isinstance(counts, int) and not 1 <= counts <= 366:
        raise ValidationError("out_of_range", _("Count between once and 366 times a year."), field="counts_per_year")


def _one_default(session: Session, row: Any, values: Mapping[str, object]) -> None:
    """The code that is the default now takes that from the one that was."""
    if values.get("default_code"):
        code = models.OverReceiptCode
        with session.no_autoflush:
            for other in session.scalars(select(code).where(code.default_code, code.id != (row.id or 0))):
                other.default_code = False


#: Lists whose codes are written on other records as they are: renamed only while nobody uses them.
_WRITTEN_OUT = frozenset({
    "reason-codes", "source-codes", "item-discount-groups", "over-receipt-codes", "special-equipment",
    "warehouse-classes", "put-away-templates", "item-charges", "return-reasons",
})  # fmt: skip

LISTS: dict[str, SmallList] = {
    entry.kind: entry
    for entry in (
        SmallList("gen-business-groups", models.GenBusinessPostingGroup, ("description",)),
        SmallList(
            "gen-product-groups",
            models.GenProductPostingGroup,
            ("description", "default_vat_product_posting_group_id"),
        ),
        SmallList("vat-business-groups", models.VatBusinessPostingGroup, ("description",)),
        SmallList("vat-product-groups", models.VatProductPostingGroup, ("description",)),
        SmallList("inventory-groups", models.InventoryPostingGroup, ("description",)),
        SmallList(
            "customer-groups",
            models.CustomerPostingGroup,
            ("description", "receivables_account_id", "service_charge_account_id"),
            check=_check_account,
        ),
        SmallList(
            "vendor-groups",
            models.VendorPostingGroup,
            ("description", "payables_account_id", "service_charge_account_id"),
            check=_check_account,
        ),
        SmallList(
            "payment-terms",
            models.PaymentTerms,
            ("description", "due_date_calculation", "discount_date_calculation", "discount_percent"),
            formulas=("due_date_calculation", "discount_date_calculation"),
        ),
        SmallList("reason-codes", models.ReasonCode, ("description",)),
        SmallList("source-codes", models.SourceCode, ("description",)),
        SmallList("manufacturers", models.Manufacturer, ("name",)),
        SmallList(
            "purchasing-codes",
            models.PurchasingCode,
            ("description", "drop_shipment", "special_order"),
            check=_check_purchasing,
        ),
        SmallList("item-discount-groups", models.ItemDiscountGroup, ("description",)),
        SmallList(
            "over-receipt-codes",
            models.OverReceiptCode,
            ("description", "tolerance_percent", "approval_required", "default_code"),
            check=_one_default,
        ),
        SmallList(
            "return-reasons",
            models.ReturnReason,
            ("description", "location_id", "inventory_value_zero"),
        ),
        SmallList("counting-periods", models.CountingPeriod, ("description", "counts_per_year"), check=_check_counting),
        SmallList(
            "item-charges",
            models.ItemCharge,
            ("description", "gen_product_posting_group_id", "vat_product_posting_group_id"),
            key="no",
            check=_check_charge,
        ),
        SmallList(
            "resources",
            models.Resource,
            (
                "description",
                "unit_of_measure_id",
                "unit_price",
                "unit_cost",
                "gen_product_posting_group_id",
                "vat_product_posting_group_id",
                "blocked",
            ),
            key="no",
            check=_check_charge,
        ),
        SmallList(
            "service-costs",
            models.ServiceCost,
            ("description", "gl_account_id", "unit_of_measure_id", "unit_price", "vat_product_posting_group_id"),
            check=_check_cost,
        ),
        SmallList("special-equipment", models.SpecialEquipmentCode, ("description",)),
        SmallList("warehouse-classes", models.WarehouseClass, ("description",)),
        SmallList("put-away-templates", models.PutAwayTemplate, ("description",)),
        SmallList(
            "tracking-codes",
            models.ItemTrackingCode,
            tracking_codes.FIELDS,
            formulas=("warranty_calculation",),
            complete=tracking_codes.completed,
        ),
    )
}


def get_list(kind: str) -> SmallList:
    """Raises NotFound `not_found`."""
    if kind not in LISTS:
        raise NotFound("not_found", _("There is no list of this name."))
    return LISTS[kind]


def get_row(session: Session, kind: SmallList, code: str) -> Any:
    """The row of this code; the blank one is none. Raises NotFound `not_found`."""
    column = getattr(kind.model, kind.key)
    found = session.scalar(select(kind.model).where(column == code.upper(), kind.model.id != BLANK_ID))
    if found is None:
        raise NotFound("not_found", _("There is no %(code)s in this list any more.", code=code))
    return found


def create_row(session: Session, kind: SmallList, code: str, values: Mapping[str, object]) -> Any:
    """A new row. Raises ValidationError `already_exists`, `conflicting_setup`, `account_not_postable` ..."""
    row = kind.model(**{kind.key: _free_code(session, kind, code)})
    for column in kind.model.__table__.columns:
        if column.key in kind.editable and column.default is not None and column.default.is_scalar:
            setattr(row, column.key, column.default.arg)
    _apply(session, kind, row, values)
    session.add(row)
    session.flush()
    return row


def edit_row(
    session: Session, kind: SmallList, row: Any, values: Mapping[str, object], *, confirmed: Collection[str] = ()
) -> None:
    """Change a row; a new code renames it, unless entries carry the code as text (`in_use`).

    Another default VAT group of a product group asks (`items_follow_question`) whether items that still have the old
    one follow: answer `items_follow` or `items_stay` in `confirmed`.
    """
    values = dict(values)
    if kind.kind == "gen-product-groups":
        change_default_vat(session, row, values, confirmed)
    code = values.pop(kind.key, None)
    new_code = None if code is None or code == getattr(row, kind.key) else _free_code(session, kind, code)
    if new_code and kind.kind in _WRITTEN_OUT:
        check_unused(session, row, getattr(row, kind.key))
    _apply(session, kind, row, values)
    if new_code:
        setattr(row, kind.key, new_code)
    session.flush()


def delete_row(session: Session, kind: SmallList, row: Any) -> None:
    """Remove a row nobody uses. Raises ValidationError `in_use`."""
    check_unused(session, row, getattr(row, kind.key))
    session.delete(row)
    session.flush()


def create_year(session: Session, starting: dt.date, *, months: int = 12) -> Sequence[AccountingPeriod]:
    """The accounting periods of a fiscal year: one a month from the first of the month `starting` on.

    Months that begin in an existing period are left out. Raises ValidationError `not_first_of_month`,
    `already_exists` when nothing would be made, `range_too_long`.
    """
    if starting.day != 1:
        raise ValidationError(
            "not_first_of_month", _("A fiscal year begins with the first day of a month."), field="starting_date"
        )
    if not 1 <= months <= 24:
        raise ValidationError("range_too_long", _("A fiscal year has 1 to 24 months."), field="months")
    days = [_add_months(starting, number) for number in range(months)]
    known = set(session.scalars(select(AccountingPeriod.starting_date).where(AccountingPeriod.starting_date.in_(days))))
    made = [
        AccountingPeriod(starting_date=day, name=calendar.month_name[day.month], new_fiscal_year=day == starting)
        for day in days
        if day not in known
    ]
    if not made:
        raise ValidationError("already_exists", _("These periods exist already."), field="starting_date")
    session.add_all(made)
    session.flush()
    return made


def refuse_gap(session: Session, starting: dt.date, months: int) -> None:
    """For a year that a person adds: it joins those there are. Raises ValidationError `not_adjacent`."""
    first, last = session.execute(
        select(func.min(AccountingPeriod.starting_date), func.max(AccountingPeriod.starting_date))
    ).one()
    if first is not None and not (first <= _add_months(starting, months) and starting <= _add_months(last, 1)):
        raise ValidationError(
            "not_adjacent",
            _("Years follow one another without a gap: the next one begins on %(next)s.",
              next=plain_day(_add_months(last, 1))),
            field="starting_date",
        )  # fmt: skip


def next_month(day: dt.date) -> dt.date:
    """The first day of the month after `day`."""
    return _add_months(day, 1)


def get_period(session: Session, period_id: int) -> AccountingPeriod:
    """Raises NotFound `not_found`."""
    found = session.get(AccountingPeriod, period_id)
    if found is None:
        raise NotFound("not_found", _("This period does not exist any more."))
    return found


def delete_period(session: Session, period: AccountingPeriod) -> None:
    """Remove the last period, so that there are no holes. Raises ValidationError `period_closed`, `not_the_last`."""
    if period.closed:
        raise ValidationError("period_closed", _("This period is closed, so it stays."))
    later = select(AccountingPeriod.id).where(AccountingPeriod.starting_date > period.starting_date).limit(1)
    if session.scalar(later) is not None:
        raise ValidationError(
            "not_the_last", _("Only the last period can be deleted, else the calendar would have a hole.")
        )
    session.delete(period)
    session.flush()


def _add_months(day: dt.date, months: int) -> dt.date:
    total = day.year * 12 + day.month - 1 + months
    try:
        return dt.date(total // 12, total % 12 + 1, 1)
    except ValueError:
        raise ValidationError("date_invalid", _("The calendar ends before that."), field="starting_date") from None


def _free_code(session: Session, kind: SmallList, value: object) -> str:
    code = clean_code(value, field=kind.key, length=kind.key_length)
    if session.scalar(select(kind.model.id).where(getattr(kind.model, kind.key) == code)) is not None:
        raise ValidationError(
            "already_exists", _("%(code)s exists already. Choose another code.", code=code), field=kind.key
        )
    return code


def _apply(session: Session, kind: SmallList, row: Any, values: Mapping[str, object]) -> None:
    values = dict(values)
    for field in kind.formulas:
        if field in values:
            values[field] = clean_formula(values[field], field)
    if kind.check is not None:
        kind.check(session, row, values)
    if kind.complete is not None:
        values = kind.complete(session, row, values)
    assign(session, row, values, kind.editable)
