"""`flask demo`: fill an empty database with the demo company."""

from __future__ import annotations

import datetime as dt
import sys

import click
from flask import Flask

from core import clock
from core.errors import DomainError
from core.unit_of_work import perform
from models import db
from services import passwords
from services.seed.demo import DEMO_PASSWORD, DEMO_USERS, create_demo


@click.command("demo")
@click.option("--password", default=DEMO_PASSWORD, show_default=True, help="The password of all demo users.")
@click.option(
    "--today", "day", type=click.DateTime(["%Y-%m-%d"]), show_default="the calendar's",
    help="The day the history ends on.",
)  # fmt: skip
def demo(password: str, day: dt.datetime | None) -> None:
    """Create the demo company in an empty database, all or nothing; takes some seconds."""
    today = day.date() if day else clock.today()
    password_hash = passwords.hash_password(password)

    def show(done: int, total: int, title: str) -> None:
        click.echo(f"{100 * done // total:3} %  {title}", err=True)

    try:
        perform(
            db.session(),
            lambda session: create_demo(session, today=today, password_hash=password_hash, progress=show),
        )
    except DomainError as error:
        click.echo(error.message, err=True)
        sys.exit(1)
    click.echo("The demo company is ready. Log in as:")
    for email, role in DEMO_USERS:
        click.echo(f"  {email:26} {role}")
    click.echo(f"Password: {password}")


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(demo)
