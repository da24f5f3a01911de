"""Ways in and the own account. Of allauth only these views are mounted: no sign-up, no e-mail, no reset by mail."""

from allauth.account import views as allauth_views
from django.urls import include, path

from .views import entrance, profile

urlpatterns = [
    path("masuk/", allauth_views.login, name="account_login"),
    path("masuk/selesai/", entrance.landing, name="landing"),
    path("masuk/masih/", entrance.session_alive, name="session_alive"),
    path("masuk/ulang/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("keluar/", allauth_views.logout, name="account_logout"),
    path("aktivasi/", entrance.ActivationView.as_view(), name="activation"),
    path("aktivasi/sandi/", entrance.ActivationPasswordView.as_view(), name="activation_password"),
    path("aktivasi/<str:token>/", entrance.activation_link, name="activation_link"),
    path("lupa-sandi/", entrance.PasswordHelpView.as_view(), name="password_help"),
    path("lupa-sandi/terkirim/", entrance.PasswordHelpSentView.as_view(), name="password_help_sent"),
    path("profil/", profile.ProfileView.as_view(), name="profile"),
    path("profil/sandi/", allauth_views.password_change, name="account_change_password"),
    path("ruang/orang/", profile.UnitPeopleView.as_view(), name="unit_people"),
    path("ruang/orang/<int:pk>/", profile.UnitPersonActionView.as_view(), name="unit_person"),
    path("keamanan/", include("allauth.mfa.urls")),
]
