"""Placeholder pictures for demonstration products: our own drawings, marked as such, for the sources bring no photos."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import typst

FOLDER = Path(__file__).parent / "pictures"
BY_CATEGORY = {
    "kopi-teh-kakao": "coffee",
    "tenun": "tenun",
    "busana": "tenun",
    "olahan-ikan": "abon",
    "minyak-makan": "vco",
    "kosmetik-sabun": "candlenut",
    "alat-teknologi": "stove",
    "kriya-lain": "basket",
    "pupuk-pertanian": "farmer",
}
_PAGE = """
#set page(width: 300pt, height: 225pt, margin: 0pt)
#image("{picture}.svg", width: 300pt, height: 225pt, fit: "cover")
#place(bottom + left, rect(width: 100%, fill: rgb("#161d42"), inset: 6pt,
  text(fill: rgb("#f6efdf"), size: 9pt)[{name}: gambar contoh, bukan foto produk]))
"""


def draw(category: str, name: str) -> bytes:
    """A PNG of 1200 x 900 for a category; the product's name makes each picture its own."""
    picture = BY_CATEGORY.get(category, "package")
    safe = "".join(char for char in name if char.isalnum() or char in " '-")
    page = _PAGE.format(picture=picture, name=safe.replace("'", "’"))
    return typst.compile(cast("Any", page.encode()), root=str(FOLDER), format="png", ppi=288.0)
