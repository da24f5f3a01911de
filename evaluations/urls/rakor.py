"""The Rakor of a round: agenda, attendance, decisions, follow-ups, minutes."""

from __future__ import annotations

from django.urls import URLPattern, path

from evaluations.views import follow_ups, minutes, rakor, rakor_products

urlpatterns: list[URLPattern] = [
    path("<slug:code>/rakor/", rakor.RakorView.as_view(), name="rakor"),
    path("<slug:code>/rakor/baru/", rakor.MeetingPlanView.as_view(), name="meeting_plan"),
    path("<slug:code>/rakor/agenda/", rakor.AgendaAddView.as_view(), name="agenda_add"),
    path("<slug:code>/rakor/penilai/", rakor_products.SeverityView.as_view(), name="severity"),
    path("<slug:code>/rakor/berita-acara.pdf", minutes.RoundMinutesView.as_view(), name="minutes_round"),
    path("<slug:code>/rakor/produk/<int:number>/", rakor_products.DecideView.as_view(), name="decide"),
    path("<slug:code>/rakor/tindak-lanjut/", follow_ups.FollowUpListView.as_view(), name="follow_ups"),
    path("<slug:code>/rakor/tindak-lanjut/baru/", follow_ups.FollowUpAddView.as_view(), name="follow_up_add"),
    path("<slug:code>/rakor/tindak-lanjut/<int:pk>/", follow_ups.FollowUpSettleView.as_view(), name="follow_up"),
    path("<slug:code>/rakor/<uuid:key>/", rakor.MeetingView.as_view(), name="meeting"),
    path("<slug:code>/rakor/<uuid:key>/atur/", rakor.MeetingChangeView.as_view(), name="meeting_change"),
    path("<slug:code>/rakor/<uuid:key>/hadir/", rakor.AttendanceView.as_view(), name="attendance"),
    path("<slug:code>/rakor/<uuid:key>/tutup/", rakor.MeetingCloseView.as_view(), name="meeting_close"),
    path("<slug:code>/rakor/<uuid:key>/berita-acara.pdf", minutes.MeetingMinutesView.as_view(), name="minutes_meeting"),
]
