"""How a row of the dataset is written in each format. Each writer goes from row to row and keeps none.

The coordinates of producers are not in the registry yet, so every feature of the GeoJSON has `geometry: null`, which RFC 7946
allows for a feature without a place; regions are told by their codes.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson
import xlsxwriter
from django.utils.translation import gettext as _

from .states import DatasetFormat

Row = dict[str, Any]
LICENCE = "CC BY 4.0"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
ATTRIBUTION = "OVOP NTT, Pemerintah Provinsi Nusa Tenggara Timur"
# What stands in the flat formats, in their order.
COLUMNS = (
    *("code", "name", "pillar", "category", "region_code", "region", "producer", "price", "stars", "stars_valid_until"),
    *("first_published", "page"),
)
_NUMBERS = ("price", "stars")
# A spreadsheet takes a text that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class About:
    """What a file says of itself."""

    as_of: int
    made_at: dt.datetime
    site: str


def flat(told: Row, price: int | None) -> Row:
    """The row of the flat formats; `price` is the lowest of its sizes, in rupiah."""
    stars = told["stars"] or {"number": None, "valid_until": None}
    return {
        "code": told["code"],
        "name": told["name"],
        "pillar": told["pillar"],
        "category": told["category"]["name"],
        "region_code": told["region"]["code"],
        "region": told["region"]["name"],
        "producer": told["producer"]["name"],
        "price": price,
        "stars": stars["number"],
        "stars_valid_until": stars["valid_until"],
        "first_published": told["first_published_at"],
        "page": told["page"],
    }


class Writer(ABC):
    """Writes rows into a binary file that is not yet anybody's; `end` is called once, after the last."""

    def __init__(self, out: IO[bytes], about: About):
        self.out, self.about, self.rows = out, about, 0
        self.begin()

    def add(self, told: Row, price: int | None) -> None:
        self.write(told, price)
        self.rows += 1

    def begin(self) -> None:  # noqa: B027 - a format without a head has nothing to do
        """Write what stands before the first product."""

    @abstractmethod
    def write(self, told: Row, price: int | None) -> None:
        """Write one product."""

    def end(self) -> None:  # noqa: B027 - nor one without a tail
        """Write what stands after the last product."""

    def abandon(self) -> None:  # noqa: B027 - nor one that keeps nothing beside the file
        """Leave nothing open; called however it ended."""


class Lines(Writer):
    """One product a line, whole, as the API tells it in Indonesian."""

    def write(self, told: Row, price: int | None) -> None:
        self.out.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))


class Commas(Writer):
    """RFC 4180 in UTF-8. A text a spreadsheet would take for a formula begins with an apostrophe."""

    def begin(self) -> None:
        self.line = io.StringIO(newline="")
        self.csv = csv.writer(self.line)
        self._put(COLUMNS)

    def write(self, told: Row, price: int | None) -> None:
        self._put(_guarded(value) for value in flat(told, price).values())

    def _put(self, values: Iterable[Any]) -> None:
        self.csv.writerow(values)
        self.out.write(self.line.getvalue().encode())
        self.line.seek(0)
        self.line.truncate()


def _guarded(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


class Features(Writer):
    """A FeatureCollection; see the head of this file for its places."""

    def begin(self) -> None:
        told = {"licence": LICENCE, "attribution": ATTRIBUTION, "as_of": self.about.as_of}
        self.out.write(b'{"type":"FeatureCollection",' + orjson.dumps(told)[1:-1] + b',"features":[')

    def write(self, told: Row, price: int | None) -> None:
        feature = {"type": "Feature", "id": told["code"], "geometry": None, "properties": flat(told, price)}
        self.out.write((b",\n" if self.rows else b"\n") + orjson.dumps(feature))

    def end(self) -> None:
        self.out.write(b"\n]}\n")


class Workbook(Writer):
    """The rows, a further worksheet for each million of them, and what the file is. No cell is ever a formula or a link."""

    most = 1_000_000  # rows of a worksheet; Excel holds 1,048,576 with the head

    def begin(self) -> None:
        self.book = xlsxwriter.Workbook(self.out, _OPTIONS)
        self.head = self.book.add_format({"bold": True, "bottom": 1})
        self._open(_("Products")[:31])

    def _open(self, name: str) -> None:
        self.sheet = self.book.add_worksheet(name)
        self.sheet.freeze_panes(1, 0)
        for at, title in enumerate(titles().values()):
            self.sheet.write_string(0, at, title, self.head)

    def write(self, told: Row, price: int | None) -> None:
        sheet, line = divmod(self.rows, self.most)
        if sheet and not line:
            self._open(f"{_('Products')[:25]} {sheet + 1}")
        for at, (name, value) in enumerate(flat(told, price).items()):
            if value is None or value == "":
                continue
            write = self.sheet.write_number if name in _NUMBERS else self.sheet.write_string
            if write(line + 1, at, value):
                raise ValueError(f"{told['code']} does not fit into a worksheet")

    def end(self) -> None:
        sheet = self.book.add_worksheet(_("About this file")[:31])
        for line, (what, value) in enumerate(self._about().items()):
            sheet.write_string(line, 0, what, self.head)
            (sheet.write_number if isinstance(value, int) else sheet.write_string)(line, 1, value)
        self.book.close()

    def abandon(self) -> None:
        # The library keeps the rows of a worksheet that is not finished in a file of its own.
        for sheet in self.book.worksheets():
            if sheet.row_data_fh and not sheet.row_data_fh.closed:
                sheet.row_data_fh.close()
                Path(sheet.row_data_filename).unlink(missing_ok=True)

    def _about(self) -> dict[str, int | str]:
        check = _("The SHA-256 of this file stands at %(address)s. Products that changed later are at %(changes)s.")
        address = {"address": f"{self.about.site}/api/v1/dataset", "changes": f"{self.about.site}/api/v1/changes?after={self.about.as_of}"}
        return {
            _("Products"): self.rows,
            _("As of change number"): self.about.as_of,
            _("Licence"): f"{LICENCE} ({LICENCE_ADDRESS})",
            _("Name as source"): ATTRIBUTION,
            _("How to check"): check % address,
        }


def titles() -> dict[str, str]:
    """The heads of the columns in words."""
    return {
        "code": _("Product code"),
        "name": _("Product name"),
        "pillar": _("Programme"),
        "category": _("Category"),
        "region_code": _("Region code"),
        "region": _("Region"),
        "producer": _("Producer"),
        "price": _("Price from (rupiah)"),
        "stars": _("Stars"),
        "stars_valid_until": _("Stars valid until"),
        "first_published": _("First shown"),
        "page": _("Page"),
    }


WRITERS: dict[DatasetFormat, type[Writer]] = {
    DatasetFormat.NDJSON: Lines,
    DatasetFormat.CSV: Commas,
    DatasetFormat.XLSX: Workbook,
    DatasetFormat.GEOJSON: Features,
}
