"""A mirror of the public catalogue in a hundred lines: what a partner writes to hold a copy that is provably equal.

It needs one function that fetches an address and may fail; everything it asks can be asked again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

API = "/api/v1"
Row = dict[str, Any]
# Status and body of the answer to a GET of an address; raises ConnectionError where there is none.
Fetch = Callable[[str], tuple[int, bytes]]


class CursorExpired(Exception):
    """The log no longer reaches back to where this mirror stands: read the whole catalogue again."""


class Mirror:
    """The public products by code, each as the JSON text that was sent, and the number of the last change that is in them."""

    def __init__(self, fetch: Fetch, *, tries: int = 50):
        self.fetch, self.tries = fetch, tries
        self.texts: dict[str, bytes] = {}
        self.after = 0

    def read_all(self, *, limit: int = 200) -> None:
        """Read the catalogue page by page. What changes meanwhile is in the changes after the first page's `as_of`."""
        page = self._get(f"{API}/products?limit={limit}")
        self.texts, self.after = {}, page["as_of"]
        while True:
            for product in page["results"]:
                self._keep(product)
            if page["next"] is None:
                return
            page = self._get(page["next"])

    def follow(self, *, limit: int = 100) -> int:
        """Take in every change there is by now; returns how many were read. Reading one twice does no harm."""
        count = 0
        while True:
            page = self._get(f"{API}/changes?after={self.after}&limit={limit}")
            for change in page["results"]:
                self._apply(change)
            # Only now: what was not taken in whole is asked for again.
            self.after, count = page["after"], count + len(page["results"])
            if not page["has_more"]:
                return count

    def differences(self) -> dict[str, tuple[Row, Row]]:
        """The regencies whose fingerprint differs from the registry's, both told; nothing when the copies are equal."""
        theirs = {row["regency"]: row for row in self._get(f"{API}/reconcile")["regencies"]}
        mine = self.fingerprints()
        return {code: (mine.get(code, {}), theirs.get(code, {})) for code in mine | theirs if mine.get(code) != theirs.get(code)}

    def fingerprints(self) -> dict[str, Row]:
        """For each regency how many products it has and the SHA-256 over their lines "code:revision" in the order of codes."""
        lines: dict[str, list[str]] = {}
        for code, text in sorted(self.texts.items()):
            product = json.loads(text)
            lines.setdefault(product["region"]["regency"], []).append(f"{code}:{product['revision']}")
        return {
            regency: {"regency": regency, "count": len(found), "sha256": sha256("\n".join(found).encode()).hexdigest()}
            for regency, found in lines.items()
        }

    def _apply(self, change: Row) -> None:
        if change["subject"] != "product":
            return
        if change["product"] is None:
            self.texts.pop(change["code"], None)
        else:
            self._keep(change["product"])

    def _keep(self, product: Row) -> None:
        self.texts[product["code"]] = json.dumps(product, ensure_ascii=False, separators=(",", ":")).encode()

    def _get(self, address: str) -> Row:
        """The answer to a GET, asked again while none comes."""
        for _try in range(self.tries):
            try:
                status, body = self.fetch(address)
            except ConnectionError:
                continue
            if status == 410:
                raise CursorExpired(address)
            if status == 200:
                answer: Row = json.loads(body)
                return answer
            if status not in (429, 503):
                raise RuntimeError(f"{address}: {status} {body[:200]!r}")
        raise RuntimeError(f"{address}: no answer in {self.tries} tries")
