"""The published OpenAPI files, as judges of what the pretend services answer and of what is asked of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

FOLDER = Path(__file__).parents[3] / "shared" / "api"
FILES = {
    "radarr": "radarr-v3.openapi.json",
    "sonarr": "sonarr-v3.openapi.json",
    "jellyfin": "jellyfin.openapi.json",
    "jellyseerr": "seerr.openapi.yml",
}
PREFIX = {"jellyseerr": "/api/v1"}
# Seerr's own answers have null where its file forgets to say so, and no key in the list for everybody.
SEERR_NULLS = ("serverId", "profileId", "rootFolder", "username", "plexUsername")
AUTHENTICATION = ("apikey", "api_key")


def missing() -> list[str]:
    return [name for name in FILES.values() if not (FOLDER / name).exists()]


class Published:
    """One product's file. Paths are compared without case, except Seerr's."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.spec = _load(FOLDER / FILES[service])
        if service == "jellyfin":
            _drop_uuid(self.spec)  # its ids have no dashes
        if service == "jellyseerr":
            _allow_nulls(self.spec)
        self.registry = Registry().with_resource("urn:spec", Resource(self.spec, specification=DRAFT4))
        flags = 0 if service == "jellyseerr" else re.IGNORECASE
        self.paths = [
            (re.compile(PREFIX.get(service, "") + re.sub(r"\{[^}]+\}", "[^/]+", path), flags), path)
            for path in sorted(self.spec["paths"], key=lambda path: path.count("{"))
        ]

    def operation(self, method: str, path: str) -> tuple[str, dict[str, Any]]:
        """The template and operation of a request; LookupError where the file has none."""
        for pattern, template in self.paths:
            operation = self.spec["paths"][template].get(method.lower())
            if pattern.fullmatch(path) and operation is not None:
                return template, operation
        raise LookupError(f"{self.service}: {method} {path} is not in {FILES[self.service]}")

    def faults_of_request(self, method: str, path: str, query: str) -> list[str]:
        """What in a request the file does not know: the path or a parameter."""
        try:
            template, operation = self.operation(method, path)
        except LookupError as unknown:
            return [str(unknown)]
        parameters = operation.get("parameters", []) + self.spec["paths"][template].get("parameters", [])
        known = {parameter["name"].lower() for parameter in parameters if parameter["in"] == "query"}
        asked = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
        return [
            f"{method} {path}: {name}"
            for name in sorted(asked)
            if name.lower() not in {*known, *AUTHENTICATION}
        ]

    def faults_of_body(self, method: str, path: str, body: Any) -> list[str]:
        """Where a body sent breaks the schema, or names a member the file does not know."""
        template, operation = self.operation(method, path)
        content = operation.get("requestBody", {}).get("content", {})
        if body is None or "application/json" not in content:
            return [] if body is None else [f"{method} {path}: takes no body"]
        steps = ("paths", template, method.lower(), "requestBody", "content", "application/json", "schema")
        schema = content["application/json"]["schema"]
        if "$ref" in schema:
            schema = self.spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        known = schema.get("properties")
        strange = [name for name in body if known is not None and name not in known]
        return [f"{method} {path}: {name}" for name in strange] + self._breaches(path, steps, body)

    def faults_of_answer(self, path: str, body: Any, *, method: str = "GET") -> list[str]:
        """Where an answer breaks the schema of its 200: the only one the *arrs publish, whatever they answer."""
        template, operation = self.operation(method, path)
        content = operation["responses"].get("200", {}).get("content", {})
        if "application/json" not in content:
            return []
        steps = (
            "paths",
            template,
            method.lower(),
            "responses",
            "200",
            "content",
            "application/json",
            "schema",
        )
        return self._breaches(path, steps, body)

    def _breaches(self, path: str, steps: tuple[str, ...], body: Any) -> list[str]:
        pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
        validator = OAS30Validator(
            {"$ref": f"urn:spec#/{pointer}"}, registry=self.registry, format_checker=oas30_format_checker
        )
        return [f"{path} {error.json_path}: {error.message[:160]}" for error in validator.iter_errors(body)]


@cache
def published(service: str) -> Published:
    return Published(service)


def _load(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return json.loads(text)
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(inner)


def _drop_uuid(spec: dict[str, Any]) -> None:
    for part in parts(spec):
        if part.get("format") == "uuid":
            del part["format"]


def _allow_nulls(spec: dict[str, Any]) -> None:
    schemas = spec["components"]["schemas"]
    for schema in (schemas["MediaRequest"], schemas["User"]):
        for name in SEERR_NULLS:
            if name in schema["properties"]:
                schema["properties"][name]["nullable"] = True
    for name in ("RadarrSettings", "SonarrSettings"):
        schemas[name]["required"].remove("apiKey")
    # null for a request nobody has touched; the file says "object or null text".
    schemas["MediaRequest"]["properties"]["modifiedBy"] = {"nullable": True, "allOf": [{}]}
