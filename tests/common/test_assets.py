"""Stylesheets are joined and fresh; nothing on a page is inline; the sizes stay in the budget."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from common import bundles

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(ROOT.joinpath("templates").rglob("*.html"))
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\bsrc=)|hx-on", re.IGNORECASE)


@pytest.mark.parametrize("name", bundles.BUNDLES)
def test_bundle_is_fresh(name):
    assert bundles.is_fresh(name), "run manage.py bundle_assets"


def test_stale_bundle_is_noticed_and_mended(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    for source in {part for parts in bundles.BUNDLES.values() for part in parts}:
        path = tmp_path / "static" / "css" / f"{source}.css"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"/* why */\n.{source.rpartition('/')[2]} {{ color: red; }}\n", encoding="utf-8")

    with pytest.raises(CommandError, match="site"):
        call_command("bundle_assets", check=True)
    call_command("bundle_assets")

    call_command("bundle_assets", check=True)
    assert "why" not in bundles.bundle_path("site").read_text(encoding="utf-8")


def test_every_stylesheet_is_in_a_bundle():
    used = {part for parts in bundles.BUNDLES.values() for part in parts}
    present = {str(path.relative_to(bundles.css_root()).with_suffix("")) for path in bundles.css_root().rglob("*.css")}

    assert {name for name in present if not name.startswith("dist/")} == used


def test_layers_keep_their_order():
    assert "@layer tokens, base, components, utilities;" in bundles.joined("site")[:60]


@pytest.mark.parametrize("name", bundles.BUNDLES)
def test_pictures_of_the_bundle_exist(name):
    for address in re.findall(r"url\(([^)]+)\)", bundles.joined(name)):
        assert (bundles.bundle_path(name).parent / address.strip("'\"")).resolve().is_file(), address


@pytest.mark.parametrize(("name", "kilobytes"), [("site", 15), ("staff", 15)])
def test_bundle_is_within_the_budget(name, kilobytes):
    assert len(gzip.compress(bundles.joined(name).encode())) <= kilobytes * 1024


def test_base_script_is_small():
    assert (ROOT / "static" / "js" / "base.js").stat().st_size <= 3 * 1024


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_inline(path):
    assert not INLINE.search(path.read_text(encoding="utf-8"))
