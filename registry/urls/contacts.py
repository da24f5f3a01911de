"""Addresses about the people named as contacts."""

from django.urls import path

from registry.views import contacts

urlpatterns = [
    path("profil/narahubung/", contacts.MyContactsView.as_view(), name="my_contacts"),
    path("profil/narahubung/<int:pk>/", contacts.ContactActView.as_view(), name="contact_act"),
    path("admin/narahubung/", contacts.ContactListView.as_view(), name="contact_list"),
]
