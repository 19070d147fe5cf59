"""The Grafana dashboard, without a Grafana: its shape, its queries, and that a real Prometheus answers each of them.

How it looks is not tested.
"""

import json
import re
import shutil
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as parse_text

from keepercheky.metrics import CATALOGUE, PREFIX, exposition
from tests.metrics.golden_facts import FACTS

BOARD = json.loads((Path(__file__).parents[2] / "contrib" / "grafana" / "keepercheky.json").read_text())
PANELS = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
VARIABLES = {variable["name"]: variable for variable in BOARD["templating"]["list"]}
NOTES = [note for note in BOARD["annotations"]["list"] if not note.get("builtIn")]
QUERIES = [
    *(
        (f"{panel['title']} {target['refId']}", target["expr"])
        for panel in PANELS
        for target in panel["targets"]
    ),
    *((note["name"], note["expr"]) for note in NOTES),
]
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
UNITS = {"short", "bytes", "s", "percentunit", "reqps", "dateTimeFromNow"}
SELECTOR = re.compile(r"\b((?:keepercheky|process)_\w+)(\{[^}]*\})?")
LABELS = {PREFIX + name: row.labels for name, row in CATALOGUE.items()}
PATIENCE = 30.0

each_panel = pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
each_query = pytest.mark.parametrize(("where", "expr"), QUERIES, ids=[where for where, _ in QUERIES])


def family(name):
    """The metric that a series belongs to."""
    short = re.sub("_(bucket|sum|count)$", "", name)
    return short if short in LABELS else name


def test_the_board_is_one_that_grafana_takes():
    assert BOARD["schemaVersion"] == 39
    assert (BOARD["id"], BOARD["uid"], BOARD["title"]) == (None, "keepercheky", "KeeperCheky")
    ids = [panel["id"] for panel in BOARD["panels"]]
    assert len(ids) == len(set(ids))
    assert [row["title"] for row in BOARD["panels"] if row["type"] == "row"] == [
        "Now",
        "Disks",
        "Schedules",
        "Deletions",
        "Services",
        "Process",
    ]


def test_panels_lie_side_by_side_and_within_the_page():
    taken = {}
    for panel in BOARD["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        for x in range(at["x"], at["x"] + at["w"]):
            for y in range(at["y"], at["y"] + at["h"]):
                assert (x, y) not in taken, f"{panel['title']} lies on {taken.get((x, y))}"
                taken[x, y] = panel["title"]


def test_there_is_one_data_source_and_everybody_asks_it():
    assert [name for name, variable in VARIABLES.items() if variable["type"] == "datasource"] == [
        "datasource"
    ]
    assert VARIABLES["datasource"]["query"] == "prometheus"
    assert set(VARIABLES) == {"datasource", "job", "instance", "schedule"}
    asking = [
        *PANELS,
        *(target for panel in PANELS for target in panel["targets"]),
        *(variable for variable in VARIABLES.values() if variable["type"] == "query"),
        *NOTES,
    ]
    assert all(one["datasource"] == SOURCE for one in asking)


@pytest.mark.parametrize("name", ["job", "instance", "schedule"])
def test_a_variable_offers_all_and_what_prometheus_knows(name):
    variable = VARIABLES[name]
    found = re.fullmatch(r"label_values\((\w+)(\{.*\})?, (\w+)\)", variable["query"]["query"])
    assert found
    assert found[1] in LABELS
    assert found[3] == name
    assert (variable["includeAll"], variable["multi"], variable["allValue"]) == (True, True, ".*")


@each_panel
def test_a_panel_says_what_it_shows_and_in_which_unit(panel):
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
    refs = [target["refId"] for target in panel["targets"]]
    assert refs
    assert len(refs) == len(set(refs))


@each_query
def test_a_query_narrows_down_every_series_it_takes(where, expr):
    taken = SELECTOR.findall(expr)
    assert taken
    for name, matchers in taken:
        wanted = ["job", "instance", *(["schedule"] if "schedule" in LABELS.get(family(name), ()) else [])]
        for label in wanted:
            assert f'{label}=~"${label}"' in matchers, f"{where}: {name} without {label}"


@each_query
def test_a_query_takes_only_series_that_metrics_has_with_labels_they_have(where, expr):
    known = {family.name for family in parse_text(exposition(FACTS)[0].decode())} | set(LABELS)
    known |= {f"{name}_total" for name in known}
    for name, matchers in SELECTOR.findall(expr):
        assert family(name) in known, f"{where}: /metrics has no {name}"
        if family(name) in LABELS:
            labels = set(re.findall(r"(\w+)=", matchers)) - {"job", "instance"}
            assert labels <= set(LABELS[family(name)]), f"{where}: {name} has no such label"


@each_query
def test_a_rate_goes_by_the_interval_that_fits_the_scrapes(where, expr):
    windows = re.findall(r"\b(rate|irate|increase)\([^\[\]]*\[([^\]]+)\]", expr)
    for function, window in windows:
        assert window == "$__rate_interval" or (function, window) == ("increase", "30d"), where


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory):
    """A Prometheus that has scraped a made-up KeeperCheky a few times."""
    program = shutil.which("prometheus")
    if program is None:
        pytest.skip("prometheus is not installed")
    folder = tmp_path_factory.mktemp("prometheus")
    metrics = ThreadingHTTPServer(("127.0.0.1", 0), MadeUp)
    threading.Thread(target=metrics.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    config = {
        "global": {"scrape_interval": "500ms"},
        "scrape_configs": [
            {
                "job_name": "keepercheky",
                "static_configs": [{"targets": [f"127.0.0.1:{metrics.server_port}"]}],
            }
        ],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config))  # JSON is YAML
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    command = [
        program,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", trust_env=False) as client:
            until_scraped(client, folder / "log")
            yield client
    finally:
        process.terminate()
        process.wait(PATIENCE)
        metrics.shutdown()
        metrics.server_close()


class MadeUp(BaseHTTPRequestHandler):
    def do_GET(self):
        body, headers = exposition(FACTS, self.headers.get("Accept", ""))
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said):
        pass


def until_scraped(client, log):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if ask(client, "count_over_time(keepercheky_build_info[1m]) >= 2"):
                return
        except (httpx.TransportError, json.JSONDecodeError):  # not there, or just starting
            pass
        time.sleep(0.1)
    pytest.fail(f"Prometheus did not scrape: {log.read_text()[-2000:]}")


def ask(client, expr):
    answer = client.get("query", params={"query": expr}).json()
    assert answer["status"] == "success", answer
    return answer["data"]["result"]


@pytest.mark.xdist_group("prometheus")
@each_query
def test_prometheus_answers_a_query_with_something(prometheus, where, expr):
    for name in ("job", "instance", "schedule"):
        expr = expr.replace(f"${name}", ".*")

    assert ask(prometheus, expr.replace("$__rate_interval", "1m")), where
