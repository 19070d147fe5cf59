"""What Seerr lets a query hold. It is strict: an unknown parameter or a wrong word is a 400."""

from __future__ import annotations

import re

from keepercheky.demo.ask import Answer, Ask, json_answer

REQUEST_FILTERS = (
    "all",
    "approved",
    "available",
    "pending",
    "processing",
    "unavailable",
    "failed",
    "deleted",
    "completed",
)
MEDIA_FILTERS = ("all", "available", "partial", "allavailable", "processing", "pending", "deleted")
Kinds = dict[str, tuple[str, ...] | type[int] | type[str]]

PAGING: Kinds = {"take": int, "skip": int}
# Per path: what the query may hold. A tuple lists the words allowed.
QUERIES: dict[str, Kinds] = {
    "/user": PAGING | {"sort": ("created", "updated", "requests", "displayname"), "q": str, "includeIds": str},
    "/request": PAGING | {
        "filter": REQUEST_FILTERS, "sort": ("added", "modified"), "sortDirection": ("asc", "desc"), "requestedBy": int,
        "mediaType": ("movie", "tv", "all"),
    },
    "/media": PAGING | {"filter": MEDIA_FILTERS, "sort": ("added", "modified", "mediaAdded")},
}  # fmt: skip


def wrong(ask: Ask, path: str, *, writes: bool) -> Answer | None:
    """The answer to a query the published file does not know, if it is one."""
    known = _known(path, writes=writes)
    for name, value in ask.query:
        kind = known.get(name)
        if kind is None:
            return _invalid(f"Unknown query parameter '{name}'", f"/query/{name}")
        if kind is int and not re.fullmatch(r"-?\d+", value):
            return _invalid(f"request/query/{name} must be number", f"/query/{name}")
        if isinstance(kind, tuple) and value not in kind:
            message = f"request/query/{name} must be equal to one of the allowed values: {', '.join(kind)}"
            return _invalid(message, f"/query/{name}")
    return None


def _known(path: str, *, writes: bool) -> Kinds:
    if writes:
        return {"is4k": ("true", "false")} if path.endswith("/file") else {}
    return QUERIES.get(path, {})


def _invalid(message: str, path: str) -> Answer:
    return json_answer({"message": message, "errors": [{"path": path, "message": message}]}, 400)
