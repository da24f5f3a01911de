"""The pages of rounds at /penilaian/periode/: settings, progress, products, samples, visits."""

from __future__ import annotations

from django.urls import URLPattern, path

from evaluations.views import entrants, rounds, samples

urlpatterns: list[URLPattern] = [
    path("", rounds.RoundListView.as_view(), name="round_list"),
    path("baru/", rounds.RoundOpenView.as_view(), name="round_open"),
    path("<slug:code>/", rounds.RoundView.as_view(), name="round"),
    path("<slug:code>/atur/", rounds.RoundChangeView.as_view(), name="round_change"),
    path("<slug:code>/lanjut/", rounds.AdvanceView.as_view(), name="round_advance"),
    path("<slug:code>/mundur/", rounds.GoBackView.as_view(), name="round_back"),
    path("<slug:code>/perpanjang/", rounds.ExtendView.as_view(), name="round_extend"),
    path("<slug:code>/ingatkan/", rounds.RemindView.as_view(), name="round_remind"),
    path("<slug:code>/peserta/", entrants.EntrantListView.as_view(), name="entrants"),
    path("<slug:code>/peserta/pilih/", entrants.ChooseView.as_view(), name="entrants_choose"),
    path("<slug:code>/peserta/sekaligus/", entrants.ManyView.as_view(), name="entrants_many"),
    path("<slug:code>/peserta/<int:number>/", entrants.EntrantView.as_view(), name="entrant"),
    path("<slug:code>/peserta/<int:number>/periksa/", entrants.CheckView.as_view(), name="entrant_check"),
    path("<slug:code>/peserta/<int:number>/acuan/", entrants.CalibrationView.as_view(), name="entrant_calibration"),
    path("<slug:code>/peserta/<int:number>/kunjungan/", entrants.VisitView.as_view(), name="visit_note"),
    path("<slug:code>/sampel/", samples.SampleListView.as_view(), name="samples"),
    path("<slug:code>/sampel/label.pdf", samples.LabelsView.as_view(), name="sample_labels"),
    path("<slug:code>/sampel/sesi/", samples.SessionView.as_view(), name="session_plan"),
    path("<slug:code>/sampel/<int:number>/", samples.SampleView.as_view(), name="sample"),
]
