"""The trade that cost adjustment is measured on: posted for a few items, then copied for as many as are wanted.

Every copy is what posting the same lines for other items would have written: ledgers, balances and what waits for
adjustment. Only the registers' digests are not theirs. Adjusting a million entries must not need an hour of posting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.copying import bare_tables, copy
from bench.dataset import settle

_LEDGERS = (
    "register", "item_ledger_entry", "value_entry", "item_application_entry", "gl_entry", "gl_item_ledger_relation",
)  # fmt: skip
_SPANS = {
    "item_ledger_entry": "item_ledger_entry", "value_entry": "value_entry",
    "application_entry": "item_application_entry", "gl_entry": "gl_entry",
}  # fmt: skip
_TOTALS = ("quantity", "invoiced_quantity", "cost_amount_actual", "cost_amount_expected", "cost_posted_to_gl",
           "entry_count")  # fmt: skip


def multiply(session: Session, items: Sequence[int], posted: int) -> None:
    """Give every further `posted` of `items` the entries of the first `posted` ones; ids of items are consecutive."""
    copies = len(items) // posted - 1
    if copies <= 0:
        return
    last = {name: session.scalar(text(f"SELECT COALESCE(MAX(id), 0) FROM {name}")) for name in _LEDGERS[:-1]}
    last["transaction"] = session.scalar(text("SELECT MAX(transaction_no) FROM gl_entry"))
    with bare_tables(session, _LEDGERS):
        _copy_ledgers(session, last, items[0], posted, copies)
    first = f"t.item_id < {items[0] + posted}"
    item = {"item_id": f"t.item_id + n.i * {posted}"}
    entry = f"t.item_ledger_entry_id + n.i * {last['item_ledger_entry']}"
    copy(session, "cost_to_adjust", first, 1, copies, item | {"item_ledger_entry_id": entry})
    copy(session, "cost_point", first, 1, copies, item)
    copy(session, "item_balance", first, 1, copies, item)
    _copy_cards(session, items[0], posted)
    session.execute(text(f"UPDATE gl_balance SET debit = debit * {copies + 1}, credit = credit * {copies + 1}"))
    for name, number in last.items():
        session.execute(
            text("UPDATE ledger_counter SET last_no = :last WHERE name = :name"),
            {"last": number * (copies + 1), "name": name},
        )
    session.commit()
    settle(session)


def _copy_ledgers(session: Session, last: Mapping[str, int], first_item: int, posted: int, copies: int) -> None:
    def shifted(columns: Mapping[str, str]) -> dict[str, str]:
        return {column: f"t.{column} + n.i * {last[name]}" for column, name in columns.items()}

    spans = {f"{end}_{column}_id": name for column, name in _SPANS.items() for end in ("from", "to")}
    item = {"item_id": f"t.item_id + n.i * {posted}"}
    register, entry, value = {"register_id": "register"}, "item_ledger_entry", "value_entry"
    outbound = f"CASE t.outbound_entry_id WHEN 0 THEN 0 ELSE t.outbound_entry_id + n.i * {last[entry]} END"
    changes = {
        "register": shifted({"id": "register", **spans}),
        entry: shifted({"id": entry, **register}) | item,
        value: shifted({"id": value, "item_ledger_entry_id": entry, **register}) | item,
        "item_application_entry": shifted({
            "id": "item_application_entry", "item_ledger_entry_id": entry, "inbound_entry_id": entry, **register,
        }) | {"outbound_entry_id": outbound},
        "gl_entry": shifted({"id": "gl_entry", "transaction_no": "transaction", **register}),
        "gl_item_ledger_relation": shifted({"gl_entry_id": "gl_entry", "value_entry_id": value, **register}),
    }  # fmt: skip
    for name in _LEDGERS:
        copy(session, name, "1 = 1" if name == "gl_item_ledger_relation" else f"t.id <= {last[name]}", 1, copies,
             changes[name])  # fmt: skip


def _copy_cards(session: Session, first_item: int, posted: int) -> None:
    """Costs and totals of the cards, as posting leaves them."""
    original = f"{first_item} + ({{table}}.{{key}} - {first_item}) % {posted}"
    model = f"(SELECT {{column}} FROM {{table}} b WHERE b.{{key}} = {original})"
    for table, key, columns in (
        ("item", "id", ("unit_cost", "last_direct_cost", "cost_is_adjusted")),
        ("item_total", "item_id", _TOTALS),
    ):
        sets = ", ".join(f"{column} = {model.format(column=f'b.{column}', table=table, key=key)}" for column in columns)
        session.execute(text(f"UPDATE {table} SET {sets} WHERE {key} >= {first_item + posted}"))
