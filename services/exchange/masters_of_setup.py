"""Files of code lists, posting set-up, accounts, number series and dimensions: declarations only."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import (
    BLANK_ID,
    Customer,
    DefaultDimension,
    Dimension,
    DimensionValue,
    GlAccount,
    InvoiceDiscount,
    Item,
    ItemTemplate,
    Location,
    NumberSeries,
    NumberSeriesLine,
    NumberSeriesRelation,
    ResponsibilityCenter,
    VatBusinessPostingGroup,
    VatPostingSetup,
    VatProductPostingGroup,
    Vendor,
)
from services import accounts, dimension_setup, dimensions, number_series, posting_setup, small_lists
from services.exchange import cells
from services.exchange import columns as c
from services.exchange.columns import Column
from services.exchange.master_columns import code, fields, own, points, title_of, without
from services.exchange.masters import MasterKind, Values
from services.trade import setup as trade_setup


def _small_list(entry: small_lists.SmallList, words: str) -> MasterKind:
    return MasterKind(
        name=entry.kind, words=words, model=entry.model, keys=(entry.key,),
        master_columns=lambda: [code(entry.model, entry.key), *fields(entry.model, entry.editable)],
        create=lambda session, values: small_lists.create_row(
            session, entry, values[entry.key], without(values, entry.key)
        ),
        update=lambda session, row, values: small_lists.edit_row(session, entry, row, values),
        where=lambda: (entry.model.id != BLANK_ID,),
    )  # fmt: skip


def _posting(setup: posting_setup.Setup, name: str, words: str) -> MasterKind:
    row, column = setup.row_key.removesuffix("_id"), setup.column_key.removesuffix("_id")

    def save(session: Session, values: Values) -> Any:
        row_id, column_id = values[setup.row_key], values[setup.column_key]
        rest = without(values, setup.row_key, setup.column_key)
        return posting_setup.save_row(session, setup, row_id, column_id, rest)

    def change(session: Session, record: Any, values: Values) -> Any:
        keys = getattr(record, setup.row_key), getattr(record, setup.column_key)
        return posting_setup.save_row(session, setup, *keys, values)

    return MasterKind(
        name=name, words=words, model=setup.model, keys=(row, column),
        master_columns=lambda: [
            points(setup.model, row, setup.row_model), points(setup.model, column, setup.column_model, required=True),
            *fields(setup.model, setup.editable),
        ],
        create=save, update=change,
    )  # fmt: skip


def _change_vat(session: Session, record: Any, values: Values) -> Any:
    keys = record.vat_business_posting_group_id, record.vat_product_posting_group_id
    return trade_setup.save_vat_setup(session, *keys, values)


VAT_SETUP = MasterKind(
    name="vat-posting-setup", words="VAT posting set-up", model=VatPostingSetup,
    keys=("vat_business_posting_group", "vat_product_posting_group"),
    master_columns=lambda: [
        points(VatPostingSetup, "vat_business_posting_group", VatBusinessPostingGroup),
        points(VatPostingSetup, "vat_product_posting_group", VatProductPostingGroup, required=True),
        *fields(VatPostingSetup, trade_setup.VAT_FIELDS),
    ],
    create=lambda session, values: trade_setup.save_vat_setup(
        session, values["vat_business_posting_group_id"], values["vat_product_posting_group_id"],
        without(values, "vat_business_posting_group_id", "vat_product_posting_group_id"),
    ),
    update=_change_vat,
)  # fmt: skip


_LIST_WORDS = {
    "gen-business-groups": "General business posting groups", "gen-product-groups": "General product posting groups",
    "vat-business-groups": "VAT business posting groups", "vat-product-groups": "VAT product posting groups",
    "inventory-groups": "Inventory posting groups", "customer-groups": "Customer posting groups",
    "vendor-groups": "Vendor posting groups", "payment-terms": "Payment terms", "reason-codes": "Reason codes",
    "source-codes": "Source codes", "manufacturers": "Manufacturers", "purchasing-codes": "Purchasing codes",
    "item-discount-groups": "Item discount groups", "over-receipt-codes": "Over-receipt codes",
    "counting-periods": "Counting periods", "tracking-codes": "Item tracking codes",
    "special-equipment": "Special equipment", "warehouse-classes": "Warehouse classes",
    "put-away-templates": "Put-away templates", "item-charges": "Item charges", "resources": "Resources",
    "service-costs": "Service costs", "return-reasons": "Return reasons",
}  # fmt: skip


def _save_discount(session: Session, values: Values, row: InvoiceDiscount | None = None) -> None:
    if row is None:
        trade_setup.save_invoice_discount(session, values["side"], values["code"], without(values, "side", "code"))
    else:
        given = {"minimum_amount": row.minimum_amount, **values}
        trade_setup.save_invoice_discount(session, row.side, row.code, given, row.id)


INVOICE_DISCOUNTS = MasterKind(
    name="invoice-discounts", words="Invoice discounts", model=InvoiceDiscount, keys=("side", "code", "minimum_amount"),
    master_columns=lambda: [
        *own(InvoiceDiscount, "side", required=("side",)), code(InvoiceDiscount),
        *own(InvoiceDiscount, "minimum_amount", "discount_percent", "service_charge"),
    ],
    create=_save_discount,
    update=lambda session, row, values: _save_discount(session, values, row),
)  # fmt: skip

ACCOUNTS = MasterKind(
    name="accounts", words="G/L accounts", model=GlAccount, keys=("no",),
    master_columns=lambda: [code(GlAccount, "no", "No."), *fields(GlAccount, accounts.EDITABLE)],
    create=lambda session, values: accounts.create_account(session, values["no"], without(values, "no")),
    update=accounts.edit_account,
    order="no",
)  # fmt: skip


# ------------------------------------------------------------------------------------------- number series


def _related_of(session: Session, series: Any, _name: str) -> str:
    """The codes of the series offered beside this one."""
    related = select(NumberSeriesRelation.related_series_id).where(NumberSeriesRelation.series_id == series.id)
    codes = session.scalars(select(NumberSeries.code).where(NumberSeries.id.in_(related)).order_by(NumberSeries.code))
    return ", ".join(codes)


def _read_codes(text: str, _options: c.Options) -> str:
    parts = {cells.code(part, field="related", length=20) for part in text.replace(";", ",").split(",") if part.strip()}
    return ", ".join(sorted(parts))


def _relate(session: Session, series: NumberSeries, values: Values) -> None:
    if "related" not in values:
        return
    before = set(filter(None, _related_of(session, series, "related").split(", ")))
    after = set(filter(None, str(values["related"]).split(", ")))
    for code_ in sorted(before ^ after):
        other = number_series.get_series(session, code_)
        if code_ in after:
            number_series.relate(session, series, other.id)
        else:
            number_series.unrelate(session, series, other.id)


def _create_series(session: Session, values: Values) -> None:
    series = number_series.create_series(session, values["code"], without(values, "code", "related"))
    _relate(session, series, values)


def _update_series(session: Session, series: NumberSeries, values: Values) -> None:
    number_series.edit_series(session, series, without(values, "related"))
    _relate(session, series, values)


NUMBER_SERIES = MasterKind(
    name="number-series", words="Number series", model=NumberSeries, keys=("code",),
    master_columns=lambda: [
        code(NumberSeries), *own(NumberSeries, *number_series.EDITABLE),
        Column("related", "Related series", _read_codes, field="related"),
    ],
    create=_create_series, update=_update_series,
    reads=("related",), read=_related_of,
)  # fmt: skip


def _from_day(_session: Session, line: Any, _name: str) -> dt.date | None:
    """From when on the line counts; None: from the beginning."""
    return None if line.starting_date == number_series.BEGINNING else line.starting_date


def _since_the_beginning(_session: Session, values: Values) -> dict[str, Any]:
    return {**values, "starting_date": values["starting_date"] or number_series.BEGINNING}


def _save_line(session: Session, values: Values, line: NumberSeriesLine | None = None) -> None:
    """Numbers that were drawn are not taken back by an older file, else they would be drawn twice."""
    series = session.get_one(NumberSeries, line.series_id if line is not None else values["series_id"])
    given = {name: value for name, value in without(values, "series_id").items()
             if (name, value) != ("increment_by", "")}  # fmt: skip
    drawn = line.last_no_used if line is not None else ""
    last = str(given.get("last_no_used", drawn) or "")
    if drawn and (len(last), last) < (len(drawn), drawn):
        raise ValidationError(
            "line_used", _("Numbers up to %(no)s are drawn already; a file does not take them back.", no=drawn),
            field="last_no_used",
        )  # fmt: skip
    number_series.save_line(session, series, line, given)


NUMBER_SERIES_LINES = MasterKind(
    name="number-series-lines", words="Lines of number series", model=NumberSeriesLine,
    keys=("series", "starting_date"),
    master_columns=lambda: [
        points(NumberSeriesLine, "series", NumberSeries, required=True),
        *own(NumberSeriesLine, *number_series.LINE_FIELDS, required=("starting_no",)),
    ],
    create=_save_line,
    update=lambda session, row, values: _save_line(session, values, row),
    reads=("starting_date",), read=_from_day, resolve=_since_the_beginning,
)  # fmt: skip


# ------------------------------------------------------------------------------------------- dimensions

DIMENSIONS = MasterKind(
    name="dimensions", words="Dimensions", model=Dimension, keys=("code",),
    master_columns=lambda: [code(Dimension), *own(Dimension, "name")],
    create=lambda session, values: dimension_setup.save_dimension(session, None, values),
    update=lambda session, row, values: dimension_setup.save_dimension(session, row, {"code": row.code, **values}),
)  # fmt: skip


def _save_value(session: Session, values: Values, row: DimensionValue | None = None) -> None:
    dimension = session.get_one(Dimension, row.dimension_id if row is not None else values["dimension_id"])
    given = without(values, "dimension_id") | ({"code": row.code} if row is not None else {})
    dimension_setup.save_value(session, dimension, row, given)


DIMENSION_VALUES = MasterKind(
    name="dimension-values", words="Values of dimensions", model=DimensionValue, keys=("dimension", "code"),
    master_columns=lambda: [
        points(DimensionValue, "dimension", Dimension, required=True), code(DimensionValue),
        *own(DimensionValue, "name", "blocked"),
    ],
    create=_save_value,
    update=lambda session, row, values: _save_value(session, values, row),
)  # fmt: skip

#: What may give dimensions to documents, by the word of the file, and the column people know it by.
_GIVERS: dict[str, tuple[type[Any], str]] = {
    model.__tablename__: (model, by)
    for model, by in ((Item, "no"), (ItemTemplate, "code"), (Vendor, "no"), (Customer, "no"), (Location, "code"),
                      (ResponsibilityCenter, "code"))
}  # fmt: skip


def _read_giver(text: str, _options: c.Options) -> str:
    word = text.strip().casefold().replace(" ", "_")
    if word not in _GIVERS:
        raise ValidationError(
            "not_a_choice", _("Say what it is: %(choices)s.", choices=", ".join(_GIVERS)), field="table_name"
        )
    return word


def _giver_id(session: Session, values: Values) -> dict[str, Any]:
    """The record by its code, which needs to be known what it is."""
    model, by = _GIVERS[values["table_name"]]
    found = session.scalar(select(model.id).where(getattr(model, by) == values["record_id"]))
    if found is None or found == BLANK_ID:
        raise NotFound("not_found", _("There is no %(code)s; set it up first.", code=values["record_id"]),
                       field="record_id")  # fmt: skip
    return {**values, "record_id": found}


def _read_default(session: Session, row: Any, name: str) -> str:
    if name == "record":
        model, by = _GIVERS[row.table_name]
        return session.scalar(select(getattr(model, by)).where(model.id == row.record_id)) or ""
    return session.scalar(select(DimensionValue.code).where(DimensionValue.id == row.dimension_value_id)) or ""


def _save_default(session: Session, values: Values, row: DefaultDimension | None = None) -> None:
    table, record_id, dimension_id = (
        (row.table_name, row.record_id, row.dimension_id) if row is not None
        else (values["table_name"], values["record_id"], values["dimension_id"])
    )  # fmt: skip
    dimension = session.get_one(Dimension, dimension_id)
    wanted = select(DimensionValue.id).where(
        DimensionValue.dimension_id == dimension.id, DimensionValue.code == values.get("dimension_value_id")
    )
    value_id = session.scalar(wanted)
    if value_id is None:
        raise ValidationError(
            "value_not_of_dimension",
            _("Dimension %(code)s has no value %(value)s.", code=dimension.code,
              value=values.get("dimension_value_id") or ""), field="dimension_value_id",
        )  # fmt: skip
    dimensions.set_default(session, session.get_one(_GIVERS[table][0], record_id), dimension.id, value_id)


DEFAULT_DIMENSIONS = MasterKind(
    name="default-dimensions", words="Default dimensions", model=DefaultDimension,
    keys=("table_name", "record", "dimension"),
    master_columns=lambda: [
        Column("table_name", "Of what", _read_giver, ("table",), required=True, field="table_name",
               hint=", ".join(_GIVERS)),
        Column("record", "Number or code", c.code_parser("record_id", 20), ("record",), required=True,
               field="record_id"),
        points(DefaultDimension, "dimension", Dimension, required=True),
        Column("dimension_value", "Value", c.code_parser("dimension_value_id", 20), ("dimension value",),
               required=True, field="dimension_value_id"),
    ],
    create=_save_default,
    update=lambda session, row, values: _save_default(session, values, row),
    reads=("record", "dimension_value"), read=_read_default, resolve=_giver_id,
    where=lambda: (DefaultDimension.table_name.in_(list(_GIVERS)),),
)  # fmt: skip

CODE_LISTS: tuple[MasterKind, ...] = tuple(
    _small_list(entry, _LIST_WORDS.get(kind) or title_of(kind.replace("-", "_")))
    for kind, entry in small_lists.LISTS.items()
)
POSTING: tuple[MasterKind, ...] = (
    _posting(posting_setup.GENERAL, "general-posting-setup", "General posting set-up"),
    _posting(posting_setup.INVENTORY, "inventory-posting-setup", "Inventory posting set-up"),
    VAT_SETUP,
)
BOOKS: tuple[MasterKind, ...] = (
    ACCOUNTS, NUMBER_SERIES, NUMBER_SERIES_LINES, DIMENSIONS, DIMENSION_VALUES, DEFAULT_DIMENSIONS,
)  # fmt: skip
