"""What the API needs of partners, under /api/v1/: the way to a token, and their webhooks."""

from django.urls import path

from . import api_webhooks as hooks
from .oauth import token

urlpatterns = [
    path("token", token, name="api_token"),
    path("webhooks", hooks.WebhookList.as_view(), name="api_webhooks"),
    path("webhooks/<uuid:key>", hooks.WebhookDetail.as_view(), name="api_webhook"),
    path("webhooks/<uuid:key>/ping", hooks.WebhookPing.as_view(), name="api_webhook_ping"),
    path("webhooks/<uuid:key>/pause", hooks.WebhookPause.as_view(), name="api_webhook_pause"),
    path("webhooks/<uuid:key>/resume", hooks.WebhookResume.as_view(), name="api_webhook_resume"),
    path("webhooks/<uuid:key>/rotate", hooks.WebhookRotate.as_view(), name="api_webhook_rotate"),
    path("webhooks/<uuid:key>/replay", hooks.WebhookReplay.as_view(), name="api_webhook_replay"),
    path("webhooks/<uuid:key>/deliveries", hooks.WebhookDeliveries.as_view(), name="api_webhook_deliveries"),
]
