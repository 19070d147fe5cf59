"""Addresses of services, of the pages, of proxies."""

import pytest

from keepercheky.settings.addresses import (
    Bind,
    is_loopback,
    parse_base_path,
    parse_bind,
    parse_host,
    parse_network,
    parse_url,
)
from keepercheky.settings.values import BadValue


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("http://192.168.1.10:7878/", "http://192.168.1.10:7878"),
        ("HTTPS://Media.Example.org/radarr/", "https://media.example.org/radarr"),
        ("http://radarr:7878", "http://radarr:7878"),
        ("http://[fd00::1]:7878", "http://[fd00::1]:7878"),
    ],
)
def test_an_address_keeps_its_prefix_and_loses_its_last_slash(written, url):
    assert parse_url(written) == url


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("192.168.1.10:7878", 'Write "http://192.168.1.10:7878"'),
        ("radarr:7878/", 'Write "http://radarr:7878"'),
        ("http://nas:8096/web/index.html#!/home", 'Write only where it is: "http://nas:8096"'),
        ("http://nas:7878?apikey=hush", 'Write only where it is: "http://nas:7878"'),
    ],
)
def test_a_wrong_address_shows_the_right_one(written, remedy):
    with pytest.raises(BadValue) as bad:
        parse_url(written)

    assert bad.value.remedy == remedy


@pytest.mark.parametrize(
    "written",
    [
        "",
        7878,
        "ftp://nas",
        "http://",
        "http://nas:0",
        "http://nas:99999",
        "http://nas:",
        "http://na s",
        "http://127.0.0.1\\@evil.example",
        "http://user:hush@nas:7878",
        "4f1c0ffee4f1c0ffee4f1c0ffee4f1c0",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(written):
    with pytest.raises(BadValue) as bad:
        parse_url(written)

    said = bad.value.problem + bad.value.remedy
    assert "hush" not in said
    assert "c0ffee" not in said


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:8080", "http://localhost"]
)
def test_loopback_is_this_machine(url):
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url",
    ["http://192.168.1.10", "http://localhost.example.org", "http://127.1", "http://0.0.0.0", "http://[::2]"],
)
def test_everything_else_is_not_loopback(url):
    assert not is_loopback(url)


@pytest.mark.parametrize(
    ("written", "bind"),
    [
        ("0.0.0.0:80", Bind("0.0.0.0", 80)),
        ("8484", Bind("127.0.0.1", 8484)),
        (8484, Bind("127.0.0.1", 8484)),
        ("[::]:8484", Bind("::", 8484)),
        ("localhost:1", Bind("localhost", 1)),
    ],
)
def test_the_pages_listen_where_it_says(written, bind):
    assert parse_bind(written) == bind
    assert parse_bind(str(bind)) == bind


@pytest.mark.parametrize(
    "written", [":8484", "::1:8484", "nas", "nas:0", "nas:70000", True, "a b:80", "[x]:80"]
)
def test_an_unclear_place_to_listen_is_refused(written):
    with pytest.raises(BadValue):
        parse_bind(written)


def test_paths_hosts_and_networks_of_a_proxy():
    assert parse_base_path("/keepercheky/") == "/keepercheky"
    assert parse_base_path("/") == ""
    assert parse_host("Media.Example.org") == "media.example.org"
    assert parse_host("[::1]") == "::1"
    assert parse_network("172.18.0.2/12") == "172.16.0.0/12"
    for parse, written in [
        (parse_base_path, "keepercheky"),
        (parse_base_path, 3),
        (parse_host, "http://nas"),
        (parse_host, "nas:80"),
        (parse_network, "*"),
    ]:
        with pytest.raises(BadValue):
            parse(written)
