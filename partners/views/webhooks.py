"""The staff pages about the webhooks of a partner, below /admin/mitra/<code>/webhook/: how they are doing, their log, three buttons."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView

from partners.labels import event_words, message_badge, webhook_rows
from partners.models import Webhook, WebhookMessage
from partners.states import MessageState
from partners.webhooks import services

from .staff import OnePartnerMixin, PartnerActionView


class WebhookListView(OnePartnerMixin, ListView):
    """The webhooks of a partner."""

    template_name = "partners/webhooks.html"

    def get_queryset(self) -> QuerySet:
        rows = Webhook.objects.for_user(self.request.user, self.action).filter(partner=self.partner, removed_at=None)
        return rows.with_waiting().order_by("pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(webhooks=webhook_rows(self.object_list), **kwargs)


class OneWebhookMixin(OnePartnerMixin):
    """Works on one webhook; 404 for one that is unknown, removed, or of another partner."""

    @cached_property
    def webhook(self) -> Webhook:
        rows = Webhook.objects.for_user(self.request.user, self.action).filter(partner=self.partner, removed_at=None)
        return get_object_or_404(rows.select_related("partner"), key=self.kwargs["key"])


class WebhookLogView(OneWebhookMixin, ListView):
    """What was sent and what came back, newest first."""

    template_name = "partners/webhook.html"
    paginate_by = 25

    def get_queryset(self) -> QuerySet:
        rows = WebhookMessage.objects.for_user(self.request.user, self.action).sent_to(self.webhook)
        state = self.request.GET.get("state", "")
        return rows.filter(state=state) if state in MessageState.values else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        (row,) = webhook_rows([self.webhook])
        lines = [(message, message_badge(message), event_words(message.event), _pretty(message.body)) for message in context["object_list"]]
        back = reverse("webhook_list", args=[self.partner.code])
        return {**context, "row": row, "lines": lines, "back": back, "states": MessageState.choices, "state": self.request.GET.get("state")}


def _pretty(body: Any) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False)


class WebhookActView(OneWebhookMixin, PartnerActionView):
    """One button on a webhook, without a question before it."""

    http_method_names = ["post"]

    @property
    def back(self) -> str:
        return reverse("webhook_log", args=[self.partner.code, self.webhook.key])


class WebhookPauseView(WebhookActView):
    def act(self) -> str:
        services.pause(actor=self.request.user, webhook=self.webhook)
        return _("The webhook is paused. What happens meanwhile is kept for 30 days and can be sent later by the partner.")


class WebhookResumeView(WebhookActView):
    def act(self) -> str:
        services.resume(actor=self.request.user, webhook=self.webhook)
        return _("The webhook works again. What it missed, the partner asks for itself.")


class WebhookTestView(WebhookActView):
    def act(self) -> str:
        services.ping(actor=self.request.user, webhook=self.webhook)
        return _("A test is on its way. Load this page again in a moment to see what came back.")
