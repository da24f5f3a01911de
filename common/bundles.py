"""Which stylesheets make up each bundle, in cascade order, and how they are joined."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

_SITE = ["header", "cloth", "button", "form", "region-picker", "card", "badge", "tile-map", "value-chain", "workspace", "portal", "layout"]
_STAFF = ["staff", "desk", "score-sheet", "dashboard", "instrument"]

BUNDLES: dict[str, list[str]] = {
    "site": ["tokens", "base", *(f"components/{name}" for name in _SITE)],
    "staff": ["tokens", "base", *(f"components/{name}" for name in _SITE), *(f"components/{name}" for name in _STAFF)],
    "admin": ["tokens", "components/django-admin", "components/admin-portal"],
}

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLANK_LINES = re.compile(r"\n\s*\n+")


def css_root() -> Path:
    """The folder of the stylesheets."""
    return Path(settings.BASE_DIR) / "static" / "css"


def bundle_path(name: str) -> Path:
    """Where the joined stylesheet of this name lies."""
    return css_root() / "dist" / f"{name}.css"


def joined(name: str) -> str:
    """The stylesheets of one bundle in their order, without comments; addresses of pictures already fit `dist/`."""
    parts = (css_root() / f"{source}.css" for source in BUNDLES[name])
    text = "\n".join(part.read_text(encoding="utf-8") for part in parts)
    return _BLANK_LINES.sub("\n", _COMMENT.sub("", text)).strip() + "\n"


def is_fresh(name: str) -> bool:
    """Whether the joined stylesheet says what its sources say."""
    path = bundle_path(name)
    return path.exists() and path.read_text(encoding="utf-8") == joined(name)
