"""What a password must be, and how it is kept (argon2, by Flask-Security; needs an application context)."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable

from flask_security.utils import hash_password as _hash
from flask_security.utils import verify_password as _verify

from core.errors import ValidationError
from core.text import _

SHORTEST = 10
LONGEST = 200  # a megabyte of password would only keep the hash function busy
FEWEST_DIFFERENT = 5

#: What is left of a common password once its digits, signs and doubled words at the ends are taken away.
_COMMON_WORDS = frozenset({
    "password", "passwort", "passw", "pass", "secret", "geheim", "letmein", "welcome", "willkommen", "hello", "hallo",
    "admin", "administrator", "root", "user", "owner", "guest", "test", "testing", "demo", "default", "changeme",
    "change", "login", "master", "access", "qwerty", "qwertz", "azerty", "qwertyuiop", "qwertzuiop", "asdfghjkl",
    "asdfgh", "zxcvbnm", "yxcvbnm", "qazwsx", "qazwsxedc", "iloveyou", "ichliebedich", "sunshine", "princess",
    "football", "baseball", "basketball", "superman", "batman", "pokemon", "starwars", "dragon", "monkey", "shadow",
    "michael", "jordan", "jennifer", "charlie", "freedom", "whatever", "computer", "internet", "samsung", "google",
    "facebook", "summer", "winter", "spring", "autumn", "sommer", "stockbook", "inventory", "warehouse", "company",
    "business", "trustno", "mypassword", "thepassword", "newpassword", "ourpassword", "abc", "abcd", "abcdef",
})  # fmt: skip
_ROWS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm")
_LEET = str.maketrans("430150$@!7", "aeoiso" + "sait")


def check_password(password: str, *, about: Iterable[str] = ()) -> None:
    """Nothing when `password` will do, else ValidationError on field `password`.

    `about` are the words that others know of this person (e-mail, name). Codes: `password_too_short`,
    `password_too_long`, `password_too_common`, `password_about_you`.
    """
    if len(password) < SHORTEST:
        raise _refusal(
            "password_too_short",
            _("A password has at least %(least)s characters; this one has %(count)s. Three or four words make a good "
              "one.", least=SHORTEST, count=len(password)),
        )  # fmt: skip
    if len(password) > LONGEST:
        raise _refusal("password_too_long", _("A password has at most %(most)s characters.", most=LONGEST))
    if is_common(password):
        raise _refusal(
            "password_too_common",
            _("This password is among the first that are guessed. Take three or four words that do not belong "
              "together."),
        )  # fmt: skip
    lowered = password.casefold()
    for word in _known_words(about):
        if word in lowered and len(lowered.replace(word, "")) < SHORTEST // 2:
            raise _refusal(
                "password_about_you", _("This password is little more than your name or e-mail. Take other words.")
            )


def is_common(password: str) -> bool:
    """True for what attackers try first: few different characters, rows of the keyboard, one common word."""
    lowered = password.casefold()
    if len(set(lowered)) < FEWEST_DIFFERENT:
        return True
    plain = "".join(letter for letter in lowered if letter.isalnum())
    if any(plain in row * 2 or plain in row[::-1] * 2 for row in _ROWS):
        return True
    for text in (lowered, lowered.translate(_LEET)):
        core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
        half = core[: len(core) // 2]
        if core in _COMMON_WORDS or (half and half * 2 == core and half in _COMMON_WORDS):
            return True
    return False


def hash_password(password: str) -> str:
    """Argon2 over a keyed hash; slow on purpose."""
    return str(_hash(_normal(password)))


def is_password(password: str, password_hash: str | None) -> bool:
    """True for the password behind the hash; takes as long when there is none, so that time tells nothing."""
    normal = _normal(password[:LONGEST])
    if not password_hash:
        _hash(normal)
        return False
    return bool(_verify(normal, password_hash))


def new_password() -> str:
    """A first password that can be read out over the telephone: 16 characters in four groups, about 79 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _letter in range(4)) for _group in range(4))


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKD", password)  # the same characters, however the keyboard composes them


def _known_words(about: Iterable[str]) -> list[str]:
    words = []
    for text in about:
        lowered = text.casefold().strip()
        words += [lowered, lowered.split("@")[0], *re.split(r"[\s@._-]+", lowered)]
    return [word for word in words if len(word) >= 4]


def _refusal(code: str, message: str) -> ValidationError:
    return ValidationError(code, message, field="password")
