"""The products of a round: choosing them, the list, one product with the check of its documents, and visits."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from accounts.permissions import Answer
from common.numbers import sent_number
from evaluations import permissions, phases, progress
from evaluations.errors import NotReady
from evaluations.filters import EligibleFilter, EntrantFilter
from evaluations.forms.rounds import CheckForm, VisitForm
from evaluations.models import Entrant
from evaluations.services import entrants, samples, visits
from evaluations.states import EntrantState, Phase
from regions.models import Region
from registry.models import StoredImage
from registry.paging import Order, page
from registry.presentation import display, label
from registry.snapshot import visible_fields

from .base import EntrantMixin, RoundMixin, RunnerMixin
from .rounds_base import ButtonView, ServiceFormView, Words

AT_MOST = 100


def names_of(codes: set[str]) -> dict[str, str]:
    """The names of these regencies."""
    return dict(Region.objects.in_force().filter(code__in=codes).values_list("code", "name"))


class EntrantListView(RoundMixin, TemplateView):
    """The products of a round the person may follow."""

    template_name = "evaluations/rounds/entrants.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET
        rows = Entrant.objects.for_user(self.request.user).filter(round=self.round)
        chosen = EntrantFilter(query, queryset=rows, request=self.request)
        found = page(chosen.qs, Order("number"), after=query.get("after", ""), before=query.get("before", ""), size=50)
        names = names_of({row.regency_code for row in found.rows})
        context = {
            "filter": chosen,
            "page": found,
            "rows": [(row, names.get(row.regency_code, row.regency_code)) for row in found.rows],
            "may_check": bool(self.runs) and self.round.phase in entrants.CHECKING,
            "may_choose": bool(self.runs) and self.round.phase in (Phase.ENTRY, Phase.DOCUMENTS),
        }
        return super().get_context_data(**{**context, **kwargs})


class ChooseView(RunnerMixin, ButtonView, TemplateView):
    """Published products that may enter: by filter all at once, or those that are ticked."""

    http_method_names = ["get", "head", "options", "post"]
    template_name = "evaluations/rounds/choose.html"

    @cached_property
    def chosen(self) -> EligibleFilter:
        rows = entrants.eligible(self.round).defer("search_vector", "search_text")
        return EligibleFilter(self.request.GET, queryset=rows, request=self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET
        found = page(self.chosen.qs, Order("name_key"), after=query.get("after", ""), before=query.get("before", ""), size=50)
        names = names_of({row.regency_code for row in found.rows})
        context = {
            "filter": self.chosen,
            "page": found,
            "rows": [(row, names.get(row.regency_code, row.regency_code)) for row in found.rows],
            "count": self.chosen.qs.count(),
        }
        return super().get_context_data(**{**context, **kwargs})

    def act(self) -> Words:
        made = entrants.enter_products(actor=self.request.user, round=self.round, entries=self._picked())
        if not made:
            raise NotReady(_("No product was added. Tick at least one that is not in the round yet."))
        return ngettext("%(count)s product has entered.", "%(count)s products have entered.", len(made)) % {"count": len(made)}

    def _picked(self) -> Any:
        if self.request.POST.get("pick") == "all":
            return self.chosen.qs
        codes = [code.replace("\x00", "") for code in self.request.POST.getlist("row")[:AT_MOST]]
        return entrants.eligible(self.round).filter(code__in=codes)

    def back(self) -> str:
        return reverse("entrants", args=[self.round.code])


class ManyView(RunnerMixin, ButtonView):
    """One step for the ticked products of the list: found complete, or asked for a sample."""

    def act(self) -> Words:
        ticked = [number for number in map(sent_number, self.request.POST.getlist("row")) if number is not None]
        rows = Entrant.objects.for_user(self.request.user).filter(round=self.round, number__in=ticked[:AT_MOST])
        if self.request.POST.get("step") == "sample":
            count = samples.ask_samples(actor=self.request.user, round=self.round, entrants=rows)
            return ngettext("%(count)s sample is asked for.", "%(count)s samples are asked for.", count) % {"count": count}
        count = entrants.complete_many(actor=self.request.user, round=self.round, entrants=rows)
        if not count:
            raise NotReady(_("Nothing was changed. Tick products whose documents nobody has checked yet."))
        return ngettext("%(count)s product found complete.", "%(count)s products found complete.", count) % {"count": count}

    def back(self) -> str:
        wanted = self.request.POST.get("back", "")
        inside = reverse("entrants", args=[self.round.code])
        return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith(inside) else inside


class EntrantView(EntrantMixin, TemplateView):
    """One product in a round: what is judged, the check of its documents, questions, sample, visits, and what happened."""

    template_name = "evaluations/rounds/entrant.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, entrant, runs = self.request.user, self.entrant, bool(self.runs)
        fields = [(label(key, value), display(key, value)) for key, value in visible_fields(entrant.version.snapshot) if key != "contact"]
        found = list(entrant.visits.select_related("visited_by").prefetch_related("images"))
        asked = list(entrant.requests.select_related("criterion", "asked_by").prefetch_related("images"))
        photos = {shown.photo["sha256"] for _words, shown in fields if shown.photo}
        given, sent = progress.sheets_of(entrant)
        log = progress.log_of(self.round, user, runs=runs, entrant=entrant)[:50]
        context = {
            "place": names_of({entrant.regency_code}).get(entrant.regency_code, ""),
            "fields": [(words, shown) for words, shown in fields if not shown.is_empty],
            "ready_photos": StoredImage.objects.ready_among(photos),
            "takes_part": Entrant.objects.for_user(user).taking_part().filter(pk=entrant.pk).exists(),
            "requests": asked,
            "visits": found,
            "sample": getattr(entrant, "sample", None),
            "given": given,
            "sent": sent,
            "log": [(row, phases.log_words(row)) for row in log],
            "may_check": runs and self.round.phase in entrants.CHECKING,
            "may_visit": permissions.may_visit(user, entrant) and self.round.phase in visits.VISITING and entrant.state != EntrantState.OUT,
            "may_sample": runs and self.round.phase in samples.HANDLING and entrant.state != EntrantState.OUT,
            "check_form": CheckForm(initial={"outcome": "" if entrant.state == EntrantState.ENTERED else entrant.state}),
        }
        return super().get_context_data(**{**context, **kwargs})


class OfEntrantMixin(EntrantMixin):
    """A form or button about one product; afterwards back to its page."""

    def back(self) -> str:
        return reverse("entrant", args=[self.round.code, self.entrant.number])

    def get_success_url(self) -> str:
        return self.back()


class CheckView(OfEntrantMixin, RunnerMixin, ServiceFormView):
    """What the check of the documents found."""

    form_class = CheckForm
    title = gettext_lazy("Check of documents")

    def act(self, form: Form) -> Words:
        checked = entrants.check_documents(actor=self.request.user, entrant=self.entrant, **form.cleaned_data)
        return _("Noted: %(state)s.") % {"state": checked.get_state_display()}


class CalibrationView(OfEntrantMixin, RunnerMixin, ButtonView):
    """A common sample product, or an ordinary one again."""

    def act(self) -> Words:
        done = entrants.set_calibration(actor=self.request.user, entrant=self.entrant, on=self.request.POST.get("on") == "1")
        return _("All reviewers score this product first.") if done.is_calibration else _("It is an ordinary product again.")


class VisitView(OfEntrantMixin, ServiceFormView):
    """Note a visit, with photos."""

    template_name = "evaluations/rounds/visit.html"
    form_class = VisitForm
    title = gettext_lazy("Note a visit")
    button = gettext_lazy("Save the visit")

    def allowed(self) -> Answer:
        return super().allowed() and permissions.may_visit(self.request.user, self.entrant)

    def act(self, form: Form) -> Words:
        data = form.cleaned_data
        visits.note_visit(
            actor=self.request.user,
            entrant=self.entrant,
            visited_on=data["visited_on"],
            findings=data["findings"],
            uploads=data["photos"],
        )
        return _("The visit is noted. Reviewers see it beside the criteria it belongs to.")
