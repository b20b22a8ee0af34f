"""`flask verify`: recompute every balance, application, cost and G/L total from the entries; print differences."""

from __future__ import annotations

import sys

import click
from flask import Flask

from models import db
from posting.verify import verify
from services.planning.proof import check_positions


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(verify_command)


@click.command("verify")
@click.option("--quiet", is_flag=True, help="Print only differences and the last line.")
def verify_command(*, quiet: bool) -> None:
    """Prove that ledgers, balances and digests agree. Exit code 1 when something differs."""
    findings = verify(db.session(), report=None if quiet else lambda name: click.echo(f"checking {name}"))
    if not quiet:
        click.echo("checking stock positions")
    findings += check_positions(db.session())
    for finding in findings:
        click.echo(f"{finding.proof}: {finding.message}", err=True)
    click.echo("Nothing differs." if not findings else f"{len(findings)} differences.")
    sys.exit(1 if findings else 0)
