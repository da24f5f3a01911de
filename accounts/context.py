"""What templates know about the session."""

from django.http import HttpRequest

from .borrowed import is_borrowed


def session_flags(request: HttpRequest) -> dict[str, bool]:
    """`borrowed`: nothing may be kept on this phone."""
    return {"borrowed": hasattr(request, "session") and is_borrowed(request)}
