"""An instrument as one Excel file: a sheet for each kind of part. Everything is written as text, so no cell is ever a formula."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import python_calamine as calamine
import xlsxwriter
from django.utils.translation import gettext as _

from .instrument_files import FileError, Parsed, check_size, nearest, refuse, take
from .instrument_schema import BAND, CRITERION, EVIDENCE, LEVEL, MINIMUM, PATH, SECTION, SHARED, Content, Place
from .instrument_zip import harmless

HEAD = "Instrumen"
HEAD_NAMES = ("code", "name", "note", "is_proposal", "rounding", "validity_months", "knock_out_path")
UNASSESSABLE_NAMES = ("unassessable_sample", "unassessable_note")
FLAT = {"bands": ("Bintang", BAND), "paths": ("Jalur", PATH), "minimum_sections": ("Minimum", MINIMUM)}
RULES = ("Aturan jalur", ("path", "criterion", "at_most_level"))


def _columns(record: Any, *before: str) -> tuple[str, ...]:
    return (*before, *(one.name for one in record.fields))


# sheet: its columns. The rows of the inner parts name where they belong: family (empty: shared), section, criterion.
SHEETS: dict[str, tuple[str, ...]] = {
    HEAD: ("name", "value"),
    **{sheet: _columns(record) for sheet, record in FLAT.values()},
    RULES[0]: RULES[1],
    "Bagian": _columns(SECTION, "family"),
    "Kriteria": _columns(CRITERION, "family", "section"),
    "Tingkat": _columns(LEVEL, "family", "section", "criterion"),
    "Bukti": _columns(EVIDENCE, "family", "section", "criterion"),
}


# --- writing --------------------------------------------------------------------------------------------------------


def dump(content: Content) -> bytes:
    """The file of a content."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#f6f0e3", "bottom": 1})
    body = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    rows = dict.fromkeys(SHEETS, ()) | {name: list(found) for name, found in _rows(content).items()}
    for name, columns in SHEETS.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, 22, body)
        for at, title in enumerate(columns):
            sheet.write_string(0, at, title, head)
        for line, row in enumerate(rows[name], start=1):
            for at, title in enumerate(columns):
                sheet.write_string(line, at, _shown(row.get(title)), body)
    book.close()
    return out.getvalue()


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return ("ya" if value else "tidak") if isinstance(value, bool) else str(value)


def _rows(content: Content) -> dict[str, Iterator[dict[str, Any]] | list[dict[str, Any]]]:
    about = content["unassessable"]
    head = {name: content[name] for name in HEAD_NAMES} | {"unassessable_sample": about["sample"], "unassessable_note": about["note"]}
    return {
        HEAD: [{"name": name, "value": value} for name, value in head.items()],
        **{sheet: content[name] for name, (sheet, _record) in FLAT.items()},
        RULES[0]: [{"path": rule["path"], **rule["when"]} for rule in content["path_rules"]],
        "Bagian": [{"family": family, **section} for family, section in _sections(content)],
        "Kriteria": [{**at, **criterion} for at, criterion in _criteria(content)],
        "Tingkat": [{**at, "criterion": one["code"], **level} for at, one in _criteria(content) for level in one["levels"]],
        "Bukti": [{**at, "criterion": one["code"], **proof} for at, one in _criteria(content) for proof in one["evidence"]],
    }


def _sections(content: Content) -> Iterator[tuple[str, Content]]:
    yield from ((SHARED, section) for section in content["sections"])
    for family in content["variants"]:
        yield from ((family["family"], section) for section in family["sections"])


def _criteria(content: Content) -> Iterator[tuple[Content, Content]]:
    for family, section in _sections(content):
        yield from (({"family": family, "section": section["code"]}, criterion) for criterion in section["criteria"])


# --- reading --------------------------------------------------------------------------------------------------------


def load(data: bytes, *, families: set[str] | None = None) -> Content:
    """The content of a file; raises FaultyFile with all errors, sheets and cells."""
    return take(parse(data), families=families)


def parse(data: bytes) -> Parsed:
    """The file as raw values with their cells; raises FaultyFile where it is no workbook at all."""
    check_size(data)
    book = _opened(harmless(data))
    builder = Builder()
    for name in SHEETS:
        builder.sheet(name, book.get(name))
    return Parsed(builder.raw, builder.errors, lambda place: nearest(builder.cells, place))


def _opened(data: bytes) -> dict[str, list[list[Any]]]:
    """The rows of the known sheets. The reader's own failures, whatever their class, mean: not a workbook."""
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names if name in SHEETS}
    except Exception:
        raise refuse(_("The file is not an Excel file (.xlsx).")) from None
    except BaseException as error:
        # A panic of the compiled reader is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise refuse(_("The file is not an Excel file (.xlsx).")) from None


