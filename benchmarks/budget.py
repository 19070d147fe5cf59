"""How many requests one dry run may send. Pure; exact, so that it holds on any machine.

A list that comes in pages may take as many as its length needs, each asked for once; a show that may go is asked for
its episodes and its files, once each; everything else is counted, and does not grow with the library.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

PER_ARR: Final = 9
PER_USER: Final = 3
BESIDE: Final = 8
# The parameter that turns a page → the rows a page must hold at least, and which value means the first one.
PAGES: Final = {"startIndex": (500, 0), "page": (1000, 1), "skip": (100, 0)}
_OF_A_PAGE: Final = frozenset({*PAGES, "limit", "pageSize", "take", "enableTotalRecordCount"})
OF_A_COLLECTION: Final = "parentId"
DETAILS: Final = ("/api/v3/episode", "/api/v3/episodefile")

Query = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    service: str
    path: str
    query: str


@dataclass(frozen=True, slots=True)
class House:
    """What the budget hangs on. `candidates`: shows that may go, as far as the lists tell."""

    arrs: tuple[str, ...]
    users: int
    favourite_collections: int
    candidates: int


@dataclass(frozen=True, slots=True)
class Sent:
    """The requests of one run, sorted. `base`: by service, those that must not grow. The others by what they ask for."""

    base: Mapping[str, int]
    pages: Mapping[str, int]  # after the first
    details: Mapping[str, int]  # of single shows
    collections: Mapping[str, int]
    by_service: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_service.values())


def list_of(service: str, path: str, query: Query) -> tuple[str, bool]:
    """The list a request asks a page of, and whether it is a page after the first."""
    pairs = list(query)
    rest = "&".join(sorted(f"{key}={value}" for key, value in pairs if key not in _OF_A_PAGE))
    later = any(key in PAGES and int(value) > PAGES[key][1] for key, value in pairs)
    return f"{service} {path}?{rest}", later


def sort(requests: Sequence[Request]) -> Sent:
    base: Counter[str] = Counter()
    pages: Counter[str] = Counter()
    details: Counter[str] = Counter()
    collections: Counter[str] = Counter()
    for request in requests:
        query = parse_qsl(request.query, keep_blank_values=True)
        name, later = list_of(request.service, request.path, query)
        if request.path in DETAILS:
            details[name] += 1
        elif later:
            pages[name] += 1
        elif any(key == OF_A_COLLECTION for key, _ in query):
            collections[name] += 1
        else:
            base[request.service] += 1
    return Sent(base, pages, details, collections, Counter(request.service for request in requests))


def spent(sent: Sent, house: House, totals: Mapping[str, int]) -> list[str]:
    """Where a run asked for more than it may. `totals`: the length of each paged list. Empty: within its budget."""
    return [*_base(sent, house), *_collections(sent, house), *_pages(sent, totals), *_details(sent, house)]


def grown(small: Sent, large: Sent) -> list[str]:
    """Requests that became more with the library, though they are not about a page, a collection or a show."""
    return [
        f"{service}: {small.base.get(service, 0)} requests that should not depend on size became {count} in a larger home"
        for service, count in sorted(large.base.items())
        if count > small.base.get(service, 0)
    ]


def _base(sent: Sent, house: House) -> Iterator[str]:
    for arr in house.arrs:
        if sent.base.get(arr, 0) > PER_ARR:
            yield f"{arr}: {sent.base[arr]} requests, {PER_ARR} are allowed"
    others = sum(count for service, count in sent.base.items() if service not in house.arrs)
    allowed = PER_USER * house.users + BESIDE
    if others > allowed:
        yield f"Jellyfin and Seerr: {others} requests, {allowed} are allowed"


def _collections(sent: Sent, house: House) -> Iterator[str]:
    asked = sum(sent.collections.values())
    if asked > house.favourite_collections:
        yield f"{asked} questions about collections, of which {house.favourite_collections} are favourites"


def _pages(sent: Sent, totals: Mapping[str, int]) -> Iterator[str]:
    for name, count in sorted(sent.pages.items()):
        rows = rows_of_a_page(name)
        allowed = max(0, -(-totals.get(name, 0) // rows) - 1)
        if count > allowed:
            yield f"{name}: {count} further pages for {totals.get(name, 0)} rows, {allowed} are allowed"


def _details(sent: Sent, house: House) -> Iterator[str]:
    for name, count in sorted(sent.details.items()):
        if count > 1:
            yield f"{name}: asked {count} times"
    if len(sent.details) > len(DETAILS) * house.candidates:
        yield f"{len(sent.details)} questions about single shows, of which {house.candidates} may go"


def rows_of_a_page(name: str) -> int:
    """By whom a list is: `list_of` begins with the service and the path."""
    path = name.partition(" ")[2]
    if path.startswith("/api/v3/"):
        return PAGES["page"][0]
    return PAGES["skip"][0] if path.startswith("/api/v1/") else PAGES["startIndex"][0]
