"""Template tags of the public pages: data for search engines and for previews of links."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from registry.showcase import site

register = template.Library()

_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@register.simple_tag
def structured_data(data: dict[str, Any]) -> SafeString:
    """Data as JSON-LD. It is data, which the policy of scripts does not touch; no sign of it can end the element."""
    text = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above


@register.simple_tag
def preview(title: str, text: str, address: str, picture: str = "", kind: str = "website") -> SafeString:
    """Open Graph tags and the canonical address of a page."""
    pairs = [("og:title", title), ("og:description", text[:200]), ("og:url", address), ("og:type", kind), ("og:site_name", "OVOP NTT")]
    pairs += [("og:image", picture)] if picture else []
    tags = [format_html('<meta property="{}" content="{}">', name, value) for name, value in pairs]
    tags.append(format_html('<link rel="canonical" href="{}">', address))
    return mark_safe("\n".join(tags))  # noqa: S308 - every tag is made by format_html


@register.simple_tag
def absolute(name: str, *args: Any) -> str:
    """The whole address of a named page."""
    return f"{site()}{reverse(name, args=args)}"
