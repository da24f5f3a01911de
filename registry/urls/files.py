"""Files that ask the scope, mounted at "berkas/"."""

from django.urls import re_path

from registry.views import files

urlpatterns = [
    re_path(r"^gambar/(?P<sha>[0-9a-f]{64})-(?P<size>[sml])\.webp$", files.ImagePrivateView.as_view(), name="image_private"),
]
