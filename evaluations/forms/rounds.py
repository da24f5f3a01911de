"""What is typed about a round: its settings, the step to another phase, products, samples and visits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.states import Pillar
from common.forms import CountField, PlainTextField, QuantityField
from evaluations.models import Instrument, Round
from evaluations.queries.instruments import families_of
from evaluations.services.rounds import ALWAYS_OPEN
from evaluations.states import EntrantState, Phase, SeesOthers
from regions.models import Level, Region
from registry.models import Category

BEFORE_SCORING = (Phase.ENTRY, Phase.DOCUMENTS, Phase.SAMPLES)


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day (WITA) as the phone's own calendar gives it."""
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date", "class": "short"}, format="%Y-%m-%d"), **kwargs)


def family_choices() -> list[tuple[str, str, list[Instrument]]]:
    """Every category family with its name and the instruments in force that have a part for it."""
    rows = Instrument.objects.in_force().prefetch_related("sections").order_by("code", "-version")
    parts = [(instrument, set(families_of(instrument))) for instrument in rows]
    return [
        (group.slug, group.name, [instrument for instrument, families in parts if group.slug in families])
        for group in Category.objects.groups()
    ]


class RoundForm(forms.Form):
    """The settings of a round. Once scoring has begun only what the service lets change is asked."""

    name = PlainTextField(label=_("Name"), max_length=120, help_text=_("Example: Evaluasi OVOP 2026"))
    year = forms.IntegerField(label=_("Year"), min_value=2025, max_value=2100, widget=forms.NumberInput({"class": "short"}))
    pillars = forms.MultipleChoiceField(label=_("Pillars"), choices=Pillar.choices, widget=forms.CheckboxSelectMultiple)
    region_codes = forms.MultipleChoiceField(label=_("Areas"), widget=forms.CheckboxSelectMultiple)
    documents_due_on = day_field(_("Documents complete until"))
    scoring_opens_on = day_field(_("Scoring from"))
    scoring_closes_on = day_field(_("Scoring until"), help_text=_("This day counts too, until 23.59 WITA."))
    reviewers_per_product = CountField(label=_("Reviewers for each product"), min_value=1, max_value=9, suffix=_("people"))
    load_limit = CountField(label=_("Most products for one reviewer"), min_value=1, max_value=5000, suffix=_("products"))
    spread_threshold = QuantityField(
        label=_("When do two sheets lie too far apart?"),
        max_value=100,
        max_digits=5,
        decimal_places=2,
        suffix=_("points"),
        help_text=_("From this difference on, one more reviewer joins and the product goes to the Rakor."),
    )
    quorum = CountField(label=_("Members for a valid Rakor"), min_value=1, max_value=500, suffix=_("people"))
    sees_others = forms.ChoiceField(
        label=_("When do reviewers see the scores of others?"), choices=SeesOthers.choices, widget=forms.RadioSelect
    )
    is_blind = forms.BooleanField(
        label=_("Reviewers do not see each other's names"), required=False, help_text=_("Chair and secretary always see them.")
    )
    self_assessment_due_on = day_field(
        _("Self-assessment by producers until"), required=False, help_text=_("Leave it empty and producers do not assess themselves.")
    )
    appeal_days = CountField(label=_("Working days to object to a result"), min_value=0, max_value=90, suffix=_("days"))
    seed = forms.IntegerField(
        label=_("Number of the draw"),
        min_value=0,
        max_value=2_000_000_000,
        widget=forms.NumberInput({"class": "short"}),
        help_text=_("The same number draws the same reviewers, so a draw can be checked. It may stay as it is."),
    )

    def __init__(self, *args: Any, round: Round | None = None, **kwargs: Any):
        self.round = round
        kwargs["initial"] = self._initial(round)
        super().__init__(*args, **kwargs)
        self.fields["region_codes"].widget.grid = True
        self.fields["region_codes"].choices = self._areas()
        self._add_families()
        if round and round.phase not in BEFORE_SCORING:
            for name in set(self.fields) - ALWAYS_OPEN:
                del self.fields[name]

    def _initial(self, round: Round | None) -> dict[str, Any]:
        names = [name for name in self.base_fields if name in {field.name for field in Round._meta.fields}]
        shown = round or Round(year=timezone.localdate().year, pillars=Pillar.values, region_codes=[settings.PROVINCE_CODE])
        return {name: getattr(shown, name) for name in names}

    def _areas(self) -> list[tuple[str, str]]:
        inside = Region.objects.in_force().filter(parent=settings.PROVINCE_CODE, level=Level.REGENCY).order_by("name")
        rows = [(settings.PROVINCE_CODE, _("The whole province")), *inside.values_list("code", "name")]
        known = {code for code, _name in rows}
        return rows + [(code, code) for code in (self.round.region_codes if self.round else []) if code not in known]

    def _add_families(self) -> None:
        """One choice of instrument for each family; fixed once products have entered."""
        used = {row.family: row.instrument for row in self.round.families.select_related("instrument")} if self.round else {}
        fixed = bool(self.round) and self.round.entrants.exists()
        self._offered: dict[str, dict[str, Instrument]] = {}
        for slug, name, instruments in [] if fixed else family_choices():
            known = {str(one.pk): one for one in dict.fromkeys([*filter(None, [used.get(slug)]), *instruments])}
            if not known:
                continue
            self._offered[slug] = known
            choices = [("", _("Takes no part")), *((key, self._words(one)) for key, one in known.items())]
            first = used.get(slug) if self.round else instruments[0]
            self.fields[f"family_{slug}"] = forms.ChoiceField(
                label=name, choices=choices, required=False, initial=str(first.pk) if first else ""
            )

    def _words(self, instrument: Instrument) -> str:
        return f"{instrument} ({_('Proposal')})" if instrument.is_proposal else str(instrument)

    @property
    def settings_fields(self) -> list[Any]:
        return [field for field in self.visible_fields() if not field.name.startswith("family_")]

    @property
    def family_fields(self) -> list[Any]:
        return [field for field in self.visible_fields() if field.name.startswith("family_")]

    def clean_region_codes(self) -> list[str]:
        codes = self.cleaned_data["region_codes"]
        return [settings.PROVINCE_CODE] if settings.PROVINCE_CODE in codes else sorted(codes)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        opens, closes, own = (data.get(name) for name in ("scoring_opens_on", "scoring_closes_on", "self_assessment_due_on"))
        if opens and closes and closes < opens:
            self.add_error("scoring_closes_on", _("Scoring has to end on or after the day it starts."))
        if own and closes and own > closes:
            self.add_error("self_assessment_due_on", _("Producers assess themselves before scoring ends."))
        if opens and data.get("documents_due_on") and data["documents_due_on"] > opens:
            self.add_error("documents_due_on", _("Documents have to be complete before scoring starts."))
        return data

    def values(self) -> dict[str, Any]:
        """The columns of the round."""
        return {name: value for name, value in self.cleaned_data.items() if not name.startswith("family_")}

    def families(self) -> dict[str, Instrument] | None:
        """Which instrument each family is judged by; None where that can no longer be chosen."""
        if not self._offered or not any(name.startswith("family_") for name in self.fields):
            return None if self.round else {}
        chosen = {slug: self.cleaned_data.get(f"family_{slug}") for slug in self._offered}
        return {slug: self._offered[slug][key] for slug, key in chosen.items() if key}


