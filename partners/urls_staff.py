"""The staff pages about partners, under /admin/mitra/."""

from django.urls import path

from .views import delegations, staff, webhooks

urlpatterns = [
    path("", staff.PartnerListView.as_view(), name="partner_list"),
    path("baru/", staff.NewPartnerView.as_view(), name="partner_new"),
    path("<slug:code>/", staff.PartnerView.as_view(), name="partner_detail"),
    path("<slug:code>/ubah/", staff.PartnerEditView.as_view(), name="partner_edit"),
    path("<slug:code>/kredensial/", staff.NewCredentialView.as_view(), name="credential_new"),
    path("<slug:code>/kredensial/<slug:client_id>/cabut/", staff.RevokeView.as_view(), name="credential_revoke"),
    path("<slug:code>/pelimpahan/", delegations.LetterView.as_view(), name="delegation_record"),
    path("<slug:code>/pelimpahan/<int:pk>/akhiri/", delegations.DelegationEndView.as_view(), name="delegation_end"),
    path("<slug:code>/nonaktifkan/", staff.DeactivateView.as_view(), name="partner_deactivate"),
    path("<slug:code>/aktifkan/", staff.ReactivateView.as_view(), name="partner_reactivate"),
    path("<slug:code>/webhook/", webhooks.WebhookListView.as_view(), name="webhook_list"),
    path("<slug:code>/webhook/<uuid:key>/", webhooks.WebhookLogView.as_view(), name="webhook_log"),
    path("<slug:code>/webhook/<uuid:key>/uji/", webhooks.WebhookTestView.as_view(), name="webhook_test"),
    path("<slug:code>/webhook/<uuid:key>/jeda/", webhooks.WebhookPauseView.as_view(), name="webhook_pause"),
    path("<slug:code>/webhook/<uuid:key>/lanjut/", webhooks.WebhookResumeView.as_view(), name="webhook_resume"),
]
