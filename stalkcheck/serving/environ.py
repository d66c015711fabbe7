"""Make the environ of a WSGI request (PEP 3333) from the scope of an ASGI one."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from django.http.cookie import parse_cookie

from stalkcheck.serving.bodies import Body

Scope = Mapping[str, Any]


def make_environ(scope: Scope, body: Body) -> dict[str, Any]:
    """Return the environ. The length of the body is what came, whatever the client announced."""
    server, port = scope["server"]
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        # WSGI has bytes as text in latin-1.
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0],
        "CONTENT_LENGTH": str(body.size),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body.content),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **_headers(scope["headers"]),
    }


def header(scope: Scope, name: bytes) -> str:
    """Return the last value of a header; "" when there is none."""
    return next((value for key, value in reversed(scope["headers"]) if key == name), b"").decode("latin-1")


def cookies(scope: Scope) -> dict[str, str]:
    """Return the cookies as Django reads them from the environ."""
    sent = [(name, value) for name, value in scope["headers"] if name == b"cookie"]
    return parse_cookie(_headers(sent).get("HTTP_COOKIE", ""))


def _headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers by their names in an environ; those that came more than once are joined."""
    named: dict[str, str] = {}
    for name, value in headers:
        # A name with an underscore could pass for one with a hyphen, which a proxy sets or removes.
        if b"_" in name or name in (b"content-length", b"transfer-encoding"):
            continue
        upper = name.decode("latin-1").upper().replace("-", "_")
        key, text = "CONTENT_TYPE" if name == b"content-type" else f"HTTP_{upper}", value.decode("latin-1")
        separator = "; " if name == b"cookie" else ","
        named[key] = f"{named[key]}{separator}{text}" if key in named else text
    return named
