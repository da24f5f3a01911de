"""Who takes part in a product: asking another producer, and that producer's head answering."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.states import Action
from registry import partners
from registry.forms.participants import PartnerForm
from registry.models import Participant, Producer
from registry.services import participants
from registry.views.rows import one_or_404

from .base import COMPLAINTS, FAILED, ProductMixin, WorkspaceView, words_of

FOUND_SHOWN = 8


class ParticipantsView(ProductMixin, WorkspaceView):
    """The producers that take part in a product, and asking one more."""

    template_name = "registry/workspace/participants.html"

    @cached_property
    def text(self) -> str:
        return self.request.GET.get("q", "").replace("\x00", "").strip()[:100]

    @cached_property
    def found(self) -> list[Producer]:
        if not self.text:
            return []
        rows = Producer.objects.active().exclude(pk=self.producer.pk).select_related("region")
        return list(rows.search(self.text)[:FOUND_SHOWN])

    @property
    def here(self) -> str:
        return reverse("product_participants", args=[self.product.code])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Participant.objects.for_user(self.request.user, self.action).filter(product=self.product).with_partner()
        frame = {"q": self.text, "found": self.found, "form": PartnerForm(found=self.found)}
        return super().get_context_data(**frame | {"parts": partners.told_parts(rows)} | kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = PartnerForm(request.POST, found=self.found)
        if not form.is_valid():
            return self.page(FAILED, form=form)
        partner, role = form.cleaned_data["producer"], form.cleaned_data["role"]
        try:
            participants.invite_participant(actor=request.user, product=self.product, producer=partner, role=role)
        except COMPLAINTS as error:
            return self.page(FAILED, form=form, complaints=words_of(error))
        messages.success(request, _("Asked. The head of %(name)s answers in their own workspace.") % {"name": partner.name})
        return redirect(self.here)


class ParticipantEndView(ProductMixin, WorkspaceView):
    """The product's side ends a part, or takes a question back."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = Participant.objects.for_user(request.user, self.action).filter(product=self.product)
        part = one_or_404(rows.select_related("product", "producer"), key=self.kwargs["key"])
        try:
            participants.end_participation(actor=request.user, participant=part)
        except COMPLAINTS as error:
            messages.error(request, " ".join(words_of(error)))
        else:
            words = _("%(name)s no longer takes part.") if part.is_agreed else _("The question to %(name)s was taken back.")
            messages.success(request, words % {"name": part.producer.name})
        return redirect("product_participants", self.product.code)


class ParticipationView(WorkspaceView):
    """The question put to another producer, for its head alone; 404 for anybody else."""

    action = Action.PRODUCER_EDIT
    template_name = "registry/workspace/participation.html"

    @cached_property
    def part(self) -> Participant:
        return one_or_404(Participant.objects.asked_of(self.request.user), key=self.kwargs["key"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = partners.ToldPart(self.part)
        return super().get_context_data(part=self.part, told=told, unit_name=self.part.producer.name, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        here = redirect("participation", self.part.key)
        act = {"agree": self.agree, "decline": self.decline, "end": self.end}.get(request.POST.get("act", ""))
        if act is None:
            return here
        try:
            messages.success(request, act())
        except COMPLAINTS as error:
            messages.error(request, " ".join(words_of(error)))
        return redirect("workspace_home") if "home" in request.POST else here

    def agree(self) -> str:
        participants.answer_participation(actor=self.request.user, participant=self.part, agree=True)
        return _("You agreed. %(name)s is told.") % {"name": self.part.product.producer.name}

    def decline(self) -> str:
        participants.answer_participation(actor=self.request.user, participant=self.part, agree=False)
        return _("You said no. %(name)s is told.") % {"name": self.part.product.producer.name}

    def end(self) -> str:
        participants.end_participation(actor=self.request.user, participant=self.part)
        return _("Ended. %(name)s is told.") % {"name": self.part.product.producer.name}
