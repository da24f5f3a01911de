"""The draw of reviewers as a min-cost flow: pure, exact in whole numbers, the same for the same seed (docs/adr/0011).

Products that bar the same people, ask for as many reviewers and belong to the same family are one node of the network;
what flows from it to a reviewer is then dealt out so that no product gets a person twice.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import networkx as nx

# Load costs are exact this far around the average; the window grows when the solution leaves it.
WINDOW = 2
# Beyond so many groups, keeping people where they are is not weighed any more: the network would grow with every product.
MOST_GROUPS_THAT_STAY = 1500
SINK, OPEN = ("sink",), ("open",)


@dataclass(frozen=True)
class Product:
    """What one product still needs; `barred` may not judge it, `held` already do, `stay` had it before this draw."""

    key: int
    family: str
    need: int
    barred: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()
    stay: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Reviewer:
    """A person who fills in sheets: the most products they take, how many they hold already, what they know (empty: not said)."""

    key: int
    limit: int
    load: int = 0
    families: frozenset[str] = frozenset()

    def distance(self, family: str) -> int:
        """0 when the family is theirs, 1 when they named none, 2 when they named others."""
        return 1 if not self.families else 0 if family in self.families else 2


@dataclass(frozen=True)
class Shortage:
    """A product that lacks reviewers: so many because of conflicts, so many because those who may judge it are full."""

    product: int
    by_conflicts: int
    by_limits: int
    eligible: int

    @property
    def lacking(self) -> int:
        return self.by_conflicts + self.by_limits


@dataclass(frozen=True)
class Bottleneck:
    """Where the limits bind (a minimum cut): these products ask these full reviewers for more sheets than there is room."""

    products: tuple[int, ...] = ()
    reviewers: tuple[int, ...] = ()
    wanted: int = 0
    room: int = 0


@dataclass(frozen=True)
class Assignment:
    """Who judges what; complete when nothing is short."""

    given: dict[int, tuple[int, ...]]
    loads: dict[int, int]
    shortages: tuple[Shortage, ...] = ()
    bottleneck: Bottleneck = Bottleneck()

    @property
    def sheets(self) -> int:
        return sum(map(len, self.given.values()))


@dataclass
class Group:
    """Products that are alike for the draw."""

    family: str
    need: int
    closed: frozenset[int]
    stay: frozenset[int]
    products: list[Product] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.products)


@dataclass(frozen=True)
class Scales:
    """What one unit of each goal costs, so that a goal always outweighs all goals after it together."""

    distance: int
    load: int
    open: int


Windows = dict[int, tuple[int, int]]
Flow = dict[int, dict[int, int]]  # group -> reviewer -> sheets


def draw(products: Iterable[Product], reviewers: Iterable[Reviewer], *, seed: int) -> Assignment:
    """Give every product its reviewers: as many as can be, loads as level as can be, then expertise, then those who had it.

    Distinct keys; the order of the arguments does not matter. Nobody is given a product twice, a barred one, or more
    than their limit; what cannot be given is explained in `shortages`.
    """
    shuffled = random.Random(seed)  # noqa: S311 - has to be reproducible, not secret
    wanted = sorted((product for product in products if product.need > 0), key=lambda product: product.key)
    people = sorted(reviewers, key=lambda reviewer: reviewer.key)
    shuffled.shuffle(wanted)
    shuffled.shuffle(people)
    groups = _groups(wanted)
    flow = _solve(groups, people) if groups and people else {}
    given = {product: who for place, group in enumerate(groups) for product, who in _deal(group, flow.get(place, {})).items()}
    loads = {person.key: person.load for person in people}
    for who in given.values():
        for key in who:
            loads[key] += 1
    shortages = _shortages(groups, people, given)
    return Assignment(given, loads, shortages, _bottleneck(groups, people, flow) if any(s.by_limits for s in shortages) else Bottleneck())


def _groups(products: Sequence[Product]) -> list[Group]:
    """Equal products together, in the order of their first one."""
    found: dict[tuple, Group] = {}
    for product in products:
        closed = product.barred | product.held
        key = (closed, product.family, product.need, product.stay - closed)
        found.setdefault(key, Group(product.family, product.need, closed, product.stay - closed)).products.append(product)
    if len(found) > MOST_GROUPS_THAT_STAY and any(group.stay for group in found.values()):
        return _groups([Product(p.key, p.family, p.need, p.barred, p.held) for p in products])
    return list(found.values())


def _deal(group: Group, shares: dict[int, int]) -> dict[int, tuple[int, ...]]:
    """Deal each reviewer's share round and round the products (McNaughton): no share is larger than the group, so none comes twice."""
    dealt: dict[int, list[int]] = {product.key: [] for product in group.products}
    place = 0
    for reviewer, share in shares.items():
        for _sheet in range(share):
            dealt[group.products[place % group.size].key].append(reviewer)
            place += 1
    return {product: tuple(who) for product, who in dealt.items()}


# --- the network ----------------------------------------------------------------------------------------------------


def _solve(groups: Sequence[Group], people: Sequence[Reviewer]) -> Flow:
    """Solve with exact load costs near the average only; wider where the solution lies outside, until it does not."""
    scales, windows = _scales(groups, people), _windows(groups, people)
    while True:
        flow = _flow(_network(groups, people, scales, windows), groups)
        loads = {person.key: person.load for person in people}
        for shares in flow.values():
            for key, share in shares.items():
                loads[key] += share
        outside = {key: load for key, load in loads.items() if not windows[key][0] <= load <= windows[key][1]}
        if not outside:
            return flow
        for key, load in outside.items():
            low, high = windows[key]
            windows[key] = (min(low, load - WINDOW), max(high, load + WINDOW))


