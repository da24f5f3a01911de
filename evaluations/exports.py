"""Results as Excel files: the ranking, and every score. Written row by row to the disk, never whole in memory.

Scores stand one sheet of a reviewer a row, one worksheet a family. One row for each sheet and criterion would be 450,000
rows for a large round, near the limit of Excel and ten times as slow; and one common worksheet would be mostly empty,
because families share no criteria of quality. So the columns of a worksheet are the criteria of its own family, and its
rows compare at a glance. Remarks are long and rare and stand in a worksheet of their own.

Every text is written as text: no cell is ever a formula.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from common.formatting import date_long, moment
from regions.models import Region
from registry.models import Category

from . import scoring
from .models import DevelopmentPath, Result, ResultSet, Score, Sheet
from .ranking import all_places, compared, hidden_count, shown
from .rubrics import published_rubric
from .sheet_rubric import words_for
from .states import SheetOrigin

if TYPE_CHECKING:
    from accounts.models import User

    from .queries.results import ResultQuerySet

BATCH = 200
RANKS = ("rank", "rank_pillar", "rank_regency", "rank_family")
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class Book:
    """A workbook on the disk whose rows are written once, from top to bottom."""

    def __init__(self) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - closed by the answer that sends it
        self.book = xlsxwriter.Workbook(self.file, OPTIONS)
        self.head = self.book.add_format({"bold": True, "bg_color": "#f6f0e3", "bottom": 1, "text_wrap": True, "valign": "top"})
        self.points = self.book.add_format({"num_format": "0.00"})

    def table(self, name: str, titles: Iterable[str], widths: Iterable[int] = ()) -> Table:
        return Table(self, self.book.add_worksheet(name[:31]), list(titles), list(widths))

    def done(self) -> IO[bytes]:
        self.book.close()
        self.file.seek(0)
        return self.file


class Table:
    """One worksheet with a head that stays in sight."""

    def __init__(self, book: Book, sheet: Worksheet, titles: list[str], widths: list[int]):
        self.book, self.sheet, self.line = book, sheet, 0
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        sheet.freeze_panes(1, 0)
        for at, title in enumerate(titles):
            sheet.write_string(0, at, title, book.head)

    def add(self, values: Iterable[Any]) -> None:
        self.line += 1
        for at, value in enumerate(values):
            self._cell(at, value)

    def _cell(self, at: int, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, Decimal):
            self.sheet.write_number(self.line, at, float(value), self.book.points)
        elif isinstance(value, int) and not isinstance(value, bool):
            self.sheet.write_number(self.line, at, value)
        else:
            self.sheet.write_string(self.line, at, str(value))


# --- what both files say of themselves -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Labels:
    """Names that rows of results only hold as codes."""

    regencies: dict[str, str]
    families: dict[str, str]
    paths: dict[tuple[int, str], str]


def labels_of(rows: ResultQuerySet) -> Labels:
    """The names behind the codes: three queries."""
    codes = rows.order_by().values("entrant__regency_code")
    paths = DevelopmentPath.objects.filter(instrument__in=rows.order_by().values("entrant__instrument"))
    return Labels(
        dict(Region.objects.in_force().filter(code__in=codes).values_list("code", "name")),
        {group.slug: group.name for group in Category.objects.groups()},
        {(instrument, key): label for instrument, key, label in paths.values_list("instrument", "key", "label")},
    )


def about(book: Book, result_set: ResultSet, user: User) -> None:
    """The worksheet that says what the file is, who took it, and what it leaves out for that person."""
    table = book.table(_("About this file"), [_("What"), _("Value")], [34, 90])
    for line in _about(result_set, user):
        table.add(line)


def _about(result_set: ResultSet, user: User) -> Iterator[tuple[str, Any]]:
    decree = getattr(result_set, "decree", None)
    yield _("Evaluation round"), result_set.round.name
    yield _("Version of the results"), result_set.version
    yield _("Closed"), moment(result_set.closed_at)
    yield _("Decree (SK)"), _decree_words(decree)
    if result_set.superseded_at:
        yield _("Note"), _("A later version has replaced these results.")
    yield _("Fingerprint (SHA-256)"), result_set.sha256
    yield _("Rounding"), _("Each total is rounded once, half up, to two decimals. Equal points share a rank and the next rank is skipped.")
    hidden = hidden_count(result_set, user)
    if hidden:
        words = _("%(count)s products are left out because you have a conflict of interest. Ranks are counted without them.")
        yield _("Left out"), words % {"count": hidden}
    yield _("Taken by"), f"{user}, {moment(timezone.now())}"


def _decree_words(decree: Any) -> str:
    if decree is None:
        return _("Waits for the decree")
    words = {"number": decree.number, "day": date_long(decree.decreed_on)}
    return (_("%(number)s of %(day)s, revoked") if decree.revoked_at else _("%(number)s of %(day)s")) % words


# --- the ranking -----------------------------------------------------------------------------------------------------


def ranking_file(result_set: ResultSet, user: User) -> IO[bytes]:
    """The ranking of a close as the person may read it, one product a row; the caller closes the file."""
    rows = shown(result_set, user)
    codes = _section_codes(rows)
    book = Book()
    table = book.table(
        _("Ranking"), [*_ranking_titles(), *(_("Section %(code)s") % {"code": code} for code in codes)], [8, 8, 8, 8, 14, 34, 34]
    )
    ordered = rows.select_related("entrant__instrument").defer("inputs").order_by("is_knocked_out", "-total", "entrant__number")
    write_ranking(table, ordered.iterator(chunk_size=BATCH), all_places(compared(result_set, user)), labels_of(rows), codes)
    about(book, result_set, user)
    return book.done()


def _ranking_titles() -> list[str]:
    return [
        *(_("Overall rank"), _("Rank in the pillar"), _("Rank in the regency"), _("Rank in the category")),
        *(_("Code"), _("Product"), _("Producer"), _("Pillar"), _("Regency"), _("Category")),
        *(_("Points"), _("Stars"), _("Knocked out"), _("Development path"), _("Instrument"), _("Fingerprint (SHA-256)")),
    ]


def _section_codes(rows: ResultQuerySet) -> list[str]:
    pairs = rows.order_by().values_list("entrant__instrument", "entrant__family").distinct()
    return sorted({section.code for pair in pairs for section in published_rubric(*pair).sections})


def write_ranking(table: Table, rows: Iterable[Result], places: dict[int, dict[str, int]], labels: Labels, codes: list[str]) -> None:
    """One row for each result, as they come."""
    for row in rows:
        entrant = row.entrant
        sections = (Decimal(row.sections[code]) if code in row.sections else None for code in codes)
        table.add(
            [
                *(places.get(row.pk, {}).get(name) for name in RANKS),
                *_product(row, labels),
                row.total,
                row.stars,
                _("yes") if row.is_knocked_out else "",
                labels.paths.get((entrant.instrument_id, row.path_key), row.path_key),
                str(entrant.instrument),
                row.sha256,
                *sections,
            ]
        )


def _product(row: Result, labels: Labels) -> list[str]:
    entrant = row.entrant
    place = labels.regencies.get(entrant.regency_code, entrant.regency_code)
    family = labels.families.get(entrant.family, entrant.family)
    return [entrant.code, entrant.name, entrant.producer_name, str(entrant.get_pillar_display()), place, family]


def chunks(rows: Iterator[Result]) -> Iterator[list[Result]]:
    """Rows by the batch, so that what belongs to them is read with few queries and little memory."""
    while chunk := list(islice(rows, BATCH)):
        yield chunk


# --- every score -----------------------------------------------------------------------------------------------------


def scores_file(result_set: ResultSet, user: User) -> IO[bytes]:
    """Every sheet that counted in a close, one a row, a worksheet for each family; the caller closes the file."""
    rows = shown(result_set, user)
    labels, book = labels_of(rows), Book()
    groups = rows.order_by("entrant__family", "entrant__instrument").values_list("entrant__family", "entrant__instrument").distinct()
    remarks = book.table(_("Remarks"), [_("Code"), _("Product"), _("Reviewer"), _("Criterion"), _("Remark")], [14, 34, 26, 34, 90])
    for number, (family, instrument) in enumerate(groups, start=1):
        name = _sheet_name(number, labels.families.get(family, family))
        writer = ScoreWriter(book, name, instrument, family, remarks)
        writer.write(rows.filter(entrant__family=family, entrant__instrument=instrument), labels)
    about(book, result_set, user)
    return book.done()


def _sheet_name(number: int, name: str) -> str:
    """A name Excel takes: without its signs of formulas, at most 31 letters, told apart by a number."""
    return f"{number} {''.join(letter for letter in name if letter not in '[]:*?/' + chr(92) + chr(39))}"[:31]


class ScoreWriter:
    """The worksheet of one family under one instrument."""

    def __init__(self, book: Book, name: str, instrument: int, family: str, remarks: Table):
        self.rubric, self.remarks = published_rubric(instrument, family), remarks
        self.criteria = list(words_for(instrument, family).criteria.values())
        self.names = {criterion.pk: str(criterion) for criterion in self.criteria}
        self.points = {rule.code: [scoring.round_half_up(level.points) for level in rule.levels] for rule in self.rubric.criteria()}
        self.table = book.table(name, self._titles(), [14, 34, 34, 10, 20, 20, 26, 18])

    def _titles(self) -> list[str]:
        sections = [_("Section %(code)s") % {"code": section.code} for section in self.rubric.sections]
        first = [_("Code"), _("Product"), _("Producer"), _("Pillar"), _("Regency"), _("Category")]
        own = [_("Reviewer"), _("How it came about"), _("Entered from paper"), _("Points"), *sections]
        return [*first, *own, *(str(criterion) for criterion in self.criteria), _("Advice for the maker")]

    def write(self, rows: ResultQuerySet, labels: Labels) -> None:
        ordered = rows.select_related("entrant").order_by("entrant__number")
        for chunk in chunks(ordered.iterator(chunk_size=BATCH)):
            keys = [one["key"] for row in chunk for one in row.inputs["sheets"]]
            sheets = {str(sheet.key): sheet for sheet in Sheet.objects.filter(key__in=keys).select_related("reviewer")}
            said = self._said(sheets.values())
            for row in chunk:
                for one in row.inputs["sheets"]:
                    sheet = sheets.get(one["key"])
                    self._row(row, one, sheet, labels)
                    if sheet:
                        self._remark(row, sheet, said[sheet.pk])

    @staticmethod
    def _said(sheets: Iterable[Sheet]) -> dict[int, list[Score]]:
        """The remarks of these sheets, by sheet."""
        said: dict[int, list[Score]] = defaultdict(list)
        for score in Score.objects.filter(sheet__in=sheets).exclude(comment="").order_by("criterion"):
            said[score.sheet_id].append(score)
        return said

    def _row(self, row: Result, one: dict[str, Any], sheet: Sheet | None, labels: Labels) -> None:
        about_product = scoring.Circumstances(row.inputs["facts"], row.inputs["has_sample"])
        points = scoring.sheet_points(self.rubric, one["choices"], about_product)
        chosen = (self._points(criterion.code, one["choices"].get(criterion.code)) for criterion in self.criteria)
        self.table.add(
            [
                *_product(row, labels),
                str(sheet.reviewer) if sheet else "",
                str(SheetOrigin(one["origin"]).label),
                _("yes") if sheet and sheet.is_paper else "",
                scoring.round_half_up(points.total),
                *(scoring.round_half_up(value) for value in points.sections.values()),
                *chosen,
                sheet.comment if sheet else "",
            ]
        )

    def _points(self, code: str, position: int | None) -> Decimal | None:
        return self.points[code][position - 1] if position else None

    def _remark(self, row: Result, sheet: Sheet, said: list[Score]) -> None:
        for score in said:
            name = self.names.get(score.criterion_id, "")
            self.remarks.add([row.entrant.code, row.entrant.name, str(sheet.reviewer), name, score.comment])
