"""What the API needs of partners, under /api/v1/: the way to a token."""

from django.urls import path

from .oauth import token

urlpatterns = [path("token", token, name="api_token")]
