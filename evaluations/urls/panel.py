"""The panel of a round: members, conflicts, the draw, substitutes."""

from __future__ import annotations

from django.urls import URLPattern, path

from evaluations.views import panel, panel_draw

urlpatterns: list[URLPattern] = [
    path("<slug:code>/panel/", panel.PanelView.as_view(), name="panel"),
    path("<slug:code>/panel/tambah/", panel.MemberAddView.as_view(), name="panel_add"),
    path("<slug:code>/panel/benturan/", panel.DeclareView.as_view(), name="conflict_declare"),
    path("<slug:code>/panel/<int:member>/", panel.SeatView.as_view(), name="panel_seat"),
    path("<slug:code>/panel/<int:member>/akhiri/", panel.SeatEndView.as_view(), name="panel_end"),
    path("<slug:code>/undi/", panel_draw.DrawView.as_view(), name="draw_round"),
    path("<slug:code>/peserta/<int:number>/mundur/", panel.RecuseView.as_view(), name="recuse"),
    path("<slug:code>/peserta/<int:number>/pengganti/", panel.SubstituteView.as_view(), name="substitute"),
]
