"""The small forms a step is put together from. Nothing is required: drafts are legal while incomplete.

Each form answers `values()`: what was typed and can be read, in the words of the services. What cannot be read is left
out, so that it stays in the control with its reason while the fields beside it are saved.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.validators import clean_phone
from common.formatting import phone
from common.forms import CountField, PlainTextField, QuantityField, RupiahField
from registry.models import Category, Enterprise, Product
from registry.models.producers import nib_validator
from registry.models.products import barcode_validator
from registry.presentation import month_name
from registry.states import ChainPlace, LegalForm, MeasureUnit
from registry.text import fold

BLANK_CHOICE = ("", _("Choose"))
EARLIEST_YEAR = 1900


def area(rows: int) -> forms.Textarea:
    """A text control of so many lines."""
    return forms.Textarea({"rows": rows})


class PartForm(forms.Form):
    """One group of controls. `copied` are the columns it shows as they stand."""

    copied: tuple[str, ...] = ()

    @classmethod
    def initial_of(cls, row: Model | None) -> dict[str, Any]:
        return {name: getattr(row, name) for name in cls.copied} if row else {}

    def values(self) -> dict[str, Any]:
        """What can be read, by name."""
        return dict(self.cleaned_data)

    @property
    def is_filled(self) -> bool:
        """Whether anything was typed here."""
        return any(str(self[name].value() or "").strip() for name in self.fields)


class NameForm(PartForm):
    copied = ("name",)
    name = PlainTextField(label=_("Name of the product"), help_text=_("Write it as it stands on the pack."), max_length=120, required=False)


def category_choices() -> list[Any]:
    """Offered categories under their groups."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for category in Category.objects.offered():
        groups.setdefault(category.parent.name, []).append((category.slug, category.name))
    return [BLANK_CHOICE, *groups.items()]


class CategoryForm(PartForm):
    category = forms.ChoiceField(label=_("Category"), required=False, choices=category_choices)

    @classmethod
    def initial_of(cls, row: Product) -> dict[str, Any]:
        return {"category": row.category.slug if row.category else ""}


class SummaryForm(PartForm):
    copied = ("summary",)
    summary = PlainTextField(
        label=_("About the product"),
        help_text=_("What is it, and what is special about it? At least two sentences."),
        max_length=600,
        multiline=True,
        required=False,
        widget=forms.Textarea({"rows": 5, "data-count": "600"}),
    )


class PlaceForm(PartForm):
    copied = ("place_note",)
    place_note = PlainTextField(
        label=_("Hamlet or place"), help_text=_("Where is it made? Example: Dusun 2."), max_length=150, required=False
    )


class MakerForm(PartForm):
    """The enterprise that makes the product; another one of the same producer may be chosen instead."""

    copied = ("name", "legal_form", "nib", "founded_year", "members", "women", "disabled")
    known = forms.ChoiceField(label=_("Maker"), required=False, help_text=_("Choose one already known, or write a new one below."))
    name = PlainTextField(
        label=_("Name of the maker"),
        help_text=_("The group, BUM Desa, cooperative or family that makes it."),
        max_length=150,
        required=False,
    )
    legal_form = forms.ChoiceField(label=_("Legal form"), choices=LegalForm, required=False, initial=LegalForm.GROUP)
    nib = forms.CharField(
        label="NIB", help_text=_("13 figures. Leave it empty if there is none yet."), required=False, validators=[nib_validator]
    )
    founded_year = CountField(label=_("Since (year)"), required=False, min_value=EARLIEST_YEAR)
    members = CountField(label=_("Members"), required=False, max_value=100_000)
    women = CountField(label=_("Of whom women"), required=False, max_value=100_000)
    disabled = CountField(label=_("Of whom people with disability"), required=False, max_value=100_000)

    def __init__(self, *args: Any, makers: list[Enterprise] | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # Saved when the control is left: a half-typed name would be somebody else's.
        self.fields["name"].widget.attrs["data-save-on"] = "change"
        self.fields["nib"].widget.attrs["inputmode"] = "numeric"
        others = [(str(maker.pk), maker.name) for maker in makers or []]
        self.fields["known"].choices = [("", _("Another one, written below")), *others]
        if not others:
            del self.fields["known"]

    def clean_nib(self) -> str:
        return "".join(self.cleaned_data["nib"].split())

    def clean_founded_year(self) -> int | None:
        year = self.cleaned_data["founded_year"]
        if year is not None and year > timezone.localdate().year:
            raise ValidationError(_("This year has not come yet."))
        return year

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        members = data.get("members")
        for name in ("women", "disabled"):
            if members is not None and (data.get(name) or 0) > members:
                self.add_error(name, _("There cannot be more than members."))
        return data

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        known = data.pop("known", "")
        if known:  # the chosen one as it stands: what the form showed belonged to another maker
            return {"known": int(known), "name": data.get("name", "")}
        if not data.get("legal_form"):
            data.pop("legal_form", None)
        return data if data.get("name") else {}


class ContactForm(PartForm):
    copied = ("name", "phone")
    name = PlainTextField(label=_("Name of the contact"), help_text=_("Whom may buyers call?"), max_length=120, required=False)
    phone = forms.CharField(label=_("WhatsApp or phone"), help_text=_("Example: 0812 3456 7890"), required=False)
    consent = forms.BooleanField(
        label=_("This person agrees"),
        help_text=_(
            "I have asked this person. The name and number may be shown to everybody on the product page. "
            "The person can take this back at any time."
        ),
        required=False,
    )
    # Whose consent the tick stood for when the form was made: a tick left standing does not speak for another person.
    agreed_name = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        if row is None:
            return {}
        return {"name": row.name, "phone": phone(row.phone), "consent": row.is_public, "agreed_name": row.name if row.is_public else ""}

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        asked = typed.get("agreed_name", "")
        if typed.get("consent") and asked and fold(asked) != fold(typed.get("name", "")):
            self._ask_again()
        return typed

    def _ask_again(self) -> None:
        """Show the tick empty and free for the new person; name and number beside it are kept."""
        self.add_error("consent", _("The name has changed. Tick again when this person agrees too."))
        self.data = self.data.copy()
        self.data.pop(self.add_prefix("consent"), None)
        self.data[self.add_prefix("agreed_name")] = ""

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "agreed_name"}

    @property
    def is_filled(self) -> bool:
        return any(str(self[name].value() or "").strip() for name in ("name", "phone", "consent"))

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])


