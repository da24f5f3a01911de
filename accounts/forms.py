"""Forms of sign-in, activation, help and the own profile."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from .borrowed import mark_borrowed
from .keys import CODE_DIGITS
from .models import User
from .validators import clean_phone, normalise_phone

LOGIN_HELP = _("For example: desa-beiwali or 081234567890")
PASSWORD_HELP = _("At least 10 letters or figures. A short sentence that you remember is fine, spaces too.")


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Put a service's complaint next to the fields it names; what names no field of the form goes on top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, problems in error.error_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, problems)


def login_field() -> forms.CharField:
    """One field for a username or a phone in any usual spelling."""
    attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
    return forms.CharField(label=_("Username or phone number"), help_text=LOGIN_HELP, max_length=60, widget=forms.TextInput(attrs))


def password_widget(autocomplete: str) -> forms.PasswordInput:
    """A password that can be shown; the button comes by script (static/js/password.js)."""
    attrs = {"autocomplete": autocomplete, "data-show-password": _("Show the password"), "data-hide-password": _("Hide the password")}
    return forms.PasswordInput(attrs=attrs)


def new_password_field() -> forms.CharField:
    """A field for a new password, spaces kept."""
    return forms.CharField(
        label=_("New password"), help_text=PASSWORD_HELP, max_length=128, strip=False, widget=password_widget("new-password")
    )


class LoginForm(account_forms.LoginForm):
    """Sign-in by username or phone; a borrowed phone gets a short session."""

    borrowed = forms.BooleanField(
        label=_("This phone is borrowed"),
        help_text=_("You are signed out by yourself after 30 minutes, and nothing you write is kept on this phone."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        password = forms.CharField(label=_("Password"), strip=False, max_length=128, widget=password_widget("current-password"))
        self.fields = {"login": login_field(), "password": password, "borrowed": self.fields["borrowed"]}

    def user_credentials(self) -> dict[str, str]:
        # The limit of wrong tries counts by this name: the three spellings of a phone and the username count as one.
        text = self.cleaned_data["login"]
        user = User.objects.find_login(text)
        name = user.username if user else normalise_phone(text) or text.lower()
        return {"username": name, "password": self.cleaned_data["password"]}

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response = super().login(request, redirect_url)
        if self.cleaned_data["borrowed"]:
            mark_borrowed(request)
        return response


class ChangePasswordForm(account_forms.ChangePasswordForm):
    """Change the own password: the old one, the new one once (it can be shown)."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        old = forms.CharField(label=_("Current password"), strip=False, widget=password_widget("current-password"))
        self.fields = {"oldpassword": old, "password1": new_password_field()}

    def clean_password1(self) -> str:
        password_validation.validate_password(self.cleaned_data["password1"], self.user)
        return self.cleaned_data["password1"]


class ReauthenticateForm(account_forms.ReauthenticateForm):
    """Ask the password again before something that protects the account changes."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["password"] = forms.CharField(label=_("Password"), strip=False, widget=password_widget("current-password"))


def code_field(label: Any) -> forms.CharField:
    """A field for the code of an authenticator app or a recovery code."""
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code"}
    return forms.CharField(label=label, max_length=12, widget=forms.TextInput(attrs))


class AnyCodeMixin:
    """A second step that takes a code of the app as well as a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field(_("Code from the app, or a recovery code"))


class AuthenticateForm(AnyCodeMixin, mfa_forms.AuthenticateForm):
    """The second step of signing in."""


class MfaReauthenticateForm(AnyCodeMixin, mfa_forms.ReauthenticateForm):
    """Ask the second factor again before something that protects the account changes."""


class ActivateTotpForm(totp_forms.ActivateTOTPForm):
    """Set up an authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field(_("The six figures the app shows"))


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    """Add a passkey under a name one recognises."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(label=_("Name of this passkey"), max_length=60, required=False)
        self.initial["name"] = _("My phone")


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):
    """Rename a passkey."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(label=_("Name of this passkey"), max_length=60)


class ActivationCodeForm(forms.Form):
    """The username and the eight digits of a slip."""

    login = login_field()
    code = forms.CharField(
        label=_("Eight-figure code"),
        help_text=_("It stands on the slip, or the officer reads it out. With or without spaces."),
        max_length=20,
        widget=forms.TextInput({"class": "code", "inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        digits = "".join(filter(str.isdigit, self.cleaned_data["code"]))
        if len(digits) != CODE_DIGITS:
            raise ValidationError(_("The code has eight figures. Example: 4821 7730"))
        return digits


class NewPasswordForm(forms.Form):
    """The first password of an account, and the privacy notice."""

    password = new_password_field()
    privacy = forms.BooleanField(
        label=_("I have read how my data is used"),
        error_messages={"required": _("Tick this after reading. Without it the account cannot be used.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password_validation.validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]


class PasswordHelpForm(forms.Form):
    """Asks for help with a forgotten password."""

    login = login_field()
    village = forms.CharField(
        label=_("Name of your village, school or community"), help_text=_("For example: Desa Beiwali, Bajawa, Ngada"), max_length=120
    )


class ProfileForm(forms.ModelForm):
    """The own name and number."""

    class Meta:
        model = User
        fields = ["display_name", "phone"]
        labels = {"display_name": _("Your full name"), "phone": _("Phone number")}
        help_texts = {
            "display_name": _("Everything you send carries this name."),
            "phone": _("You can also sign in with it. Leave it empty if several people use this phone."),
        }
        widgets = {
            "phone": forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
            "display_name": forms.TextInput({"autocomplete": "name"}),
        }

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def _post_clean(self) -> None:
        """The service checks and writes; the form's instance stays as it is."""


class OperatorForm(forms.Form):
    """Names an operator of the own unit."""

    login = forms.CharField(
        label=_("Their phone number or username"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocapitalize": "none", "autocomplete": "off"}),
    )
    display_name = forms.CharField(
        label=_("Full name"), help_text=_("Only needed when this person has no account yet."), required=False, max_length=120
    )
    may_send = forms.BooleanField(
        label=_("May also send products to be checked"),
        help_text=_("Otherwise only you send what the operator has written."),
        required=False,
    )
