"""Compares an edition with the tree in force and guesses what each difference means. Pure: reads nothing, writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .names import clean_name, fold, key
from .source import Edition, level_of, parent_of


@dataclass(frozen=True)
class Known:
    """What the comparison needs of a region here."""

    name: str
    postal_code: str = ""
    ended: bool = False


@dataclass
class Difference:
    """One item of a plan: what changed, and how sure the guess is in percent."""

    kind: str
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    confidence: int = 0


def compare(edition: Edition, here: Mapping[str, Known]) -> list[Difference]:
    """Every difference between an edition and the regions here, each code in one item only."""
    missing = [code for code, known in here.items() if not known.ended and code not in edition.names]
    fresh = [code for code in edition.names if code not in here]
    found = _returned(edition, here) + _changed(edition, here)
    moved = _moved(missing, fresh, edition, here)
    paired_old = {pair.old[0] for pair in moved}
    paired_new = {pair.new[0] for pair in moved}
    added = _added([code for code in fresh if code not in paired_new], edition, here)
    gone = [_gone(code, edition, here) for code in missing if code not in paired_old]
    return found + moved + added + gone


def _returned(edition: Edition, here: Mapping[str, Known]) -> list[Difference]:
    return [Difference("unknown", new=[code]) for code, known in here.items() if known.ended and code in edition.names]


def _changed(edition: Edition, here: Mapping[str, Known]) -> list[Difference]:
    found = []
    for code, known in here.items():
        if known.ended or code not in edition.names:
            continue
        if clean_name(edition.names[code]) != known.name:
            found.append(Difference("rename", [code], [code], 95))
        if edition.postal_codes.get(code, "") != known.postal_code:
            found.append(Difference("postal", [code], [code], 95))
    return found


def _moved(missing: Iterable[str], fresh: Iterable[str], edition: Edition, here: Mapping[str, Known]) -> list[Difference]:
    """Pairs of one level and one name, each unmistakable on both sides."""
    before, after = defaultdict(list), defaultdict(list)
    for code in missing:
        before[level_of(code), key(here[code].name)].append(code)
    for code in fresh:
        after[level_of(code), key(clean_name(edition.names[code]))].append(code)
    pairs = [(olds[0], after[place][0]) for place, olds in before.items() if len(olds) == len(after.get(place, ())) == 1]
    return [Difference("moved", [old], [new], 90 if old[:5] == new[:5] else 70) for old, new in pairs]


def _added(fresh: Iterable[str], edition: Edition, here: Mapping[str, Known]) -> list[Difference]:
    """New codes: beside a region whose name they carry on ("Beiwali Timur") a split of it, else simply new."""
    splits: dict[str, Difference] = {}
    found = []
    for code in fresh:
        origin = _origin(code, edition, here)
        if origin:
            splits.setdefault(origin, Difference("split", [origin], [origin], 60)).new.append(code)
        else:
            found.append(Difference("added", new=[code], confidence=50))
    return [*splits.values(), *found]


def _origin(code: str, edition: Edition, here: Mapping[str, Known]) -> str:
    name = fold(clean_name(edition.names[code]))
    parent = parent_of(code)
    beside = [
        other
        for other, known in here.items()
        if not known.ended and other in edition.names and parent_of(other) == parent and name.startswith(f"{fold(known.name)} ")
    ]
    return max(beside, key=lambda other: len(here[other].name), default="")


def _gone(code: str, edition: Edition, here: Mapping[str, Known]) -> Difference:
    """A code that is missing: merged into a neighbour whose new name holds its own, else a question for the officer."""
    name = key(here[code].name)
    heirs = [
        other
        for other, known in here.items()
        if other != code
        and not known.ended
        and parent_of(other) == parent_of(code)
        and name in key(clean_name(edition.names.get(other, "")))
        and name not in key(known.name)
    ]
    return Difference("merge", [code], heirs, 60) if len(heirs) == 1 else Difference("unknown", [code])
