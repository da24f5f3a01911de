"""Rules for phones and passwords, shared by forms, services and the sign-in."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from lokal.phone import normalize_phone


def normalise_phone(text: str) -> str:
    """The E.164 form (+62…) of an Indonesian number written 08…, 62… or +62…; empty when it is none."""
    return normalize_phone(text or "") or ""


def clean_phone(text: str) -> str:
    """The number as it is stored, empty for none; raises a plain error for text that is no Indonesian number."""
    phone = normalise_phone(text)
    if text.strip() and not phone:
        raise ValidationError(_("Write the number as 0812… or +62812…, or leave it empty."))
    return phone


class FewCharactersValidator:
    """Refuses a password of one or two characters repeated: long enough, and the first that anybody tries."""

    def validate(self, password: str, user: object = None) -> None:
        if len(set(password)) < 4:
            raise ValidationError(_("Use more different letters, for example three words you remember."), code="password_too_plain")

    def get_help_text(self) -> str:
        return str(_("Not the same letter again and again."))
