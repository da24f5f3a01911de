"""Reading what a person searches for: folded words, near spellings of words nobody wrote, and marks in what was found."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery
from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .models import SearchWord
from .text import fold

CONFIG = "indonesian"
MAX_TEXT, MAX_WORDS, MAX_WORD = 120, 8, 40
MIN_GUESSED = 4
# From which ratio on a word is marked as nearly the one that was typed.
ALIKE = 0.85
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

# A word is known when some stored word begins with it or with its stem; else the nearest stored words are offered.
_NEAR = """
SELECT asked.word, stem.word IS NULL OR starts_with(stem.word, asked.word),
  CASE WHEN NOT EXISTS (SELECT FROM registry_searchword WHERE word >= asked.word AND word < asked.word || '{')
        AND NOT EXISTS (SELECT FROM registry_searchword WHERE word >= stem.word AND word < stem.word || '{')
  THEN ARRAY(SELECT word FROM registry_searchword WHERE word %% asked.word ORDER BY similarity(word, asked.word) DESC, word LIMIT 8) END
FROM (SELECT word COLLATE "C" AS word FROM unnest(%s::text[]) AS typed(word)) AS asked
CROSS JOIN LATERAL (SELECT (ts_lexize('indonesian_stem', asked.word))[1] COLLATE "C" AS word) AS stem
"""


@dataclass(frozen=True)
class Search:
    """A search as it was understood; `near` holds, for each word nobody wrote, what it may mean.

    `stems` are the words that lose nothing to their stem: what begins with one is all that has its stem.
    """

    words: tuple[str, ...] = ()
    near: dict[str, list[str]] = field(default_factory=dict)
    stems: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.words)

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def is_guessed(self) -> bool:
        return any(self.near.values())

    @property
    def query(self) -> SearchQuery | CombinedSearchQuery:
        """Every word in its stem or a near spelling; the last one may be a beginning only."""
        *head, last = self.words
        beginning = SearchQuery(f"{last}:*", config="simple", search_type="raw")
        # Asking for both forms finds the same, costs twice, and lets the database expect twice the matches there are.
        query = beginning if last in self.stems and last not in self.near else self._of(last) | beginning
        for word in head:
            query = self._of(word) & query
        return query

    def _of(self, word: str) -> SearchQuery | CombinedSearchQuery:
        query = SearchQuery(word, config=CONFIG, search_type="plain")
        for other in self.near.get(word, ()):
            query = query | SearchQuery(other, config=CONFIG, search_type="plain")
        return query

    def mark(self, text: str) -> SafeString:
        """The text, escaped, with the words that were found between `<mark>` tags."""
        pieces, end = [], 0
        for token in _TOKEN.finditer(text):
            if self._found(token[0]):
                pieces += [escape(text[end : token.start()]), "<mark>", escape(token[0]), "</mark>"]
                end = token.end()
        return mark_safe("".join([*pieces, escape(text[end:])]))  # noqa: S308 - every piece is escaped, the tags are ours

    @cached_property
    def _beginnings(self) -> tuple[tuple[str, ...], frozenset[str]]:
        """What a word that was found may begin with, and the single signs it may be."""
        wanted = [*self.words, *(other for others in self.near.values() for other in others)]
        return tuple(word for word in wanted if len(word) > 1), frozenset(word for word in wanted if len(word) == 1)

    @cached_property
    def _likenesses(self) -> list[difflib.SequenceMatcher]:
        """One comparison for each word that is long enough; it keeps what it learnt of the word for all tokens."""
        return [difflib.SequenceMatcher(None, "", word) for word in set(self.words) if len(word) >= MIN_GUESSED]

    @cached_property
    def _told(self) -> dict[str, bool]:
        """Tokens that were judged already: two dozen cards repeat their places and kinds."""
        return {}

    def _found(self, token: str) -> bool:
        if token not in self._told:
            (beginnings, signs), word = self._beginnings, fold(token)
            self._told[token] = word.startswith(beginnings) or word in signs or self._is_like(word)
        return self._told[token]

    def _is_like(self, word: str) -> bool:
        """Whether a folded word is nearly one of those searched for; the cheap upper bounds go first."""
        for likeness in self._likenesses:
            likeness.set_seq1(word)
            if likeness.real_quick_ratio() > ALIKE and likeness.quick_ratio() > ALIKE and likeness.ratio() > ALIKE:
                return True
        return False


NOTHING = Search()


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a typed search, at most eight; signs, emoji and what lies beyond 120 characters do not count."""
    return tuple(word[:MAX_WORD] for word in fold(text[:MAX_TEXT]).split()[:MAX_WORDS])


def read(text: str) -> Search:
    """What a person may mean by `text`; one small query. Nothing for text without any letter or figure."""
    words = words_of(text)
    guessable = sorted({word for word in words if len(word) >= MIN_GUESSED})
    if not guessable:
        return Search(words)
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, [guessable])
        found = cursor.fetchall()
    near = {word: _nearest(word, others) for word, _is_stem, others in found if others is not None}
    return Search(words, near, frozenset(word for word, is_stem, _others in found if is_stem))


def _nearest(word: str, others: list[str]) -> list[str]:
    """Of the words that share sounds with `word`, those that differ least from it; at most three."""
    likeness = {other: difflib.SequenceMatcher(None, word, other).ratio() for other in others}
    best = max(likeness.values(), default=0)
    return [other for other in others if likeness[other] >= max(best - 0.05, 0.65)][:3]


def learn(text: str) -> None:
    """Remember the folded words of an entry, inside the caller's transaction; in one order, so that two never wait in a ring."""
    words = sorted({word for word in text.split() if MIN_GUESSED <= len(word) <= MAX_WORD and not word.isdigit()})
    SearchWord.objects.bulk_create([SearchWord(word=word) for word in words], ignore_conflicts=True)
