"""Fields of what partners send: the type they say and no other, cleaned like what people type; an unknown name is refused."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers as s

from common import text

UNKNOWN = _("This field is not known here. Offered are: %(offered)s.")


class StrictSerializer(s.Serializer):
    """Takes only fields it knows: a misspelled one must not be lost without a word."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            words = UNKNOWN % {"offered": ", ".join(self.fields)}
            raise s.ValidationError({str(name)[:60]: [words] for name in unknown[:20]}, code="unknown")
        return super().to_internal_value(data)


def taken(shape: type[s.Serializer], data: Any, **context: Any) -> dict[str, Any]:
    """What was sent, checked field by field; a ValidationError names each that cannot be taken."""
    serializer = shape(data=data, context=context)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


class Text(s.CharField):
    """A string, cleaned of what cannot be seen; too long a one is refused, never cut."""

    def __init__(self, *, most: int, multiline: bool = False, **kwargs: Any):
        super().__init__(**kwargs, max_length=most)
        self.validators = []
        self.most, self.multiline = most, multiline

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            cleaned = text.check_length((text.clean_text if self.multiline else text.clean_line)(data), self.most)
        except text.TextProblem as problem:
            raise s.ValidationError(str(problem)) from None
        if not cleaned and not self.allow_blank:
            self.fail("blank")
        return cleaned


class Whole(s.IntegerField):
    """A whole number written as a number."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class Flag(s.BooleanField):
    """true or false."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data
