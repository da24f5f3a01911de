"""Forms of an instrument's parts. Every control is a plain text or a choice; the schema reads them, as it reads a file."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.formatting import number
from common.forms import NumberInput
from evaluations import states
from evaluations.instrument_checks import sum_of_section, top_of
from evaluations.instrument_edits import Address, Gone, part_at
from evaluations.instrument_files import MAX_BYTES
from evaluations.instrument_schema import (
    BAND,
    CRITERION,
    EVIDENCE,
    INSTRUMENT,
    LEVEL,
    MINIMUM,
    PATH,
    PATH_RULE,
    SECTION,
    UNASSESSABLE,
    WHEN,
    Content,
    Field,
    Record,
    raw_of,
    read_part,
)
from evaluations.instrument_words import DECIMALS, LABELS, NEEDS

Choices = list[tuple[str, str | Promise]]
MAX_ROWS = 30
NUMBERS = frozenset({"from", "points", "weight", "at_least", "stars", "at_most_level", "validity_months"})
LONG = {"note": 6, "guidance": 4, "advice": 3, "description": 2}
_NONE: Choices = [("", _("–"))]
CHOICES: dict[str, Choices] = {
    "judged_by": list(states.JudgedBy.choices),
    "applies_if": [("", _("always")), *states.AppliesIf.choices],
    "otherwise": list(states.Uncounted.choices),
    "sample": [choice for choice in states.Uncounted.choices if choice[0] != states.Uncounted.FULL],
    "effect": [("", _("no effect")), *states.LevelEffect.choices],
    "kind": list(states.EvidenceKind.choices),
    "need": list(NEEDS),
}


def control_of(one: Field, choices: Mapping[str, Choices]) -> forms.Field:
    """The control of one value; what is typed is judged by the schema, so nothing is required here."""
    label = LABELS[one.name]
    if one.name in choices:
        return forms.ChoiceField(label=label, choices=choices[one.name], required=False)
    if one.name == "is_proposal":
        return forms.BooleanField(label=label, required=False)
    widget: forms.Widget = forms.TextInput({"autocomplete": "off"})
    if one.name in NUMBERS:
        widget = NumberInput({f"data-{one.name.replace('_', '-')}": ""})
    elif one.name in LONG:
        widget = forms.Textarea({"rows": LONG[one.name]})
    # Spaces are the schema's to clean, and it says more about a NUL than Django's own words.
    field = forms.CharField(label=label, widget=widget, required=False, strip=False)
    field.validators = []
    return field


class RecordForm(forms.Form):
    """The values of one record; `content` is what the schema read, `raw` what was typed."""

    record: Record
    names: tuple[str, ...] = ()

    def __init__(self, data: QueryDict | None = None, *, content: Any = None, choices: Mapping[str, Choices] | None = None, **kwargs: Any):
        offered = CHOICES | dict(choices or {})
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(data, initial=self.initial_of(content or {}), **kwargs)
        for one in self.record.fields:
            if not self.names or one.name in self.names:
                self.fields[one.name] = control_of(one, offered)

    @classmethod
    def initial_of(cls, content: Any) -> dict[str, Any]:
        values = {name: value for name, value in content.items() if not isinstance(value, list | dict)}
        return {name: number(value) if name in DECIMALS else value for name, value in values.items()}

    def raw(self) -> dict[str, Any]:
        """What was typed, as a file would say it."""
        return {name: raw_of(self.cleaned_data.get(name)) for name in self.fields}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        raw = self.raw()
        _content, problems = read_part(self.record, raw)
        for problem in problems:
            name = str(problem.place[0]) if problem.place else None
            if name in self.fields and name not in self.errors:
                self.add_error(name, str(problem.message))
        return cleaned

    @property
    def is_filled(self) -> bool:
        """Whether anything but a ready-made choice was typed."""
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in self.fields if name not in CHOICES)


class HeadForm(RecordForm):
    """The instrument's own values; its key is chosen once."""

    record = INSTRUMENT
    names = ("name", "note", "is_proposal", "validity_months", "knock_out_path")


class UnassessableForm(RecordForm):
    record = UNASSESSABLE


class StartForm(RecordForm):
    """A new instrument."""

    record = INSTRUMENT
    names = ("code", "name")


class SectionForm(RecordForm):
    """Its points are summed with those of the other sections while one types."""

    record = SECTION

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        attrs = self.fields["points"].widget.attrs
        attrs.pop("data-points")
        attrs["data-section-points"] = ""


class CriterionForm(RecordForm):
    record = CRITERION


class LevelForm(RecordForm):
    record = LEVEL


class EvidenceForm(RecordForm):
    record = EVIDENCE


class BandForm(RecordForm):
    record = BAND


class PathForm(RecordForm):
    record = PATH


class MinimumForm(RecordForm):
    record = MINIMUM


class RuleForm(RecordForm):
    """A path and when it is taken, in one row."""

    record = Record("rule", (*PATH_RULE.fields, *WHEN.fields))

    @classmethod
    def initial_of(cls, content: Any) -> dict[str, Any]:
        return {"path": content.get("path"), **content.get("when", {})}

    def nested(self) -> dict[str, Any]:
        """The row in the shape of the content."""
        raw = self.raw()
        return {"path": raw.pop("path"), "when": raw}


