"""The public site, mounted at the top."""

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path

from registry.kept_pages import kept
from registry.sitemaps import SITEMAPS
from registry.views import public, public_catalogue, public_complaints, public_labels, public_product

urlpatterns = [
    path("", kept(public.HomeView.as_view()), name="home"),
    path("produk/", kept(public_catalogue.CatalogueView.as_view()), name="catalogue"),
    path("produk/<str:code>/", kept(public_product.ProductView.as_view()), name="product"),
    path("pembuat/<str:code>/", kept(public.ProducerView.as_view()), name="producer"),
    path("kabupaten/<str:code>/", kept(public.RegencyView.as_view()), name="regency"),
    path("peta/", kept(public.MapView.as_view()), name="map"),
    path("data/", kept(public.DataView.as_view()), name="data"),
    path("tentang/", public.PageView.as_view(template_name="pages/about.html"), name="about"),
    path("cara-mendaftar/", public.PageView.as_view(template_name="pages/how_to_join.html"), name="how_to_join"),
    path("bantuan/", public.PageView.as_view(template_name="pages/help.html"), name="help"),
    path("aksesibilitas/", public.PageView.as_view(template_name="pages/accessibility.html"), name="accessibility"),
    path("privasi/", public.PageView.as_view(template_name="pages/privacy.html"), name="privacy"),
    path("periksa/", public_product.CheckCodeView.as_view(), name="check_code"),
    path("k/<str:code>", kept(public_product.CheckView.as_view()), name="check"),
    path("lapor/", public_complaints.ComplaintStatusView.as_view(), name="complaint_status"),
    path("lapor/<str:code>/", public_complaints.ComplaintView.as_view(), name="complaint_new"),
    path("ruang/produk/<str:code>/label/", public_labels.ProductLabelsView.as_view(), name="product_labels"),
    path("robots.txt", public.RobotsView.as_view(), name="robots"),
    path("sitemap.xml", sitemap_views.index, {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap_section"}, name="sitemap"),
    path("sitemap-<section>.xml", sitemap_views.sitemap, {"sitemaps": SITEMAPS}, name="sitemap_section"),
]
