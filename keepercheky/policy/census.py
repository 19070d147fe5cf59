"""How many of each thing there are, so that the next run notices what vanished without our doing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from keepercheky.media import Library
from keepercheky.policy.scope import governing_order, governs
from keepercheky.policy.terms import Kind, Rules


def count_titles(library: Library, rules: Rules, services: Iterable[str]) -> Mapping[str, int]:
    """Titles by service, of the kinds their schedules name, by the lists alone: asking for details changes nothing."""
    order = governing_order(rules)
    counted: Counter[str] = Counter(dict.fromkeys(services, 0))
    counted.update(movie.service for movie in library.movies if movie.file is not None)
    for show in library.shows:
        if show.has_files is False:
            continue
        schedule = governs(order, show)
        kind = schedule.show_kind if schedule is not None else None
        seasons = [
            season
            for season in show.seasons
            if season.number > 0 or (schedule is not None and schedule.specials)
        ]
        if kind is Kind.SEASON:
            counted[show.service] += sum(season.episode_files > 0 for season in seasons)
        elif kind is Kind.EPISODE:
            counted[show.service] += sum(season.episode_files for season in seasons)
        else:
            counted[show.service] += 1
    return dict(counted)
