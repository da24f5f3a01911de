"""Secrets of an activation and the hashes the database keeps of them."""

import secrets
from dataclasses import dataclass

from django.utils.crypto import constant_time_compare, salted_hmac

CODE_DIGITS = 8


@dataclass(frozen=True)
class Secrets:
    """What the officer hands over, known to nobody afterwards: the token of the link and the eight digits."""

    token: str
    code: str


def new_secrets() -> Secrets:
    """A fresh token and a fresh code, from the system's secure source."""
    return Secrets(secrets.token_urlsafe(24), f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}")


def new_salt() -> str:
    """A fresh salt for one row."""
    return secrets.token_hex(16)


def hash_token(token: str) -> str:
    """The keyed hash under which a token is found; a changed SECRET_KEY voids all open activations."""
    return salted_hmac("accounts.activation.token", token, algorithm="sha256").hexdigest()


def hash_code(salt: str, code: str) -> str:
    """The keyed hash of eight digits under the salt of their row."""
    return salted_hmac(f"accounts.activation.code.{salt}", code, algorithm="sha256").hexdigest()


def code_matches(salt: str, code_hash: str, code: str) -> bool:
    """Whether the digits, with or without spaces, are those of the row; compared in constant time."""
    digits = "".join(filter(str.isdigit, code))
    return constant_time_compare(hash_code(salt, digits), code_hash)


def spaced(code: str) -> str:
    """The digits as they are read out: 4821 7730."""
    return f"{code[:4]} {code[4:]}"