def _cell_text(value: Any) -> Any:
    """A cell as text, None where it is empty; what is no text or number stays as it is and is refused later."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value) if isinstance(value, int | str) else [value]


def cell(sheet: str, row: int, column: int) -> str:
    """The name of a cell: Kriteria!D5; row and column count from 0."""
    return f"{sheet}!{chr(65 + column)}{row + 1}"


@dataclass
class Builder:
    """Rows put where they belong, with the cell of every value."""

    raw: dict[str, Any] = field(default_factory=lambda: {"unassessable": {}, "sections": [], "variants": []})
    errors: list[FileError] = field(default_factory=list)
    cells: dict[Place, str] = field(default_factory=dict)
    # (family, section, criterion) as written -> the raw part and its place
    parts: dict[tuple[str, ...], tuple[dict[str, Any], Place]] = field(default_factory=dict)

    def sheet(self, name: str, rows: list[list[Any]] | None) -> None:
        if rows is None:
            self.errors.append(FileError(name, _("This sheet is missing.")))
            return
        titles = [str(title).strip() for title in rows[0]] if rows else []
        lacking = [title for title in SHEETS[name] if title not in titles]
        unknown = [(at, title) for at, title in enumerate(titles) if title and (title not in SHEETS[name] or titles.index(title) != at)]
        self.errors += [FileError(cell(name, 0, at), _("%(name)s is not a column of this sheet") % {"name": t}) for at, t in unknown]
        if lacking:
            self.errors.append(FileError(cell(name, 0, 0), _("These columns are missing: %(names)s") % {"names": ", ".join(lacking)}))
            return
        where = {title: titles.index(title) for title in SHEETS[name]}
        for line, row in enumerate(rows[1:], start=1):
            values = {title: _cell_text(row[at]) for title, at in where.items()}
            if any(value is not None for value in values.values()):
                self.row(name, line, values, where)

    def row(self, name: str, line: int, values: dict[str, Any], where: dict[str, int]) -> None:
        spots = {title: cell(name, line, at) for title, at in where.items()}
        if name == HEAD:
            self._head(values, spots)
        elif name == RULES[0]:
            self._add(self.raw, (), "path_rules", {"path": values["path"], "when": _without(values, "path")}, spots)
        elif name in ("Bagian", "Kriteria", "Tingkat", "Bukti"):
            self._inner(name, values, spots)
        else:
            kind = next(key for key, (sheet, _record) in FLAT.items() if sheet == name)
            self._add(self.raw, (), kind, values, spots)

    def _head(self, values: dict[str, Any], spots: dict[str, str]) -> None:
        name = values["name"] if isinstance(values["name"], str) else ""
        if name not in HEAD_NAMES + UNASSESSABLE_NAMES:
            self.errors.append(FileError(spots["name"], _("%(name)s is not a name of this sheet") % {"name": name}))
            return
        place: Place = ("unassessable", name.removeprefix("unassessable_")) if name in UNASSESSABLE_NAMES else (name,)
        if place in self.cells:
            self.errors.append(FileError(spots["name"], _("%(name)s stands here a second time") % {"name": name}))
        target = self.raw["unassessable"] if len(place) > 1 else self.raw
        target[str(place[-1])], self.cells[place] = values["value"], spots["value"]

    def _inner(self, name: str, values: dict[str, Any], spots: dict[str, str]) -> None:
        """A section, or a row that belongs to one named before."""
        above = [title for title in ("family", "section", "criterion") if title in values]
        own = _without(values, *above)
        key = tuple(_word(values[title]) for title in above)
        parent, place = self._family(key[0], spots) if name == "Bagian" else self.parts.get(key, (None, ()))
        if parent is None:
            words = _("This row belongs to %(names)s, which does not stand in the sheet before.")
            self.errors.append(FileError(spots[above[-1]], words % {"names": " / ".join(part or "–" for part in key)}))
            return
        kind = {"Bagian": "sections", "Kriteria": "criteria", "Tingkat": "levels", "Bukti": "evidence"}[name]
        made = self._add(parent, place, kind, own, spots)
        if name in ("Bagian", "Kriteria"):
            self.parts.setdefault((*key, _word(own["code"])), made)

    def _family(self, family: str, spots: dict[str, str]) -> tuple[dict[str, Any], Place]:
        """Where the sections of a family go."""
        if not family:
            return self.raw, ()
        for index, known in enumerate(self.raw["variants"]):
            if known["family"] == family:
                return known, ("variants", index)
        return self._add(self.raw, (), "variants", {"family": family, "sections": []}, spots)

    def _add(self, parent: dict[str, Any], at: Place, kind: str, values: dict[str, Any], spots: dict[str, str]) -> Any:
        rows = parent.setdefault(kind, [])
        place = (*at, kind, len(rows))
        rows.append(values)
        self.cells[place] = next(iter(spots.values()))
        self.cells |= {(*place, title): spot for title, spot in spots.items()}
        self.cells |= {(*place, "when", title): spots[title] for title in values.get("when") or ()}
        return values, place


def _without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {title: value for title, value in values.items() if title not in names}


def _word(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
