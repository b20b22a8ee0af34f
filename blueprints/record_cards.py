"""A small record of the set-up whose card has rows of its own: a calendar with its days, an agent with its services.

One set of views and templates (templates/record_cards/) for all of them. A `RecordCard` says what differs: the list,
the forms, the service's functions and the words.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.fields import RecordForm
from blueprints.htmx import done, render
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from core.text import _
from models import Permission

#: Rows on one page of a card.
PAGE = 60


@dataclass(frozen=True)
class Cell:
    """A column of the rows; `read(row)` gives its value, the first column leads to the row."""

    label: Any
    read: Callable[[Any], Any]
    kind: str = "text"


@dataclass(frozen=True)
class Rows:
    """What stands below the record: its table, the form of one row, and what the service does with it."""

    #: the part of the address, "days"
    address: str
    table: str
    title: Any
    form: type[RecordForm]
    cells: tuple[Cell, ...]
    #: (session, record, limit, offset) -> (rows of the page, how many there are)
    page: Callable[[Session, Any, int, int], tuple[Sequence[Any], int]]
    find: Callable[[Session, Any, int], Any]
    save: Callable[[Session, Any, Any, dict[str, Any]], Any]
    delete: Callable[[Session, Any], None]
    name: Callable[[Any], str]
    add: Any
    added: Any
    deleted: Any
    none_yet: Any


@dataclass(frozen=True)
class RecordCard:
    """List, card and rows of one kind of record, each named by its code."""

    listing: Listing
    table: str
    new_title: Any
    form: type[RecordForm]
    #: the fields in groups, each a row of the form
    groups: tuple[tuple[str, ...], ...]
    get: Callable[[Session, str], Any]
    save: Callable[[Session, Any, dict[str, Any]], Any]
    delete: Callable[[Session, Any], None]
    #: what to do next, said once the record is there
    next_step: Any
    rows: Rows
    hint: Any = ""
    #: the rights to look and to change
    view: Permission = Permission.SETUP_VIEW
    change: Permission = Permission.SETUP_EDIT
    #: what the record is called beside its code
    name_of: Callable[[Any], str] = operator.attrgetter("name")
    #: a template with more buttons; it gets `what` and `record`
    actions: str = ""

    def register(self, bp: Blueprint) -> None:
        """The views: list, new, card, edit, delete, and the same of the rows."""
        view, edit = requires(self.view), requires(self.change)
        rows = f"/<path:code>/{self.rows.address}"
        bp.get("", endpoint="index")(view(self.listing.respond))
        bp.route("/new", endpoint="new", methods=["GET", "POST"])(edit(self.new))
        bp.get("/<path:code>", endpoint="show")(view(self.card))
        bp.post("/<path:code>", endpoint="edit")(edit(self.edit))
        bp.post("/<path:code>/delete", endpoint="delete")(edit(self.remove))
        bp.post(rows, endpoint="new_row")(edit(self.new_row))
        bp.route(f"{rows}/<int:row_id>", endpoint="edit_row", methods=["GET", "POST"])(edit(self.edit_row))
        bp.post(f"{rows}/<int:row_id>/delete", endpoint="delete_row")(edit(self.remove_row))

    # ------------------------------------------------------------------------------------------- the record
    def new(self) -> ResponseReturnValue:
        form = self.form()
        if carried_out(form, lambda session: self.save(session, None, form.values())):
            message = _("%(code)s was created.", code=form["code"].data) + f" {self.next_step}"
            return done(None, back=url_for(".show", code=form["code"].data), message=message)
        return render(
            "record_cards/new.html", "record_cards/_form.html", status=form.status, what=self, form=form, record=None
        )

    def edit(self, code: str) -> ResponseReturnValue:
        form = self.form()

        def of(session: Session) -> Any:
            return self.get(session, code)

        if carried_out(form, lambda session: self.save(session, of(session), form.values()), of=of):
            return done(None, back=url_for(".show", code=form["code"].data), message=_("Saved."))
        return self.card(code, form=form)

    def remove(self, code: str) -> ResponseReturnValue:
        return press(
            lambda session: self.delete(session, self.get(session, code)),
            message=_("%(code)s was deleted.", code=code),
            back=url_for(".index"),
            refused_back=url_for(".show", code=code),
        )

    def card(self, code: str, *, form: RecordForm | None = None, row_form: RecordForm | None = None) -> Response:
        """The record with one page of its rows; a form that was refused stands as it was sent."""
        session, number = db_session(), min(max(request.args.get("page", 1, type=int), 1), 10_000)
        record = self.get(session, code)
        rows, total = self.rows.page(session, record, PAGE, (number - 1) * PAGE)
        return render(
            "record_cards/show.html", "record_cards/_card.html", what=self, record=record, rows=rows, total=total,
            number=number, pages=max(-(-total // PAGE), 1), form=form or self.form(formdata=None, obj=record),
            row_form=row_form or self.rows.form(formdata=None),
            status=max((sent.status for sent in (form, row_form) if sent is not None), default=200),
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------- its rows
    def new_row(self, code: str) -> ResponseReturnValue:
        form = self.rows.form()
        if carried_out(form, lambda session: self.rows.save(session, self.get(session, code), None, form.values())):
            return done(None, back=url_for(".show", code=code), message=self.rows.added)
        return self.card(code, row_form=form)

    def edit_row(self, code: str, row_id: int) -> ResponseReturnValue:
        def of(session: Session) -> Any:
            return self.rows.find(session, self.get(session, code), row_id)

        def work(session: Session) -> None:
            self.rows.save(session, self.get(session, code), of(session), form.values())

        row = of(db_session())
        form = self.rows.form(obj=row)
        if carried_out(form, work, of=of):
            return done(None, back=url_for(".show", code=code), message=_("Saved."))
        return render(
            "record_cards/row.html", "record_cards/_row.html", status=form.status, what=self,
            record=self.get(db_session(), code), row=row, form=form,
        )  # fmt: skip

    def remove_row(self, code: str, row_id: int) -> ResponseReturnValue:
        def work(session: Session) -> None:
            self.rows.delete(session, self.rows.find(session, self.get(session, code), row_id))

        return press(work, message=self.rows.deleted, back=url_for(".show", code=code))
