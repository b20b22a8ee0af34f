"""`flask adjust-cost`: bring the cost of all items up to date, for a nightly timer."""

from __future__ import annotations

import sys

import click
from flask import Flask
from sqlalchemy import select

from core.memory import collect_rarely
from models import Item, db
from services.cost_adjustment import adjust_cost
from services.poster import Poster


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(adjust_cost_command)


@click.command("adjust-cost")
@click.argument("item_nos", nargs=-1)
def adjust_cost_command(item_nos: tuple[str, ...]) -> None:
    """Adjust the cost of the named items, or of all that wait. Exit code 1 when an item could not be adjusted."""
    session = db.session()
    item_ids = None
    if item_nos:
        wanted = [no.upper() for no in item_nos]
        item_ids = list(session.scalars(select(Item.id).where(Item.no.in_(wanted))))
        if len(item_ids) != len(set(wanted)):
            raise click.ClickException("There is no item of one of these numbers.")
    collect_rarely()
    run = adjust_cost(session, Poster(user_name="flask adjust-cost"), item_ids=item_ids)
    for no, error in run.failed:
        click.echo(f"{no}: {error.message}", err=True)
    click.echo(f"{run.items} items, {run.touched} entries looked at, {run.written} value entries written.")
    sys.exit(1 if run.failed else 0)
