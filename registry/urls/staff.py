"""The officers' pages of the registry, mounted at "admin/" before Django's admin site."""

from django.urls import path

from registry.views import desk, desk_actions, staff_complaints, staff_entries, staff_producers

urlpatterns = [
    path("verifikasi/", desk.QueueView.as_view(), name="desk_queue"),
    path("verifikasi/massal/", desk_actions.BulkView.as_view(), name="desk_bulk"),
    path("verifikasi/<str:number>/", desk.SubmissionView.as_view(), name="desk_submission"),
    path("verifikasi/<str:number>/periksa/", desk_actions.ClaimView.as_view(), name="desk_claim"),
    path("verifikasi/<str:number>/lepas/", desk_actions.ReleaseView.as_view(), name="desk_release"),
    path("verifikasi/<str:number>/tandai/", desk_actions.MarkView.as_view(), name="desk_mark"),
    path("verifikasi/<str:number>/batal-tandai/", desk_actions.MarkView.as_view(takes_back=True), name="desk_unmark"),
    path("verifikasi/<str:number>/putusan/", desk_actions.DecideView.as_view(), name="desk_decide"),
    path("verifikasi/<str:number>/kabari/<int:event>/", desk_actions.TellView.as_view(), name="desk_tell"),
    path("verifikasi/<str:number>/izin/<uuid:key>/", desk_actions.VerifyPermitView.as_view(), name="desk_permit"),
    path("katalog/", staff_entries.EntryListView.as_view(), name="entry_list"),
    path("katalog/<str:code>/", staff_entries.EntryView.as_view(), name="entry_detail"),
    path("aduan/", staff_complaints.ComplaintQueueView.as_view(), name="complaint_queue"),
    path("aduan/<str:number>/", staff_complaints.ComplaintView.as_view(), name="complaint"),
    path("pembuat/baru/", staff_producers.PillarChoiceView.as_view(), name="producer_register"),
    path("pembuat/baru/<str:pillar>/", staff_producers.RegisterView.as_view(), name="producer_register_pillar"),
    path("pembuat/<str:code>/tempat/", staff_producers.PlaceView.as_view(), name="producer_place"),
]