class VariantForm(PartForm):
    """One size with its price; the key is made before the row is first sent, so that sending it twice makes one row."""

    copied = ("label", "net_content", "unit", "price", "barcode")
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    net_content = QuantityField(label=_("Content"), required=False, max_digits=10, decimal_places=2)
    unit = forms.ChoiceField(label=_("Unit"), choices=[BLANK_CHOICE, *MeasureUnit.choices], required=False)
    price = RupiahField(label=_("Price"), required=False, min_value=1, max_value=10**12)
    label = PlainTextField(label=_("Name of this size (may be skipped)"), max_length=80, required=False)
    barcode = forms.CharField(label=_("Barcode (may be skipped)"), required=False, validators=[barcode_validator])

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["barcode"].widget.attrs["inputmode"] = "numeric"

    @property
    def is_filled(self) -> bool:
        return any(str(self[name].value() or "").strip() for name in self.copied)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.is_filled and not data.get("unit") and "unit" not in self.errors:
            self.add_error("unit", _("Choose the unit. Example: g."))
        return data

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "unit" or value}


class OnRequestForm(PartForm):
    copied = ("price_on_request",)
    price_on_request = forms.BooleanField(
        label=_("Price: ask"), help_text=_("The price differs. Buyers ask for it. The size still has to be written."), required=False
    )


class StoryForm(PartForm):
    copied = ("story",)
    story = PlainTextField(
        label=_("The story of the product"),
        help_text=_("Who makes it, since when, how, and from what? Write as you would tell a guest."),
        max_length=4000,
        required=False,
        multiline=True,
        widget=forms.Textarea({"rows": 10, "data-count": "4000"}),
    )


class RawMaterialForm(PartForm):
    copied = ("raw_material",)
    raw_material = PlainTextField(
        label=_("Main raw material"), help_text=_("Example: red coffee cherries."), max_length=150, required=False
    )


class OriginForm(PartForm):
    copied = ("raw_material_origin",)
    raw_material_origin = PlainTextField(
        label=_("Where does it come from?"),
        help_text=_("Own gardens, another village, or from outside NTT."),
        max_length=200,
        required=False,
    )


class ReplacesForm(PartForm):
    copied = ("replaces_import",)
    replaces_import = PlainTextField(
        label=_("Which goods from outside can it replace?"),
        help_text=_("May be skipped. Example: packed coffee from Java."),
        max_length=150,
        required=False,
    )


class ChainForm(PartForm):
    """One step of the value chain: the price of one selling unit after it, and where it is done."""

    copied = ("price_after", "place", "note")
    price_after = RupiahField(label=_("Price after this step"), required=False, min_value=1, max_value=10**12)
    place = forms.ChoiceField(label=_("Where?"), choices=[BLANK_CHOICE, *ChainPlace.choices], required=False)
    note = PlainTextField(label=_("Note (may be skipped)"), max_length=150, required=False)

    @property
    def is_filled(self) -> bool:
        return any(str(self[name].value() or "").strip() for name in self.copied)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.is_filled and not data.get("place") and "place" not in self.errors:
            self.add_error("place", _("Choose where this step is done."))
        if self.is_filled and data.get("price_after") is None and "price_after" not in self.errors:
            self.add_error("price_after", _("Write the price after this step. Example: 25000"))
        return data


class SharesForm(PartForm):
    copied = ("shares_public",)
    shares_public = forms.BooleanField(
        label=_("The public may see the shares"),
        help_text=_("Only shares in percent are shown, never the rupiah of each step."),
        required=False,
    )


class MonthsForm(PartForm):
    copied = ("months",)
    months = forms.TypedMultipleChoiceField(
        label=_("In which months is it made?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["months"].choices = [(month, month_name(month)) for month in range(1, 13)]
        self.fields["months"].widget.grid = True

    def values(self) -> dict[str, Any]:
        return {name: sorted(value) for name, value in self.cleaned_data.items()}


class CapacityForm(PartForm):
    peak = QuantityField(label=_("How much a month in season?"), required=False, max_digits=12, decimal_places=2)
    lean = QuantityField(label=_("How much a month out of season?"), required=False, max_digits=12, decimal_places=2)
    unit = forms.ChoiceField(label=_("Unit"), choices=[BLANK_CHOICE, *MeasureUnit.choices], required=False)

    @classmethod
    def initial_of(cls, row: Product) -> dict[str, Any]:
        return {"peak": row.capacity_peak, "lean": row.capacity_lean, "unit": row.capacity_unit}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if (data.get("peak") is not None or data.get("lean") is not None) and not data.get("unit") and "unit" not in self.errors:
            self.add_error("unit", _("Choose the unit. Example: kg."))
        return data
