"""Who is at the door: finding the account, counting failures, locking, and the second factor's once-only codes.

Passwords are hashed and compared by the caller (blueprints/auth.py, cli/users.py); nothing here sees one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import unicodedata
from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from models import UnknownLogin, User

FAILURES_BEFORE_LOCK = 5
FIRST_LOCK = dt.timedelta(minutes=15)
LONGEST_LOCK = dt.timedelta(hours=24)
FORGET_UNKNOWN_AFTER = dt.timedelta(days=2)


@dataclass(frozen=True)
class Attempt:
    """One try to log in. Without `user_id` nobody has that name; with `locked_until` the try does not count."""

    user_id: int | None
    locked_until: dt.datetime | None
    #: This try used up the last one: if it fails, the account is locked until then.
    locks_until: dt.datetime | None = None


def normalize_name(text: str) -> str:
    """E-mail or user name as it is stored and compared: case and the shape of its characters do not count."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def find_user(session: Session, name: str) -> User | None:
    """The user with this e-mail or user name, active or not."""
    wanted = normalize_name(name)
    if not wanted:
        return None
    return session.scalars(
        select(User).where(or_(func.lower(User.email) == wanted, func.lower(User.username) == wanted)).limit(1)
    ).first()


def start_attempt(session: Session, name: str, now: dt.datetime, *, secret: str) -> Attempt:
    """Count a try before its password is looked at, so that many at once cannot slip past the limit.

    Unknown names are counted and locked alike. After five failures the lock lasts 15 minutes and doubles with
    every further one, up to a day. `secret` keys the hash under which unknown names are kept.
    """
    user = find_user(session, name)
    counted: User | UnknownLogin
    if user is not None:
        session.refresh(user, with_for_update=True)
        counted = user
    else:
        counted = _unknown(session, name, now, secret)
    if counted.locked_until and counted.locked_until > now:
        return Attempt(user.id if user else None, counted.locked_until)
    counted.failed_login_count += 1
    over = counted.failed_login_count - FAILURES_BEFORE_LOCK
    if over >= 0:
        counted.locked_until = now + min(FIRST_LOCK * 2 ** min(over, 10), LONGEST_LOCK)
    return Attempt(user.id if user else None, None, counted.locked_until if over >= 0 else None)


def finish_attempt(session: Session, user_id: int, now: dt.datetime, *, address: str) -> User:
    """The password (and second factor) was right: forget failures, note when and from where."""
    user = session.get_one(User, user_id)
    clear_failures(user)
    user.last_login_at, user.last_login_ip = user.current_login_at or now, user.current_login_ip or address
    user.current_login_at, user.current_login_ip = now, address[:64]
    user.login_count += 1
    return user


def clear_failures(user: User) -> None:
    """The account opens again."""
    user.failed_login_count = 0
    user.locked_until = None


def use_counter(session: Session, user_id: int, counter: int) -> bool:
    """Take the time step of a code from the app; False when it, or a later one, was already used."""
    user = session.get_one(User, user_id, with_for_update=True, populate_existing=True)
    if user.tf_last_counter is not None and counter <= user.tf_last_counter:
        return False
    user.tf_last_counter = counter
    return True


def use_recovery_code(session: Session, user_id: int, typed: str) -> bool:
    """Take one of the recovery codes; each opens the door once. They are kept as hashes."""
    user = session.get_one(User, user_id, with_for_update=True, populate_existing=True)
    wanted = hash_recovery_code(typed)
    left = [code for code in user.mf_recovery_codes or [] if not hmac.compare_digest(code, wanted)]
    if len(left) == len(user.mf_recovery_codes or []):
        return False
    user.mf_recovery_codes = left
    return True


def hash_recovery_code(code: str) -> str:
    """How a recovery code is kept. Codes are 79 random bits: a plain hash cannot be guessed back."""
    return hashlib.sha256("".join(code.split()).replace("-", "").casefold().encode()).hexdigest()


def _unknown(session: Session, name: str, now: dt.datetime, secret: str) -> UnknownLogin:
    session.execute(delete(UnknownLogin).where(UnknownLogin.tried_at < now - FORGET_UNKNOWN_AFTER))
    key = hmac.new(secret.encode(), normalize_name(name).encode(), hashlib.sha256).hexdigest()
    found = session.get(UnknownLogin, key, with_for_update=True)
    if found is None:
        found = UnknownLogin(name_hash=key, failed_login_count=0, locked_until=None, tried_at=now)
        session.add(found)
    found.tried_at = now
    return found
