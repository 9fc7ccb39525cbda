"""Who may ask: API keys where there are any; else only programs of this machine, not web pages open on it.

A key comes as `Authorization: Bearer KEY` or `X-API-Key: KEY`. Only digests of the keys are kept, and compared in
constant time; neither keys nor what was given for one are ever logged.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import Headers

from extractor.errors import UsageError
from extractor.service.problems import Problem

#: The environment variable that holds keys, separated by spaces or commas.
VARIABLE = "DANVAN_API_KEYS"
#: Characters that a key has at least: fewer can be guessed.
SHORTEST = 16
#: Addresses that need no key: they say nothing of articles.
OPEN = ("/healthz", "/readyz")
_OWN = ("127.0.0.1", "localhost", "[::1]")


def read_keys(environment: Mapping[str, str], file: Path | None) -> tuple[str, ...]:
    """The keys of a file (one a line, `#` begins a comment) and of the environment; raises `UsageError`."""
    keys = environment.get(VARIABLE, "").replace(",", " ").split()
    if file is not None:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError) as error:
            raise UsageError(f"{file}: {getattr(error, 'strerror', None) or 'no UTF-8'}") from error
        found = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
        if not found:
            raise UsageError(f"{file}: there is no key in it")
        keys += found
    if any(len(key) < SHORTEST for key in keys):
        raise UsageError(f"an API key has at least {SHORTEST} characters")
    if any(not key.isascii() or not key.isprintable() or " " in key for key in keys):
        raise UsageError("an API key is written in printable ASCII without spaces")
    return tuple(dict.fromkeys(keys))


def is_loopback(host: str) -> bool:
    """Does an address reach this machine only?"""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


class Guard:
    """Lets requests pass or refuses them."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._digests = tuple(_digest(key.encode()) for key in keys)

    @property
    def keyed(self) -> bool:
        """Are keys wanted?"""
        return bool(self._digests)

    def check(self, path: str, headers: Headers) -> None:
        """Raises `Problem` (401, 403) for a request that may not pass."""
        if path in OPEN:
            return
        if self._digests:
            self._check_key(headers)
        else:
            _check_own(headers)

    def _check_key(self, headers: Headers) -> None:
        given = [value.strip() for value in headers.getlist("x-api-key")]
        for value in headers.getlist("authorization"):
            scheme, _, key = value.strip().partition(" ")
            given.append(key.strip() if scheme.lower() == "bearer" else "")
        if len(given) != 1:
            raise Problem(401, "no API key was given" if not given else "more than one API key was given")
        digest = _digest(given[0].encode("utf-8", "replace"))
        same = [hmac.compare_digest(digest, known) for known in self._digests]
        if not any(same):
            raise Problem(401, "this is no valid API key")


def _check_own(headers: Headers) -> None:
    """Without keys: refuse a name that is not this machine's (DNS rebinding) and pages of other origins."""
    hosts = headers.getlist("host")
    host = hosts[0].lower() if len(hosts) == 1 else ""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    if name not in _OWN:
        raise Problem(403, "without an API key only 127.0.0.1 and localhost are served")
    origin = headers.get("origin")
    if origin is not None and origin.lower() != f"http://{host}":
        raise Problem(403, "pages of other origins are not served")


def _digest(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()
