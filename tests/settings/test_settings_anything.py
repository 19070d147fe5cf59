"""Whatever stands in the file: settings come out, or mistakes; never a traceback, and never a key."""

import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keepercheky.errors import SettingsError
from keepercheky.settings import load
from keepercheky.settings.tree import leaves

SECRET = "c0ffee00c0ffee00"
WORDS = ["radarr", "sonarr", "jellyfin", "media", "20%", "5%", "10GB", "9d", "0d", "", "x y", "keep", "true"]
NAMES = sorted(
    {step for leaf in leaves() for step in leaf.path} | {"after", "unwatched", "keep_latest", "_x", "levels"}
)

plain = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=6),
    st.integers(-5, 10**12),
    st.booleans(),
    st.floats(allow_nan=True),
    st.datetimes(),
)
names = st.one_of(st.sampled_from(NAMES), st.sampled_from(WORDS))
anything = st.recursive(
    plain,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=4)),
    max_leaves=12,
)
files = st.dictionaries(names, anything, max_size=6)


def outcome(path, environ) -> str:
    """Everything that is said of the settings or their mistakes."""
    try:
        return repr(load(path, environ))
    except SettingsError as error:
        return f"{error} {error.mistakes}"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables=files, service=st.dictionaries(names, anything, max_size=4), schedule=anything)
def test_anything_is_settings_or_mistakes(desk, tables, service, schedule):
    tables.setdefault("services", {"radarr": service | {"api_key": SECRET}})
    tables.setdefault("schedules", [schedule])
    text = tomlkit.dumps(tables)

    shown = outcome(desk.write(text), {})
    assert SECRET not in shown


variables = st.lists(st.sampled_from([*NAMES, "RADARR", ""]), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    environ=st.dictionaries(
        variables.map("__".join), st.sampled_from([*WORDS, "[", '{"a": 1}', "[1, {}]"]), max_size=6
    )
)
def test_any_environment_is_settings_or_mistakes(desk, smallest, environ):
    path = desk.write(smallest)

    outcome(path, {f"KEEPERCHEKY_{name.upper()}": value for name, value in environ.items()})
