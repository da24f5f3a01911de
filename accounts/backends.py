"""Signing in by username or phone. Rights are answered by mandates, not by this backend."""

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from .models import User


class LoginBackend(BaseBackend):
    """Finds the one active account behind a username or a phone in any usual spelling, and checks its password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **credentials
    ) -> User | None:
        login = (username or credentials.get("login") or "").strip()
        if not login or password is None:
            return None
        user = User.objects.find_login(login)
        if user is None:
            User().set_password(password)  # the same work as for a known account, so the answer takes as long
            return None
        return user if user.check_password(password) else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.active().people().filter(pk=user_id).first()
