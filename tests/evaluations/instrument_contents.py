"""Contents of instruments made by hypothesis, and small sound ones, for tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from evaluations import states
from evaluations.instrument_content import settled
from evaluations.instrument_schema import plain, read_content

FAMILIES = ("makanan-minuman", "tenun-busana", "kriya")


def sound(**changes: Any) -> dict[str, Any]:
    """Content that may be published: A (60) shared, C (40) for two families."""

    def levels(*points: str) -> list[dict[str, Any]]:
        return [{"points": value, "name": f"Tingkat {value}"} for value in points]

    def own() -> list[dict[str, Any]]:
        return [{"code": "C", "name": "Mutu", "points": "40", "criteria": [{"code": "C1", "name": "Rasa", "levels": levels("0", "40")}]}]

    criteria = [
        {"code": "A1", "name": "Bahan", "levels": levels("0", "10", "20")},
        {"code": "A2", "name": "Usaha", "weight": "2", "levels": levels("1", "20"), "evidence": [proof("useful"), proof("required")]},
    ]
    raw = {
        "code": "uji",
        "name": "Instrumen uji",
        "knock_out_path": "benahi",
        "paths": [{"key": "jual", "label": "Siap jual", "advice": "Jual."}, {"key": "benahi", "label": "Benahi", "advice": "Benahi."}],
        "bands": [{"stars": n, "from": start, "label": f"B{n}", "path": "jual"} for n, start in ((3, "70"), (2, "40"), (1, "0"))],
        "path_rules": [{"path": "benahi", "when": {"criterion": "A1", "at_most_level": "1"}}],
        "minimum_sections": [{"stars": "3", "section": "C", "at_least": "20"}],
        "sections": [{"code": "A", "name": "Kekuatan", "points": "60", "criteria": criteria}],
        "variants": [{"family": family, "sections": own()} for family in FAMILIES[:2]],
        **changes,
    }
    content, problems = read_content(textual(raw))
    assert problems == []
    return settled(content)


def proof(need: str) -> dict[str, str]:
    return {"kind": "photo", "need": need, "label": f"Foto {need}"}


def textual(raw: Any) -> Any:
    """The same with every value as text, as a file says it."""
    if isinstance(raw, dict):
        return {name: textual(value) for name, value in raw.items()}
    return [textual(value) for value in raw] if isinstance(raw, list) else None if raw is None else str(raw)


_SIGNS = st.characters(blacklist_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"), max_codepoint=0x1FFFF)


def words(limit: int, *, blank: bool = False) -> st.SearchStrategy[str]:
    """Text as it stands in the tables: trimmed, one line."""
    tricky = st.sampled_from(
        ["=1+1", "'x", "_x000D_", "- a: b", "# c", "yes", "1.50", "null", "~", "@x", "\\n", "{a}", "&a *b", "ya", "1e5"]
    )
    text = st.one_of(tricky, st.text(_SIGNS, max_size=min(limit, 40)).map(lambda value: " ".join(value.split())))
    return text if blank else text.filter(bool)


def many_lines(limit: int, *, blank: bool = False) -> st.SearchStrategy[str]:
    return st.lists(words(20, blank=True), max_size=4).map(lambda lines: "\n".join(lines).strip()).filter(lambda text: blank or text)


def points(least: str = "0", most: str = "100") -> st.SearchStrategy[str]:
    return st.decimals(least, most, places=2).map(plain)


def codes(prefix: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.integers(1, 99), min_size=1, max_size=3, unique=True).map(lambda found: [f"{prefix}{n}" for n in found])


LEVEL = st.fixed_dictionaries(
    {
        "points": points(),
        "name": words(120),
        "description": words(400, blank=True),
        "effect": st.sampled_from([None, *states.LevelEffect.values]),
    }
)
EVIDENCE = st.fixed_dictionaries(
    {"kind": st.sampled_from(states.EvidenceKind.values), "need": st.sampled_from(["required", "useful"]), "label": words(150)}
)


@st.composite
def criteria(draw: Any, prefix: str) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "name": draw(words(200)),
            "guidance": draw(many_lines(1000, blank=True)),
            "judged_by": draw(st.sampled_from(states.JudgedBy.values)),
            "applies_if": draw(st.sampled_from([None, *states.AppliesIf.values])),
            "otherwise": draw(st.sampled_from(states.Uncounted.values)),
            "weight": draw(points("0.01", "99.99")),
            "source": draw(words(200, blank=True)),
            "evidence": draw(st.lists(EVIDENCE, max_size=2)),
            "levels": draw(st.lists(LEVEL, max_size=3)),
        }
        for code in draw(codes(prefix))
    ]


@st.composite
def sections(draw: Any, least: int) -> list[dict[str, Any]]:
    letters = draw(st.lists(st.sampled_from("ABCDE"), min_size=least, max_size=3, unique=True))
    return [{"code": one, "name": draw(words(120)), "points": draw(points()), "criteria": draw(criteria(one))} for one in letters]


@st.composite
def contents(draw: Any) -> dict[str, Any]:
    """Any content the tables can hold, sound or not."""
    keys = draw(st.lists(st.sampled_from(["a", "b-1", "c_2"]), min_size=1, unique=True))
    path = st.sampled_from(keys)
    starts = draw(st.lists(points(), max_size=5, unique=True))
    stars = draw(st.permutations(range(1, 6)))
    families = draw(st.lists(st.sampled_from(FAMILIES), max_size=2, unique=True))
    pairs = draw(st.lists(st.tuples(st.integers(1, 5), st.sampled_from("ABC")), max_size=3, unique=True))
    return settled(
        {
            "code": "uji",
            "name": draw(words(120)),
            "note": draw(many_lines(2000, blank=True)),
            "is_proposal": draw(st.booleans()),
            "rounding": "half_up_2",
            "validity_months": draw(st.integers(1, 240)),
            "unassessable": {"sample": draw(st.sampled_from(["lowest", "rescale"])), "note": draw(many_lines(600, blank=True))},
            "knock_out_path": draw(st.one_of(st.none(), path)),
            "bands": [
                {"stars": n, "from": start, "label": draw(words(80)), "path": draw(path)} for n, start in zip(stars, starts, strict=False)
            ],
            "paths": [{"key": key, "label": draw(words(80)), "advice": draw(many_lines(600))} for key in keys],
            "path_rules": [
                {"path": draw(path), "when": {"criterion": code, "at_most_level": draw(st.integers(1, 9))}} for code in draw(codes("A"))
            ],
            "minimum_sections": [{"stars": n, "section": code, "at_least": draw(points())} for n, code in pairs],
            "sections": draw(sections(0)),
            "variants": [{"family": family, "sections": draw(sections(1))} for family in families],
        }
    )
