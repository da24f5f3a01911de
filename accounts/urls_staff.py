"""The officers' pages about accounts, under /admin/akun/."""

from django.urls import path

from .views import staff

urlpatterns = [
    path("", staff.AccountListView.as_view(), name="account_list"),
    path("baru/", staff.OpenAccountView.as_view(), name="account_open"),
    path("lupa-sandi/", staff.HelpQueueView.as_view(), name="password_help_queue"),
    path("lupa-sandi/<int:pk>/", staff.AnswerHelpView.as_view(), name="password_help_answer"),
    path("lupa-sandi/<int:pk>/tutup/", staff.CloseHelpView.as_view(), name="password_help_close"),
    path("<int:pk>/", staff.AccountView.as_view(), name="account_detail"),
    path("<int:pk>/kode/", staff.IssueView.as_view(), name="account_issue"),
    path("<int:pk>/akhiri/", staff.DeactivateView.as_view(), name="account_deactivate"),
    path("<int:pk>/hapus-data/", staff.EraseView.as_view(), name="account_erase"),
    path("<int:pk>/penugasan/", staff.GrantMandateView.as_view(), name="account_grant"),
    path("<int:pk>/penugasan/<int:mandate>/akhiri/", staff.EndMandateView.as_view(), name="account_end_mandate"),
    path("<int:pk>/penugasan/<int:mandate>/serah-terima/", staff.HandOverView.as_view(), name="account_hand_over"),
]
