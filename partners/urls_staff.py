"""The staff pages about partners, under /admin/mitra/."""

from django.urls import path

from . import views, views_webhooks

urlpatterns = [
    path("", views.PartnerListView.as_view(), name="partner_list"),
    path("baru/", views.NewPartnerView.as_view(), name="partner_new"),
    path("<slug:code>/", views.PartnerView.as_view(), name="partner_detail"),
    path("<slug:code>/ubah/", views.PartnerEditView.as_view(), name="partner_edit"),
    path("<slug:code>/kredensial/", views.NewCredentialView.as_view(), name="credential_new"),
    path("<slug:code>/kredensial/<slug:client_id>/cabut/", views.RevokeView.as_view(), name="credential_revoke"),
    path("<slug:code>/nonaktifkan/", views.DeactivateView.as_view(), name="partner_deactivate"),
    path("<slug:code>/aktifkan/", views.ReactivateView.as_view(), name="partner_reactivate"),
    path("<slug:code>/webhook/", views_webhooks.WebhookListView.as_view(), name="webhook_list"),
    path("<slug:code>/webhook/<uuid:key>/", views_webhooks.WebhookLogView.as_view(), name="webhook_log"),
    path("<slug:code>/webhook/<uuid:key>/uji/", views_webhooks.WebhookTestView.as_view(), name="webhook_test"),
    path("<slug:code>/webhook/<uuid:key>/jeda/", views_webhooks.WebhookPauseView.as_view(), name="webhook_pause"),
    path("<slug:code>/webhook/<uuid:key>/lanjut/", views_webhooks.WebhookResumeView.as_view(), name="webhook_resume"),
]
