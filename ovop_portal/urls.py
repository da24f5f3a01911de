"""All addresses of the portal."""

from django.contrib import admin
from django.urls import include, path

from common.views import switch_language

from .api_docs import ApiDocsView
from .health import healthz, readyz

urlpatterns = [
    path("api/docs/", ApiDocsView.as_view(), name="api_docs"),
    path("api/v1/", include("ovop_portal.api_urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("bahasa/", switch_language, name="set_language"),
    path("", include("regions.urls")),
    path("", include("accounts.urls")),
    path("", include("registry.urls.public")),
    path("", include("registry.urls.contacts")),
    path("ruang/", include("registry.urls.workspace")),
    path("ruang/mitra/", include("partners.urls_workspace")),
    path("ruang/penilaian/", include("evaluations.urls.workspace")),
    path("penilaian/", include("evaluations.urls.review")),
    path("penilaian/periode/", include("evaluations.urls.rounds")),
    path("penilaian/periode/", include("evaluations.urls.panel")),
    path("penilaian/periode/", include("evaluations.urls.rakor")),
    path("penilaian/periode/", include("evaluations.urls.results")),
    path("sertifikat/", include("evaluations.urls.certificates")),
    path("admin/instrumen/", include("evaluations.urls.instruments")),
    path("admin/akun/", include("accounts.urls_staff")),
    path("admin/mitra/", include("partners.urls_staff")),
    path("admin/", include("registry.urls.staff")),
    path("", include("registry.urls.photos")),
    path("berkas/", include("registry.urls.files")),
    path("admin/", admin.site.urls),
]

handler400 = "common.errors.bad_request"
handler403 = "common.errors.permission_denied"
handler404 = "common.errors.page_not_found"
handler500 = "common.errors.server_error"
handler429 = "common.errors.too_many_requests"
