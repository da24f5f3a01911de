"""Form fields that take what people type, and the renderer that lays every field out in the portal's look."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.renderers import TemplatesSetting
from django.utils.functional import Promise
from django.utils.translation import gettext_noop

from . import formatting, numbers, text

# Words of Django's own that people meet in our forms, said in the portal's way: its catalogue is asked before Django's.
gettext_noop("This field is required.")
gettext_noop("Enter a valid URL.")
gettext_noop("Enter a valid date.")
gettext_noop("Select a valid choice. That choice is not one of the available choices.")


class PortalFormRenderer(TemplatesSetting):
    """`{{ form }}` and `{{ field.as_field_group }}` use the templates of `templates/components/`."""

    form_template_name = "components/form.html"
    field_template_name = "components/form_row.html"


class NumberInput(forms.TextInput):
    """A text control with the number keys of a phone; `prefix` and `suffix` are printed beside it."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, prefix: str | Promise = "", suffix: str | Promise = ""):
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})
        self.prefix, self.suffix = prefix, suffix


class TypedNumberField(forms.Field):
    """A number typed freely and shown back in Indonesian grouping; what cannot be read stays in the control as typed."""

    inputmode = "numeric"

    def __init__(
        self,
        *,
        min_value: int | Decimal = 0,
        max_value: int | Decimal | None = None,
        prefix: str | Promise = "",
        suffix: str | Promise = "",
        **kwargs: Any,
    ):
        kwargs.setdefault("widget", NumberInput({"inputmode": self.inputmode}, prefix=prefix, suffix=suffix))
        super().__init__(**kwargs)
        self.validators.append(MinValueValidator(min_value))
        if max_value is not None:
            self.validators.append(MaxValueValidator(max_value))

    def to_python(self, value: Any) -> int | Decimal | None:
        if value in self.empty_values:
            return None
        try:
            return self.parse(str(value))
        except numbers.NumberProblem as problem:
            raise ValidationError(str(problem), code="invalid") from None

    def parse(self, typed: str) -> int | Decimal:
        """The number a person meant; `NumberProblem` when it cannot be read."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        return formatting.number(value) if isinstance(value, int | Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class RupiahField(TypedNumberField):
    """Whole rupiah, with "Rp" before the control."""

    def __init__(self, **kwargs: Any):
        super().__init__(**{"prefix": "Rp", **kwargs})

    def parse(self, typed: str) -> int:
        return numbers.parse_rupiah(typed)


class CountField(TypedNumberField):
    """How many: a whole number."""

    def parse(self, typed: str) -> int:
        return numbers.parse_count(typed)


class QuantityField(TypedNumberField):
    """A quantity with decimals; at most `decimal_places` of them."""

    inputmode = "decimal"

    def __init__(self, *, max_digits: int = 14, decimal_places: int = 3, **kwargs: Any):
        super().__init__(**kwargs)
        self.validators.append(forms.DecimalField(max_digits=max_digits, decimal_places=decimal_places).validators[-1])

    def parse(self, typed: str) -> Decimal:
        return numbers.parse_decimal(typed)


class PlainTextField(forms.CharField):
    """Text as typed, cleaned of what cannot be seen. One line, unless the control is a textarea."""

    def __init__(self, *, max_length: int, multiline: bool = False, **kwargs: Any):
        if multiline:
            kwargs.setdefault("widget", forms.Textarea({"rows": 5}))
        super().__init__(**kwargs)
        self.limit, self.multiline = max_length, multiline
        # The control has no maxlength: a phone would cut a pasted text silently.
        self.validators = [validator for validator in self.validators if type(validator).__name__ != "ProhibitNullCharactersValidator"]

    def to_python(self, value: Any) -> str:
        if value in self.empty_values:
            return ""
        try:
            cleaned = (text.clean_text if self.multiline else text.clean_line)(str(value))
            return text.check_length(cleaned, self.limit)
        except text.TextProblem as problem:
            raise ValidationError(str(problem), code="invalid") from None
