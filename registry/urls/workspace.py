"""Addresses of the workspace, below /ruang/."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from registry.views.workspace import fix, home, participants, permits, product, profile, send, start, steps

# The address speaks Indonesian, the code English.
STEP_WORDS = {
    "about": "tentang",
    "maker": "pembuat",
    "photos": "foto-produk",
    "price": "harga",
    "story": "cerita",
    "chain": "rantai-nilai",
    "season": "musim",
    "permits": "izin",
}
_STEP_KEYS = {word: key for key, word in STEP_WORDS.items()}


class StepConverter:
    """A step of the product form by its Indonesian word."""

    regex = "|".join(_STEP_KEYS)

    def to_python(self, value: str) -> str:
        return _STEP_KEYS[value]

    def to_url(self, value: str) -> str:
        return STEP_WORDS[value]


class CodeConverter(StringConverter):
    """The public code of a product or producer; anything else is no address."""

    regex = r"[0-9A-Za-z.\-]{1,40}"


register_converter(StepConverter, "product_step")
register_converter(CodeConverter, "code")

urlpatterns = [
    path("", home.HomeView.as_view(), name="workspace_home"),
    path("bantuan/", home.HelpView.as_view(), name="workspace_help"),
    path("pemberitahuan/", home.NoticesView.as_view(), name="workspace_notices"),
    path("profil/<code:code>/", profile.ProfileView.as_view(), name="producer_profile"),
    path("profil/<code:code>/formulir.pdf", profile.BlankPaperView.as_view(), name="producer_paper"),
    path("produk/", home.ProductsView.as_view(), name="workspace_products"),
    path("produk/baru/", start.StartView.as_view(), name="product_start"),
    path("produk/serupa/", start.SimilarView.as_view(), name="product_similar"),
    path("produk/<code:code>/", product.ProductView.as_view(), name="workspace_product"),
    path("produk/<code:code>/formulir.pdf", profile.ProductPaperView.as_view(), name="product_paper"),
    path("produk/<code:code>/tindakan/", product.ActView.as_view(), name="product_act"),
    path("produk/<code:code>/perbaiki/", fix.FixView.as_view(), name="product_fix"),
    path("produk/<code:code>/kirim/", send.SendView.as_view(), name="product_send"),
    path("produk/<code:code>/izin/baru/", permits.PermitView.as_view(), name="permit_new"),
    path("produk/<code:code>/izin/<uuid:key>/", permits.PermitView.as_view(), name="permit_edit"),
    path("produk/<code:code>/bersama/", participants.ParticipantsView.as_view(), name="product_participants"),
    path("produk/<code:code>/bersama/<uuid:key>/", participants.ParticipantEndView.as_view(), name="participant_end"),
    path("bersama/<uuid:key>/", participants.ParticipationView.as_view(), name="participation"),
    path("produk/<code:code>/<product_step:step>/", steps.StepView.as_view(), name="product_step"),
]
