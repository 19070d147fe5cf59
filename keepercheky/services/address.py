"""Where a service lives: the URL a person typed, taken apart once.

A path prefix (URL base) is kept and never doubled; a user name and password in it are set apart, so that no text
made from the address can show them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx

_SECURE_PORTS = {("http", 80): ("https", 443)}


@dataclass(frozen=True, slots=True)
class Address:
    """`str()` is safe to show."""

    origin: str
    prefix: str
    auth: tuple[str, str] | None = field(default=None, repr=False)

    @staticmethod
    def of(url: str) -> Address | None:
        """The address, or None when the text is no usable URL."""
        try:
            parts = httpx.URL(url.strip())
        except (httpx.InvalidURL, UnicodeError):
            return None
        if parts.scheme not in ("http", "https") or not parts.host:
            return None
        auth = (parts.username, parts.password) if parts.username or parts.password else None
        return Address(_origin(parts), parts.path.rstrip("/"), auth)

    def __str__(self) -> str:
        return self.origin + self.prefix

    def of_path(self, path: str) -> str:
        return f"{self.origin}{self.prefix}{path}"

    def base_behind(self, target: httpx.URL, path: str) -> str | None:
        """The base a redirect gives away: `{base}{what we asked}` of the *arr, `{base}/web/` of Jellyfin."""
        if target.host != httpx.URL(self.origin).host:
            return None
        if (base := target.path.removesuffix(self.prefix + path)) not in ("", target.path):
            return _origin(target) + base
        for page in ("/web", "/web/", "/web/index.html"):
            if target.path.endswith(page) and (base := target.path.removesuffix(page)) != self.prefix:
                return _origin(target) + base
        return None

    def is_same_host(self, target: httpx.URL) -> bool:
        """Same host and port, or the same host's step from plain to secure. Nobody else may see the key."""
        own = httpx.URL(self.origin)
        if own.host != target.host:
            return False
        if (own.scheme, _port(own)) == (target.scheme, _port(target)):
            return True
        return _SECURE_PORTS.get((own.scheme, _port(own))) == (target.scheme, _port(target))


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _origin(url: httpx.URL) -> str:
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{url.scheme}://{host}" + (f":{url.port}" if url.port else "")
