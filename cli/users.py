"""`flask user ...`: accounts from the command line, for the first one, forgotten passwords and locked-out owners."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import DomainError, NotFound
from core.unit_of_work import perform
from models import RoleName, User, db
from services import passwords, sign_in, users

group = AppGroup("user", help="Create and manage users.")
ROLES = click.Choice([role.value for role in RoleName])


@group.command("create")
@click.option("--email", prompt=True, help="E-mail address; also the name for the log-in.")
@click.option("--password", help="Asked for when missing; 'generate' makes one and prints it.")
@click.option("--role", "roles", type=ROLES, multiple=True, default=["viewer"], help="May be repeated.")
@click.option("--username", default="", help="A short name for the log-in.")
@click.option("--name", "full_name", default="", help="The person's name.")
def create(email: str, password: str | None, roles: tuple[str, ...], username: str, full_name: str) -> None:
    """Create a user who may log in at once."""
    chosen = _password(password)
    details = users.UserDetails(email, username, full_name, tuple(RoleName(role) for role in roles))

    def work(session: Session) -> str:
        passwords.check_password(chosen, about=[email, username, full_name])
        return users.create_user(session, details, passwords.hash_password(chosen)).email

    click.echo(f"Created {_perform(work)} ({', '.join(roles)}).")


@group.command("list")
def list_users() -> None:
    """Show every user: e-mail, roles, state."""
    for user in db.session.scalars(select(User).order_by(User.email)):
        state = "active" if user.active else "deactivated"
        second = ", second factor" if user.tf_primary_method else ""
        click.echo(f"{user.email}\t{', '.join(role.name for role in user.roles)}\t{state}{second}")


@group.command("set-password")
@click.argument("name")
@click.option("--password", help="Asked for when missing; 'generate' makes one and prints it.")
def set_password(name: str, password: str | None) -> None:
    """Give a user (e-mail or user name) a new password; open sessions end."""
    chosen = _password(password)

    def work(session: Session) -> str:
        user = _find(session, name)
        passwords.check_password(chosen, about=[user.email, user.username or "", user.full_name])
        return users.set_password(session, user.id, passwords.hash_password(chosen)).email

    click.echo(f"{_perform(work)} has a new password.")


@group.command("set-role")
@click.argument("name")
@click.argument("roles", type=ROLES, nargs=-1, required=True)
def set_role(name: str, roles: tuple[str, ...]) -> None:
    """Replace a user's roles."""

    def work(session: Session) -> str:
        user = _find(session, name)
        details = users.UserDetails(
            user.email, user.username or "", user.full_name, tuple(RoleName(role) for role in roles), user.location_id,
            user.allow_posting_from, user.allow_posting_to,
        )  # fmt: skip
        return users.change_user(session, user.id, details).email

    click.echo(f"{_perform(work)} is now {', '.join(roles)}.")


@group.command("unlock")
@click.argument("name")
def unlock(name: str) -> None:
    """Let a user try again at once after too many failed log-ins."""
    click.echo(f"{_perform(lambda s: users.unlock_user(s, _find(s, name).id).email)} may log in again.")


@group.command("reset-second-factor")
@click.argument("name")
def reset_second_factor(name: str) -> None:
    """Let a user who lost the authenticator app log in with the password alone."""
    click.echo(f"{_perform(lambda s: users.reset_second_factor(s, _find(s, name).id).email)} needs the password alone.")


@group.command("deactivate")
@click.argument("name")
def deactivate(name: str) -> None:
    """Stop a user from logging in; nothing is deleted."""
    email = _perform(lambda s: users.deactivate_user(s, _find(s, name).id, by=None).email)
    click.echo(f"{email} cannot log in any more.")


@group.command("activate")
@click.argument("name")
def activate(name: str) -> None:
    """Let a deactivated user log in again."""
    click.echo(f"{_perform(lambda s: users.activate_user(s, _find(s, name).id).email)} may log in again.")


def _perform(work: Callable[[Session], str]) -> str:
    try:
        return perform(db.session(), work)
    except DomainError as error:
        click.echo(f"{error} ({error.code})", err=True)
        sys.exit(1)


def _find(session: Session, name: str) -> User:
    user = sign_in.find_user(session, name)
    if user is None:
        raise NotFound("user_not_found", f"There is no user {name}.")
    return user


def _password(given: str | None) -> str:
    if given == "generate":
        made = passwords.new_password()
        click.echo(f"Password: {made}")
        return made
    return given or str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def init_app(app: Flask) -> None:
    """Register the group."""
    app.cli.add_command(group)
