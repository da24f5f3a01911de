"""Certificates: their check for everybody, and the page to print for the producer and the province."""

from __future__ import annotations

from django.urls import URLPattern, path

from evaluations.views import certificates
from registry.kept_pages import kept

urlpatterns: list[URLPattern] = [
    path("<slug:code>/<int:version>/<int:number>/", kept(certificates.CheckView.as_view()), name="certificate_check"),
    path("<slug:code>/<int:version>/<int:number>/unduh/", certificates.CertificateView.as_view(), name="certificate"),
]
