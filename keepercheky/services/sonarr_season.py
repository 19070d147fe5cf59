"""One season's flag in a series' JSON, everything else left as it came, byte for byte.

Facts used: in a series given back to Sonarr a missing `seasons` wipes the list, missing `tags` empty them, a missing
`monitored` means off. So nothing is given back that did not hold all three.
"""

from __future__ import annotations

from typing import Final

import msgspec

from keepercheky.errors import InvalidAnswer
from keepercheky.services import faults
from keepercheky.services.arr_title import Members

NEEDED: Final = ("id", "monitored", "tags", "seasons")
OFF: Final = msgspec.Raw(b"false")


class _Season(msgspec.Struct, rename="camel"):
    season_number: int
    monitored: bool


class _Series(msgspec.Struct):
    seasons: list[_Season]


def switched_off(service: str, series: bytes, season: int) -> Members | None:
    """The series with this season no longer monitored; None when it is not."""
    if type(season) is not int or season < 0:
        raise ValueError(f"not the number of a season: {season!r}")
    try:
        whole = msgspec.json.decode(series, type=Members)
        if lacking := [name for name in NEEDED if name not in whole]:
            raise faults.unexpected(service, f"a series without {', '.join(lacking)}")
        flags = msgspec.json.decode(whole["seasons"], type=list[_Season])
        seasons = msgspec.json.decode(whole["seasons"], type=list[Members])
    except msgspec.ValidationError as problem:
        raise faults.unexpected(service, str(problem)) from None
    places = [place for place, flag in enumerate(flags) if flag.season_number == season]
    if len(places) != 1:
        raise faults.unexpected(service, f"{len(places)} seasons {season} in a series")
    if not flags[places[0]].monitored:
        return None
    seasons[places[0]]["monitored"] = OFF
    return whole | {"seasons": msgspec.Raw(msgspec.json.encode(seasons))}


def confirm(service: str, series: bytes, season: int) -> None:
    """What Sonarr answered must say so too."""
    try:
        said = msgspec.json.decode(series, type=_Series).seasons
    except msgspec.ValidationError:
        raise faults.nobody_knows(service, "sent an answer that makes no sense") from None
    if [one.monitored for one in said if one.season_number == season] != [False]:
        raise InvalidAnswer(
            service, f"still monitors season {season} after it was told not to", "Look at that series there"
        )


def only_flags(title: Members) -> Members:
    """A stored series whose seasons say no more than their number and whether they are monitored."""
    try:
        flags = msgspec.json.decode(title["seasons"], type=list[_Season])
    except msgspec.ValidationError as problem:
        raise ValueError(f"not a stored series: {problem}") from None
    return title | {"seasons": msgspec.Raw(msgspec.json.encode(flags))}
