"""Users and their roles: create, change, deactivate. Never deletes: history names people for ever.

Passwords arrive hashed; the rules for them are in services/passwords.py.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import Location, Role, RoleName, User
from models.enums import CenterArea
from services.centers import set_centers
from services.location_parts import employ
from services.permissions import role_description
from services.sign_in import clear_failures, normalize_name

THEMES = ("auto", "light", "dark")


@dataclass(frozen=True)
class UserDetails:
    """What the owner decides about a user. Posting dates are inclusive; None leaves the company's own range."""

    email: str
    username: str = ""
    full_name: str = ""
    roles: tuple[RoleName, ...] = ()
    location_id: int | None = None
    allow_posting_from: dt.date | None = None
    allow_posting_to: dt.date | None = None
    #: area -> codes of responsibility centres, the first is what new documents get; an area left out stays as it is
    centers: Mapping[CenterArea, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Preferences:
    """What users decide about themselves. A work date replaces today on new documents until it is cleared."""

    full_name: str = ""
    theme: str = ""
    locale: str = ""
    work_date: dt.date | None = None
    stockout_warnings: bool = True


def any_user(session: Session) -> bool:
    """False only before the first start is finished."""
    return session.scalar(select(User.id).limit(1)) is not None


def get_user(session: Session, user_id: int) -> User:
    """The user, or NotFound `user_not_found`."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("user_not_found", _("This user does not exist."))
    return user


def ensure_roles(session: Session) -> dict[RoleName, Role]:
    """The six roles, made where they are missing."""
    found = {role.name: role for role in session.scalars(select(Role))}
    for name in RoleName:
        if name.value not in found:
            found[name.value] = Role(name=name.value, description=role_description(name))
            session.add(found[name.value])
    return {name: found[name.value] for name in RoleName}


def create_user(session: Session, details: UserDetails, password_hash: str | None) -> User:
    """A new user who may log in at once (never, without a password).

    ValidationError: `email_invalid`, `email_taken`, `username_invalid`, `username_taken`, `role_missing`,
    `location_not_found`, `posting_range_reversed`, `responsibility_centre_not_found`.
    """
    user = User(
        email="", active=True, password=password_hash, fs_uniquifier=secrets.token_hex(32), roles=[],
        failed_login_count=0, login_count=0,
    )  # fmt: skip
    _apply(session, user, details)
    session.add(user)
    session.flush()
    _set_centers(session, user, details)
    employ(session, user)
    return user


def change_user(session: Session, user_id: int, details: UserDetails) -> User:
    """Store what the owner decided. Errors of `create_user`, `user_not_found`, and `last_owner`."""
    user = get_user(session, user_id)
    if is_active_owner(user) and RoleName.OWNER not in details.roles:
        _check_another_owner(session, user)
    _apply(session, user, details)
    _set_centers(session, user, details)
    employ(session, user)
    session.flush()
    return user


def deactivate_user(session: Session, user_id: int, *, by: int | None) -> User:
    """Nobody logs in as this user any more, open sessions end. Errors: `oneself`, `last_owner`, `user_not_found`."""
    user = get_user(session, user_id)
    if user.id == by:
        raise ValidationError("oneself", _("You cannot deactivate yourself. Another owner can."))
    if is_active_owner(user):
        _check_another_owner(session, user)
    user.active = False
    _end_sessions(user)
    return user


def activate_user(session: Session, user_id: int) -> User:
    """The user may log in again, with the old password."""
    user = get_user(session, user_id)
    user.active = True
    clear_failures(user)
    return user


def unlock_user(session: Session, user_id: int) -> User:
    """Forget failed log-ins; the account opens at once."""
    user = get_user(session, user_id)
    clear_failures(user)
    return user


def set_password(session: Session, user_id: int, password_hash: str) -> User:
    """A new password; every open session of the user ends and the account is unlocked."""
    user = get_user(session, user_id)
    user.password = password_hash
    clear_failures(user)
    _end_sessions(user)
    return user


def set_second_factor(session: Session, user_id: int, totp_secret: str, recovery_hashes: list[str]) -> User:
    """From now on the log-in asks for a code of the authenticator app; open sessions elsewhere end."""
    user = get_user(session, user_id)
    user.tf_primary_method, user.tf_totp_secret = "authenticator", totp_secret
    user.mf_recovery_codes, user.tf_last_counter = recovery_hashes, None
    _end_sessions(user)
    return user


def reset_second_factor(session: Session, user_id: int) -> User:
    """The password alone is enough again."""
    user = get_user(session, user_id)
    user.tf_primary_method = user.tf_totp_secret = user.mf_recovery_codes = user.tf_last_counter = None
    return user


def set_recovery_codes(session: Session, user_id: int, recovery_hashes: list[str]) -> User:
    """New recovery codes; the old ones are worth nothing any more."""
    user = get_user(session, user_id)
    user.mf_recovery_codes = recovery_hashes
    return user


def set_preferences(session: Session, user_id: int, preferences: Preferences, languages: Iterable[str]) -> User:
    """What users choose for themselves. ValidationError `theme_unknown`, `language_unknown`."""
    user = get_user(session, user_id)
    if preferences.theme not in THEMES:
        raise ValidationError("theme_unknown", _("Choose light, dark or as the device."), field="theme")
    if preferences.locale and preferences.locale not in set(languages):
        raise ValidationError("language_unknown", _("Choose one of the languages."), field="locale")
    user.full_name, user.theme = _clean(preferences.full_name, 100, "full_name"), preferences.theme
    user.locale, user.work_date = preferences.locale, preferences.work_date
    user.stockout_warnings = preferences.stockout_warnings
    return user


def is_active_owner(user: User) -> bool:
    """True for somebody who can manage users now."""
    return user.active and any(role.name == RoleName.OWNER for role in user.roles)


def owner_names(session: Session) -> list[str]:
    """Whom to ask for a right: the owners, by name."""
    owners = session.scalars(
        select(User).join(User.roles).where(Role.name == RoleName.OWNER, User.active).order_by(User.id).limit(3)
    )
    return [owner.full_name or owner.email for owner in owners]


def _apply(session: Session, user: User, details: UserDetails) -> None:
    user.email = _checked_email(session, details.email, user.id)
    user.username = _checked_username(session, details.username, user.id)
    user.full_name = _clean(details.full_name, 100, "full_name")
    if not details.roles:
        raise ValidationError("role_missing", _("Choose at least one role."), field="roles")
    if details.location_id is not None and session.get(Location, details.location_id) is None:
        raise ValidationError("location_not_found", _("This location does not exist."), field="location")
    first, last = details.allow_posting_from, details.allow_posting_to
    if first and last and last < first:
        raise ValidationError(
            "posting_range_reversed",
            _("The last posting date lies before the first. Exchange the two or clear one."),
            field="allow_posting_to",
        )
    user.location_id, user.allow_posting_from, user.allow_posting_to = details.location_id, first, last
    roles = ensure_roles(session)
    wanted = [roles[name] for name in RoleName if name in details.roles]
    if {role.name for role in user.roles} != {role.name for role in wanted}:
        user.roles = wanted


def _set_centers(session: Session, user: User, details: UserDetails) -> None:
    for area, codes in details.centers.items():
        set_centers(session, user, area, codes)


def check_email(text: str) -> str:
    """The address as it is kept. Raises ValidationError `email_invalid`."""
    try:
        # Special names such as "localhost" are fine: people without a mail server use the address as a name only.
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        raise ValidationError(
            "email_invalid", _("This is not an e-mail address. It looks like name@company.com."), field="email"
        ) from None


def _checked_email(session: Session, text: str, user_id: int | None) -> str:
    email = normalize_name(check_email(_clean(text, 250, "email")))
    if _taken(session, email, user_id):
        raise ValidationError("email_taken", _("Another user has this e-mail address."), field="email")
    return email


def _checked_username(session: Session, text: str, user_id: int | None) -> str | None:
    username = normalize_name(_clean(text, 100, "username"))
    if not username:
        return None
    if not re.fullmatch(r"[\w][\w.\-]{1,49}", username):
        raise ValidationError(
            "username_invalid",
            _("A user name has 2 to 50 letters, digits, dots or hyphens, without spaces."),
            field="username",
        )
    if _taken(session, username, user_id):
        raise ValidationError("username_taken", _("Another user has this user name."), field="username")
    return username


def _taken(session: Session, name: str, user_id: int | None) -> bool:
    with session.no_autoflush:
        statement = select(User.id).where(or_(func.lower(User.email) == name, func.lower(User.username) == name))
        return any(found != user_id for found in session.scalars(statement))


def _clean(text: str, longest: int, field: str) -> str:
    cleaned = text.strip()
    if len(cleaned) > longest:
        raise ValidationError(
            "text_too_long", _("At most %(most)s characters; these are %(count)s.", most=longest, count=len(cleaned)),
            field=field,
        )  # fmt: skip
    if any(ord(letter) < 32 for letter in cleaned):
        raise ValidationError("text_invalid", _("This text holds characters that cannot be kept."), field=field)
    return cleaned


def _check_another_owner(session: Session, user: User) -> None:
    # All owners are locked, in id order: two owners who deactivate each other at once may not both succeed.
    owners = session.scalars(
        select(User.id)
        .where(User.active, User.roles.any(Role.name == RoleName.OWNER))
        .order_by(User.id)
        .with_for_update()
    ).all()
    if not any(owner != user.id for owner in owners):
        raise ValidationError(
            "last_owner",
            _("This is the last active owner: nobody could manage users any more. Make somebody else an owner first."),
            field="roles",
        )


def _end_sessions(user: User) -> None:
    user.fs_uniquifier = secrets.token_hex(32)  # sessions carry it; a new one makes them strangers
