"""The page of a head about partner systems, under /ruang/mitra/."""

from django.urls import path

from .views.delegations import DelegationView

urlpatterns = [path("", DelegationView.as_view(), name="delegation_new")]
