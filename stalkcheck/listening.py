"""Say on which addresses the server may listen, and under which addresses it then answers."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from stalkcheck.environment import is_loopback
from stalkcheck.language import translated as _


def addresses_of(host: str) -> list[str]:
    """Return the addresses of a name, as numbers. Raise OSError when it has none."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_kind, address in found))


def refusal(host: str, hosts: Sequence[str], *, behind_proxy: bool) -> str:
    """Return why the server must not listen there, in one line; "" when it may. Raise OSError.

    `host` is a number, or a name, of which all addresses count.
    """
    reached = [address for address in addresses_of(host) if not is_loopback(address)]
    is_set = behind_proxy and not all(map(is_loopback, hosts))
    if not reached or is_set:
        return ""
    return _(
        "Others reach %(address)s, and nothing says that https is in front. Serve on 127.0.0.1. Or set "
        "STALKCHECK_HOSTS and STALKCHECK_PROXY=1, behind a proxy that ends TLS."
    ) % {"address": reached[0]}


def answering_addresses(host: str, port: int, hosts: Sequence[str]) -> list[str]:
    """Return the addresses to open in a browser; none when it would answer to none of its names."""
    if not all(map(is_loopback, hosts)):
        return [f"https://{name.lstrip('.')}" for name in hosts if not is_loopback(name)]
    name = f"[{host}]" if ":" in host else host
    if host in ("127.0.0.1", "::1") and "localhost" in hosts:
        name = "localhost"
    return [f"http://{name}:{port}"] if name in hosts else []