class ReasonForm(forms.Form):
    """Why; everybody in the round reads it."""

    reason = PlainTextField(label=_("Reason; everybody in the round reads it"), max_length=500, multiline=True)


class ExtendForm(ReasonForm):
    """A later closing day, and why."""

    field_order = ["closes_on", "reason"]
    closes_on = day_field(_("New closing day"), help_text=_("This day counts too, until 23.59 WITA."))


class CheckForm(forms.Form):
    """What the check of the documents found."""

    outcome = forms.ChoiceField(
        label=_("What did the check find?"),
        choices=[
            (EntrantState.COMPLETE, _("Complete")),
            (EntrantState.LACKING, _("Something is lacking, the producer can complete it")),
            (EntrantState.OUT, _("Does not take part")),
        ],
        widget=forms.RadioSelect,
    )
    reason = PlainTextField(
        label=_("What is lacking, or why it does not take part"),
        max_length=500,
        multiline=True,
        required=False,
        help_text=_("The producer reads this. Write it kindly and clearly."),
    )
    due_on = day_field(_("To be completed until"), required=False, help_text=_("Only when something is lacking."))


class SampleForm(forms.Form):
    """What became of a sample that was asked for."""

    outcome = forms.ChoiceField(
        label=_("Has the sample come in?"),
        choices=[("received", _("Yes, it came in")), ("missing", _("No, it does not come in"))],
        widget=forms.RadioSelect,
    )
    received_on = day_field(_("Came in on"), required=False, help_text=_("Empty means today."))
    condition = PlainTextField(
        label=_("Condition, or why it did not come in"), max_length=300, multiline=True, help_text=_("Example: 2 bungkus utuh, segel baik.")
    )


class SessionForm(forms.Form):
    """A tasting session and its samples."""

    name = PlainTextField(label=_("Name of the session"), max_length=120, help_text=_("Example: Uji rasa kopi"))
    place = PlainTextField(label=_("Place"), max_length=150)
    starts_at = forms.DateTimeField(
        label=_("Starts (WITA)"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    samples = forms.MultipleChoiceField(label=_("Samples"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, numbers: list[int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["samples"].choices = [(str(number), str(number)) for number in numbers]
        self.fields["samples"].widget.grid = True


class PhotosInput(forms.ClearableFileInput):
    """Several photos at once."""

    template_name = "django/forms/widgets/file.html"
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """A list of uploads; what each of them is, the image service says."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(PhotosField, self).clean(upload, initial) for upload in data or [] if upload]


class VisitForm(forms.Form):
    """What an officer saw at the maker's place."""

    visited_on = day_field(_("Day of the visit"))
    findings = PlainTextField(
        label=_("What did you see?"),
        max_length=4000,
        multiline=True,
        help_text=_("Only what you saw yourself: the place of work, tools, stock, who works there. No scores."),
    )
    photos = PhotosField(
        label=_("Photos"), required=False, widget=PhotosInput({"accept": "image/*"}), help_text=_("At most six. JPG, PNG, WebP or HEIC.")
    )
