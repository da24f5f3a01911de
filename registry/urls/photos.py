"""Public photos, and sending and arranging the photos of one product. Mounted at the top, before the steps of the form."""

from django.urls import path, re_path

from registry.views import files, photos

urlpatterns = [
    re_path(r"^foto/(?P<sha>[0-9a-f]{64})-(?P<size>[sml])\.webp$", files.PhotoView.as_view(), name="photo"),
    path("ruang/produk/<str:code>/foto/", photos.PhotoUploadView.as_view(), name="photo_upload"),
    path("ruang/produk/<str:code>/foto/<uuid:key>/", photos.PhotoActView.as_view(), name="photo_act"),
]