def _scales(groups: Sequence[Group], people: Sequence[Reviewer]) -> Scales:
    total = sum(group.size * group.need for group in groups)
    most = max(person.load for person in people) + total + 1
    distance = total + 1 if any(group.stay for group in groups) else 1
    load = total * (2 * distance + 1) + 1
    return Scales(distance, load, load * (total + 1) * (most + 1))


def _windows(groups: Sequence[Group], people: Sequence[Reviewer]) -> Windows:
    """The loads around the level that all sheets would reach if nobody had a conflict."""
    total = sum(group.size * group.need for group in groups)
    level = _level(total, people)
    windows = {}
    for person in people:
        centre = min(max(level, person.load), max(person.limit, person.load))
        windows[person.key] = (centre - WINDOW, centre + WINDOW)
    return windows


def _level(total: int, people: Sequence[Reviewer]) -> int:
    """How high the sheets stand when poured over the reviewers, each up to the own limit."""
    low, high = 0, max(person.load for person in people) + total
    while low < high:
        level = (low + high + 1) // 2
        if sum(max(0, min(level, person.limit) - person.load) for person in people) <= total:
            low = level
        else:
            high = level - 1
    return low


def _network(groups: Sequence[Group], people: Sequence[Reviewer], scales: Scales, windows: Windows) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    graph.add_node(SINK, demand=sum(group.size * group.need for group in groups))
    for place, group in enumerate(groups):
        node = ("group", place)
        graph.add_node(node, demand=-group.size * group.need)
        graph.add_edge(node, OPEN, weight=scales.open, capacity=group.size * group.need)
        for person in people:
            if person.key not in group.closed and person.limit > person.load:
                moves = int(bool(group.stay) and person.key not in group.stay)
                cost = person.distance(group.family) * scales.distance + moves
                graph.add_edge(node, ("person", person.key), capacity=group.size, weight=cost)
    graph.add_edge(OPEN, SINK, weight=0)
    for person in people:
        _add_loads(graph, person, scales.load, *windows[person.key])
    return graph


def _add_loads(graph: nx.MultiDiGraph, person: Reviewer, unit: int, low: int, high: int) -> None:
    """Arcs whose cost rises with the load: the k-th sheet costs k, exactly so from `low` to `high`, flat outside."""
    node, start = ("person", person.key), person.load
    low, high = max(low, start), min(high, person.limit)
    if low > start:
        graph.add_edge(node, SINK, capacity=min(low, person.limit) - start, weight=unit * low)
    for load in range(low + 1, high + 1):
        graph.add_edge(node, SINK, capacity=1, weight=unit * load)
    if person.limit > max(high, start):
        graph.add_edge(node, SINK, capacity=person.limit - max(high, start), weight=unit * (max(high, start) + 1))


def _flow(graph: nx.MultiDiGraph, groups: Sequence[Group]) -> Flow:
    _cost, found = nx.network_simplex(graph)
    return {
        place: {node[1]: sum(arcs.values()) for node, arcs in found["group", place].items() if node[0] == "person" and sum(arcs.values())}
        for place in range(len(groups))
    }


# --- what is short, and why -----------------------------------------------------------------------------------------


def _shortages(groups: Sequence[Group], people: Sequence[Reviewer], given: dict[int, tuple[int, ...]]) -> tuple[Shortage, ...]:
    rows = []
    for group in groups:
        eligible = sum(person.key not in group.closed for person in people)
        for product in group.products:
            lacking = group.need - len(given[product.key])
            if lacking:
                by_conflicts = max(0, group.need - eligible)
                rows.append(Shortage(product.key, by_conflicts, lacking - by_conflicts, eligible))
    return tuple(sorted(rows, key=lambda row: row.product))


def _bottleneck(groups: Sequence[Group], people: Sequence[Reviewer], flow: Flow) -> Bottleneck:
    """The minimum cut: all that can be reached from an open product by moving sheets; every reviewer in it is full."""
    holders: dict[int, set[int]] = defaultdict(set)
    for place, shares in flow.items():
        for key in shares:
            holders[key].add(place)
    reached = {place for place, group in enumerate(groups) if _open(group, flow.get(place, {}), people)}
    full: set[int] = set()
    front = list(reached)
    while front:
        place = front.pop()
        for person in people:
            taken = flow.get(place, {}).get(person.key, 0)
            if person.key not in groups[place].closed and taken < groups[place].size and person.key not in full:
                full.add(person.key)
                found = holders[person.key] - reached
                reached |= found
                front += sorted(found)
    wanted = sum(groups[place].size * min(groups[place].need, _eligible(groups[place], people)) for place in reached)
    missing = sum(_open(groups[place], flow.get(place, {}), people) for place in reached)
    keys = tuple(sorted(product.key for place in reached for product in groups[place].products))
    return Bottleneck(keys, tuple(sorted(full)), wanted, wanted - missing)


def _eligible(group: Group, people: Sequence[Reviewer]) -> int:
    return sum(person.key not in group.closed for person in people)


def _open(group: Group, shares: dict[int, int], people: Sequence[Reviewer]) -> int:
    """Sheets of a group that limits leave open; what conflicts alone leave open apart."""
    return group.size * min(group.need, _eligible(group, people)) - sum(shares.values())
