"""The server on a port: it shows, it changes nothing, and it answers only to its own names."""

import pytest
from lived_in import KEYS, NOW, live_in

ADDRESSES = ["/", "/style.css", "/health", "/ready", "/metrics"]


async def test_head_says_what_get_says_without_a_body(pages):
    for address in ADDRESSES:
        got, asked = await pages.get(address), await pages.head(address)

        assert (asked.status_code, asked.content) == (200, b"")
        assert asked.headers["content-type"] == got.headers["content-type"]
        assert got.content


async def test_no_other_method_is_answered(pages):
    for address in ADDRESSES:
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            answer = await pages.request(method, address)

            assert answer.status_code == 405
            assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


async def test_nothing_else_is_there(pages):
    elsewhere = ["/nothing", "/docs", "/redoc", "/openapi.json", "/metrics/", "/static/style.css"]
    for address in [*elsewhere, "/api/v1/status", "/api/v1/keep", "/api/v1/plan"]:
        assert (await pages.get(address)).status_code == 404
        assert (await pages.post(address, json={"query": "x"})).status_code == 404


async def test_an_unknown_page_is_a_plain_404(pages):
    answer = await pages.get("/<script>")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("There is nothing at /")


async def test_every_answer_has_safe_headers(pages):
    for address in [*ADDRESSES, "/nothing"]:
        headers = (await pages.get(address)).headers

        assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == ("max-age=3600" if address == "/style.css" else "no-store")


async def test_it_answers_to_names_of_this_machine(pages):
    for host in ("127.0.0.1:8484", "localhost", "LocalHost:8484", "localhost.", "[::1]:8484", "127.0.0.1:80"):
        assert (await pages.get("/health", headers={"Host": host})).status_code == 200, host


async def test_it_does_not_answer_to_names_of_others(pages):
    names = ["evil.example", "evil.example:8484", "127.0.0.1.evil.example", "192.168.1.10", "[", "", ":8484"]
    for host in [*names, "localhost@evil.example", "evil.example/localhost", "localhost:x"]:
        for address in ("/", "/metrics", "/nothing"):
            answer = await pages.get(address, headers={"Host": host})

            assert answer.status_code == 400, host
            assert answer.text.startswith(
                "KeeperCheky does not answer to this host name. Add it to allowed_hosts"
            )
            assert answer.headers["x-content-type-options"] == "nosniff"


async def test_two_host_headers_are_one_too_many(pages):
    answer = await pages.get("/", headers=[("Host", "localhost"), ("Host", "localhost")])

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("web", "host", "code"),
    [
        ('allowed_hosts = ["media.example.org"]', "media.example.org", 200),
        ('allowed_hosts = ["media.example.org"]', "MEDIA.example.org.:8484", 200),
        ('allowed_hosts = ["media.example.org"]', "a.media.example.org", 400),
        ('allowed_hosts = ["*.example.org"]', "a.example.org", 200),
        ('allowed_hosts = ["*.example.org"]', "example.org", 400),
        ('allowed_hosts = ["*.example.org"]', "evilexample.org", 400),
        ('allowed_hosts = ["fd00::1"]', "[fd00::1]:8484", 200),
        ('public_url = "https://keeper.example.org/k"', "keeper.example.org", 200),
        ('public_url = "https://keeper.example.org:8443/k"', "keeper.example.org:8443", 200),
    ],
)
async def test_names_of_the_settings_count_from_their_next_reading(
    app, settings_file, pages, web, host, code
):
    settings_file.write_text(
        settings_file.read_text(encoding="utf-8") + f"\n[web]\n{web}\n", encoding="utf-8"
    )
    assert (await pages.get("/health", headers={"Host": host})).status_code == 400

    await app.reload()

    assert app.last_reload_failed is None
    assert (await pages.get("/health", headers={"Host": host})).status_code == code


async def test_a_base_path_may_stay_on_or_be_taken_off_by_the_proxy(app, settings_file, pages):
    settings = settings_file.read_text(encoding="utf-8")
    settings_file.write_text(f'{settings}\n[web]\nbase_path = "/keeper"\n', encoding="utf-8")
    await app.reload()

    page = (await pages.get("/keeper/")).text

    assert 'href="/keeper/style.css?v=' in page
    assert 'href="/keeper/metrics"' in page
    assert (await pages.get("/")).text == (await pages.get("/keeper")).text == page
    assert (await pages.get("/keeper/style.css")).status_code == 200
    assert (await pages.get("/keeper/keeper/")).status_code == 404
    assert (await pages.get("/keepers")).status_code == 404


async def test_metrics_can_be_switched_off(app, settings_file, pages):
    settings = settings_file.read_text(encoding="utf-8")
    settings_file.write_text(f"{settings}\n[metrics]\nenabled = false\n", encoding="utf-8")
    await app.reload()

    assert (await pages.get("/metrics")).status_code == 404


async def test_requests_are_counted_by_route_method_and_code(pages):
    await pages.get("/nothing/secret-name")
    await pages.head("/")
    await pages.request("BREW", "/")
    await pages.get("/", headers={"Host": "evil.example"})

    told = (await pages.get("/metrics")).text

    count = "keepercheky_http_requests_total"
    assert f'{count}{{code="404",method="GET",route="none"}} 1.0' in told
    assert f'{count}{{code="200",method="HEAD",route="/"}} 1.0' in told
    assert f'{count}{{code="405",method="other",route="/"}} 1.0' in told
    assert f'{count}{{code="400",method="GET",route="none"}} 1.0' in told
    assert "secret-name" not in told


async def test_no_key_is_in_any_answer(app, pages):
    await live_in(app.store, NOW)
    await app.plan()  # services were asked, and did not answer

    answers = [(await pages.get(address)).text for address in [*ADDRESSES, "/nothing"]]

    assert not [key for key in KEYS for answer in answers if key in answer]
