"""What is typed about a panel: seats, a declared conflict, stepping back, a substitute."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import PlainTextField
from evaluations.models import PanelMember, Round
from evaluations.queries.panel import to_seat
from evaluations.states import PanelRole
from registry.models import Category


def families_of(round: Round) -> list[tuple[str, str]]:
    """The families of a round with their names."""
    keys = list(round.families.values_list("family", flat=True))
    names = {group.slug: group.name for group in Category.objects.groups()}
    return [(key, names.get(key, key)) for key in keys]


class SeatForm(forms.Form):
    """The seat of a member: role, whether they fill in sheets, expertise and an own limit."""

    role = forms.ChoiceField(label=_("Seat"), choices=PanelRole.choices, initial=PanelRole.MEMBER)
    scores = forms.BooleanField(label=_("Fills in sheets"), required=False, initial=True)
    families = forms.MultipleChoiceField(
        label=_("Expertise"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The draw prefers products of these families. Leave it empty when it does not matter."),
    )
    load_limit = forms.IntegerField(
        label=_("Own limit of products"), required=False, min_value=1, max_value=5000, help_text=_("Empty: the limit of the round holds.")
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["families"].choices = families_of(round)

    @classmethod
    def of(cls, member: PanelMember) -> SeatForm:
        """The seat as it stands."""
        initial = {name: getattr(member, name) for name in ("role", "scores", "families", "load_limit")}
        return cls(round=member.round, initial=initial)


class AddMemberForm(SeatForm):
    """A new seat for a reviewer in office."""

    field_order = ["user", "role", "scores", "families", "load_limit"]

    def __init__(self, *args: Any, round: Round, **kwargs: Any):
        super().__init__(*args, round=round, **kwargs)
        help_text = _("Only people with a current mandate as a reviewer stand here.")
        self.fields["user"] = forms.ModelChoiceField(
            label=_("Person"), queryset=to_seat(round), help_text=help_text, empty_label=_("Choose a person")
        )
        self.order_fields(self.field_order)


class ReasonForm(forms.Form):
    """A reason in words; chair and secretary read it."""

    reason = PlainTextField(label=_("Reason"), max_length=300, multiline=True)


class DeclareForm(ReasonForm):
    """An own conflict of interest with one product."""

    field_order = ["code", "reason"]
    code = PlainTextField(
        label=_("Product code"), max_length=12, help_text=_("It stands with the product in the catalogue. Example: NTT-7K3Q-9M")
    )

    def clean_code(self) -> str:
        return self.cleaned_data["code"].upper().strip()


class SubstituteForm(forms.Form):
    """Who takes over; empty means that one is drawn."""

    user = forms.TypedChoiceField(label=_("Substitute"), required=False, coerce=int, empty_value=None, widget=forms.RadioSelect)

    def __init__(self, *args: Any, free: list[tuple[PanelMember, int]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        words = _("%(name)s, now %(load)s products")
        rows = [(member.user_id, words % {"name": member.user, "load": load}) for member, load in free]
        self.fields["user"].choices = [("", _("Draw one")), *rows]


class DrawForm(forms.Form):
    """The draw as it stood on the screen."""

    seed = forms.IntegerField(min_value=0, max_value=2_000_000_000)
    seen = forms.CharField(max_length=40)
    anew = forms.BooleanField(required=False)
    even_short = forms.BooleanField(required=False)