class RowSet:
    """Rows of one kind. Which there are is read from the names that came; one left empty or ticked away is removed."""

    def __init__(
        self,
        form_class: type[RecordForm],
        prefix: str,
        rows: Iterable[Any],
        data: QueryDict | None = None,
        *,
        blanks: int = 2,
        choices: Mapping[str, Choices] | None = None,
    ):
        self.prefix, self.data = prefix, data
        filled = list(rows) if data is None else [{} for _number in self.numbers(data)]
        numbers = self.numbers(data) if data is not None else range(len(filled))
        made = zip(numbers, filled, strict=True)
        self.forms = [form_class(data, content=row, prefix=f"{prefix}-{number}", choices=choices) for number, row in made]
        if data is None:
            extra = range(len(filled), len(filled) + blanks)
            self.forms += [form_class(content={}, prefix=f"{prefix}-{number}", choices=choices) for number in extra]

    def numbers(self, data: QueryDict) -> list[int]:
        pattern = re.compile(rf"^{self.prefix}-([0-9]{{1,3}})-")
        return sorted({int(found[1]) for name in data if (found := pattern.match(name))})[:MAX_ROWS]

    @property
    def kept(self) -> list[RecordForm]:
        """The rows that are to stay."""
        return [form for form in self.forms if form.is_filled and f"{form.prefix}-remove" not in (self.data or {})]

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self.kept)

    def raw(self) -> list[dict[str, Any]]:
        return [form.nested() if isinstance(form, RuleForm) else form.raw() for form in self.kept]

    def __iter__(self) -> Any:
        return iter(self.forms)


class ImportForm(forms.Form):
    """One file, and whether a version that is not finished may be taken too."""

    upload = forms.FileField(
        label=_("File"),
        help_text=_("A YAML or Excel file (.xlsx) of at most 2 MB, as this page gives it out."),
        widget=forms.FileInput({"accept": ".yaml,.yml,.xlsx"}),
    )
    unfinished = forms.BooleanField(
        label=_("Take it although it cannot be published yet"),
        help_text=_("Sums and rules are then not checked now, but at publishing."),
        required=False,
    )

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is too large. At most 2 MB are possible."))
        return upload


class PointsTree:
    """The points of every section and level of one family, one small form each; what is not valid keeps its words."""

    def __init__(self, content: Content, family: str, data: QueryDict | None = None):
        self.sections = [_PointsOfSection(word, section, data) for word, section in self.parts(content, family)]

    @staticmethod
    def parts(content: Content, family: str) -> list[tuple[str, Content]]:
        """The shared sections and those of the family."""
        own = [s for one in content["variants"] if one["family"] == family for s in one["sections"]]
        return [*(("", section) for section in content["sections"]), *((family, section) for section in own)]

    def is_valid(self) -> bool:
        return all(form.is_valid() for section in self.sections for form in section.forms())

    def applied(self, content: Content) -> Content:
        """The content with these points; a part that is gone or has other levels now is a conflict the version shows."""
        changed = copy.deepcopy(content)
        for section in self.sections:
            section.apply(changed)
        return changed


class PointsForm(RecordForm):
    record = LEVEL
    names = ("points",)

    def clean(self) -> dict[str, Any]:
        cleaned = forms.Form.clean(self)
        for problem in read_part(Record("points", (LEVEL.fields[0],)), self.raw())[1]:
            self.add_error("points", str(problem.message))
        return cleaned


class _PointsOfSection:
    def __init__(self, family: str, section: Content, data: QueryDict | None):
        self.family, self.section = family, section
        name = f"{family or 'bersama'}-{section['code']}"
        self.form = PointsForm(data, content=section, prefix=name)
        self.form.fields["points"].widget.attrs = {"data-section-points": "", "inputmode": "decimal"}
        self.criteria = [_PointsOfCriterion(one, f"{name}-{one['code']}", data) for one in section["criteria"]]
        total = sum_of_section(section)
        self.sum, self.is_right = total, total == Decimal(section["points"])

    def forms(self) -> list[PointsForm]:
        return [self.form, *(form for criterion in self.criteria for form in criterion.forms)]

    def apply(self, content: Content) -> None:
        at = Address(self.family, self.section["code"])
        part_at(content, at)["points"] = self.form.raw()["points"]
        for criterion in self.criteria:
            levels = part_at(content, Address(at.family, at.section, criterion.criterion["code"]))["levels"]
            if len(levels) != len(criterion.forms):
                raise Gone(criterion.criterion["code"])
            for level, form in zip(levels, criterion.forms, strict=True):
                level["points"] = form.raw()["points"]


class _PointsOfCriterion:
    def __init__(self, criterion: Content, name: str, data: QueryDict | None):
        self.criterion = criterion
        levels = enumerate(criterion["levels"], start=1)
        self.forms = [PointsForm(data, content=level, prefix=f"{name}-{number}") for number, level in levels]
        self.rows = list(zip(criterion["levels"], self.forms, strict=True))
        self.max = top_of(criterion)
