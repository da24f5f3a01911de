"""Pages that belong to no subject."""

from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

# Public pages carry this form and stay the same for everyone, so it has no token. It only sets the language cookie.
switch_language = csrf_exempt(set_language)
