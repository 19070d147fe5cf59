"""Where things listen and where they are reached: URLs, bind addresses, host names, networks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from keepercheky.settings.values import BadValue, quoted

URL_REMEDY = 'Write it like "http://192.168.1.10:7878"'
BIND_REMEDY = 'Write "127.0.0.1:8484" for this machine alone, "0.0.0.0:8484" for the network'
_HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?")
_LOOKS_LIKE_A_HOST = re.compile(
    r"(localhost|[\w-]+(\.[\w-]+)+|[\w-]+(?=:))(:[0-9]{1,5})?(/[\w./-]*)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Bind:
    """Where the pages listen."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_url(value: Any) -> str:
    """An http or https address without user, query or fragment, without a `/` at the end; a prefix path stays.

    What was written is repeated only in parts that cannot be a password or a key.
    """
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        raise BadValue("the address is missing", URL_REMEDY)
    scheme, separator, rest = text.partition("://")
    if not separator:
        looks_right = _LOOKS_LIKE_A_HOST.fullmatch(text) is not None
        raise BadValue(
            "the address does not say http:// or https://",
            f'Write "http://{text.rstrip("/")}"' if looks_right else URL_REMEDY,
        )
    if scheme.lower() not in {"http", "https"}:
        raise BadValue("only http:// and https:// addresses work", URL_REMEDY)
    if re.search(r"[\s\\\x00-\x1f\x7f]", rest):
        raise BadValue("the address holds a space or a backslash", URL_REMEDY)
    return f"{scheme.lower()}://{_host_and_path(rest)}"


def _host_and_path(rest: str) -> str:
    """The part after `://`, checked piece by piece."""
    parts = urlsplit("//" + rest)
    if "@" in parts.netloc:
        raise BadValue(
            "the address carries a user name or a password",
            "Take out everything up to the @; KeeperCheky signs in with the API key",
        )
    try:
        host, port = parts.hostname or "", parts.port
        valid = _HOST.fullmatch(host) or ip_address(host).version == 6
    except ValueError:
        host, port, valid = "", None, False
    if not valid or port == 0 or parts.netloc.endswith(":"):
        raise BadValue("the address has no valid host and port", URL_REMEDY)
    clean = parts.netloc.lower() + parts.path.rstrip("/")
    if parts.query or parts.fragment or "?" in rest or "#" in rest:
        path = re.sub(r"/web(/.*)?$", "", parts.path).rstrip("/")
        raise BadValue(
            "the address goes on after a ? or a #",
            f'Write only where it is: "http://{parts.netloc.lower()}{path}"',
        )
    return clean


def is_loopback(url: str) -> bool:
    """Whether an address certainly never leaves this machine: 127.0.0.0/8, ::1 or `localhost`."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_loopback_host(host: str) -> bool:
    return is_loopback(f"http://[{host}]" if ":" in host else f"http://{host}")


def parse_bind(value: Any) -> Bind:
    """`HOST:PORT`, `[IPv6]:PORT`, or a port of this machine alone."""
    if isinstance(value, Bind):
        return value
    text = str(value).strip()
    host, colon, port = text.rpartition(":")
    if not colon:
        host, port = "127.0.0.1", text
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65_536:
        raise BadValue(f"{quoted(value)} ends in no port", BIND_REMEDY)
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if ":" in bare and bare == host:
        raise BadValue(f"{quoted(value)} is not clear", f'Put an IPv6 address in brackets: "[{host}]:{port}"')
    try:
        valid = (bare == host and bool(_HOST.fullmatch(bare))) or ip_address(bare).version == 6
    except ValueError:
        valid = False
    if not valid:
        raise BadValue(f"{quoted(value)} does not say where to listen", BIND_REMEDY)
    return Bind(bare, int(port))


def parse_base_path(value: Any) -> str:
    """What stands before every page's path behind a proxy: empty, or `/keepercheky`."""
    text = value.strip().rstrip("/") if isinstance(value, str) else None
    if text == "" or (text is not None and re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", text) and ".." not in text):
        return text
    raise BadValue(f"{quoted(value)} is not a path", 'Write it like "/keepercheky", or leave it out')


def parse_host(value: Any) -> str:
    """A host name that may stand in the browser's address line."""
    text = value.strip().lower() if isinstance(value, str) else ""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        if re.fullmatch(r"(\*\.)?[\w-]+(\.[\w-]+)*", bare) or ip_address(bare):
            return bare
    except ValueError:
        pass
    raise BadValue(
        f"{quoted(value)} is not a host name",
        'Write the name alone, without http:// and port: "media.example.org"',
    )


def parse_network(value: Any) -> str:
    """An address, or a network such as `172.16.0.0/12`."""
    try:
        return str(ip_network(str(value).strip(), strict=False))
    except ValueError:
        raise BadValue(
            f"{quoted(value)} is neither an address nor a network",
            'Write it like "172.18.0.2" or "172.16.0.0/12"',
        ) from None
