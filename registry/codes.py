"""Public codes: opaque, without look-alike characters, with a check character, never reissued.

The alphabet is Crockford's base 32 (no I, L, O, U). Bodies use its first 31 characters, a prime, so the weighted
check catches every single wrong character and every swap of two neighbours.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_PRIME = 31


def _check(body: str) -> str:
    """The check character of a body; weights 2, 3, 4 … modulo 31 tell every swap of neighbours apart."""
    total = sum((index + 2) * ALPHABET.index(char) for index, char in enumerate(body))
    return ALPHABET[total % _PRIME]


def _draw(length: int) -> str:
    return "".join(secrets.choice(ALPHABET[:_PRIME]) for _ in range(length))


def new_product_code() -> str:
    """A new product code such as NTT-7K3Q-9M: five random characters and a check (28 million codes)."""
    return product_code(_draw(5))


def product_code(body: str) -> str:
    """The product code of five characters of the alphabet (without the last one)."""
    whole = body + _check(body)
    return f"NTT-{whole[:4]}-{whole[4:]}"


def normalise_product_code(text: str) -> str:
    """The code a person meant: any case, with or without dashes and NTT; empty when the check character is wrong."""
    raw = "".join(char for char in text.upper() if char.isalnum())
    raw = (raw[3:] if raw.startswith("NTT") and len(raw) > 6 else raw).translate(_LOOKALIKES)
    if len(raw) != 6 or any(char not in ALPHABET for char in raw) or _check(raw[:5]) != raw[5]:
        return ""
    return f"NTT-{raw[:4]}-{raw[4:]}"


def read_product_code(text: str) -> str:
    """The code to look for when an address holds `text`: the one meant, else the text itself, which then finds nothing."""
    return normalise_product_code(text) or text.replace("\x00", "")


def new_submission_number() -> str:
    """A number such as P-8F3KQ2ZD for one submission."""
    return f"P-{_draw(8)}"


def new_complaint_number() -> str:
    """A number such as L-8F3KQ2ZDXW that only the reporter knows; long enough not to be guessed."""
    return f"L-{_draw(12)}"


def new_register_number() -> str:
    """The register number of a community, such as K-8F3KQ2."""
    return register_number(_draw(5))


def register_number(body: str) -> str:
    """The register number of five characters of the alphabet (without the last one)."""
    return f"K-{body}{_check(body)}"
