"""What the API needs of partners, under /api/v1/: the way to a token, and their webhooks."""

from django.urls import path

from .oauth import token
from .webhooks import api as hooks

urlpatterns = [
    path("token", token, name="api_token"),
    path("webhooks", hooks.WebhookList.as_view(), name="api_webhooks"),
    path("webhooks/<str:key>", hooks.WebhookDetail.as_view(), name="api_webhook"),
    path("webhooks/<str:key>/ping", hooks.WebhookPing.as_view(), name="api_webhook_ping"),
    path("webhooks/<str:key>/pause", hooks.WebhookPause.as_view(), name="api_webhook_pause"),
    path("webhooks/<str:key>/resume", hooks.WebhookResume.as_view(), name="api_webhook_resume"),
    path("webhooks/<str:key>/rotate", hooks.WebhookRotate.as_view(), name="api_webhook_rotate"),
    path("webhooks/<str:key>/replay", hooks.WebhookReplay.as_view(), name="api_webhook_replay"),
    path("webhooks/<str:key>/deliveries", hooks.WebhookDeliveries.as_view(), name="api_webhook_deliveries"),
]
