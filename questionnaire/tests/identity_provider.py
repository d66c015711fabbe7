"""A provider of OpenID Connect on this machine, and someone who signs in at it in a browser."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from questionnaire.accounts.identity_providers import ORGANISATION, IdentityProvider

START = "/account/organisation/"
CLIENT_ID = "stalkcheck-test"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """What the provider responds. A test changes it before it is fetched."""

    url: str = ""
    #: Responses of the token endpoint by code; each is given once.
    responses: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: What was posted to the token endpoint.
    received: list[dict[str, list[str]]] = field(default_factory=list)
    keys: list[dict[str, Any]] = field(default_factory=list)
    issuer: str | None = None
    #: The path that answers with a redirect to the same path below /moved.
    moved: str = ""

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer or self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }


def public_jwk(key: rsa.RSAPrivateKey, kid: str = "one") -> dict[str, Any]:
    return {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": kid, "alg": "RS256"}


@contextmanager
def running() -> Iterator[Provider]:
    """Serve a provider on loopback."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            documents = {
                "/.well-known/openid-configuration": provider.document(),
                "/keys": {"keys": provider.keys},
            }
            if not self.redirected():
                self.respond(documents.get(self.path.removeprefix("/moved")))

        def do_POST(self) -> None:
            posted = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            provider.received.append(posted)
            if not self.redirected():
                self.respond(provider.responses.pop(posted["code"][0], None))

        def redirected(self) -> bool:
            is_moved = bool(provider.moved) and self.path == provider.moved
            if is_moved:
                self.send_response(307)
                self.send_header("Location", f"{provider.url}/moved{self.path}")
                self.send_header("Content-Length", "0")
                self.end_headers()
            return is_moved

        def respond(self, document: dict[str, Any] | None) -> None:
            self.send_response(200 if document else 400)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(document or {"error": "invalid_grant"}).encode())

        def log_message(self, *args: object) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=web.serve_forever)
    thread.start()
    provider.url = f"http://127.0.0.1:{web.server_port}"
    try:
        yield provider
    finally:
        web.shutdown()
        thread.join()
        web.server_close()


def as_set(provider: Provider, provider_id: str = ORGANISATION, **fields: Any) -> IdentityProvider:
    """Return this provider as the settings name it."""
    named = {"id": provider_id, "name": "", "server": provider.url, "client_id": CLIENT_ID}
    return IdentityProvider(**{**named, "client_secret": "geheim", **fields})


@dataclass
class SignIn:
    """A sign-in at the provider: the query that it got, and the claims that it would make."""

    client: Client
    provider: Provider
    query: dict[str, str]
    #: Where the provider leads back to.
    path: str

    @property
    def claims(self) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self.provider.url,
            "sub": "anna-at-idp",
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": self.query["nonce"],
            "name": "Anna van Dijk",
        }

    def finish(self, token: str | None, code: str = "code-1", **query: str) -> Any:
        self.provider.responses[code] = {"access_token": "x", "token_type": "bearer", "id_token": token}
        return self.fetch(code, **query)

    def fetch(self, code: str, **query: str) -> Any:
        return self.client.get(self.path, {"code": code, "state": self.query["state"], **query})


def signed(claims: dict[str, Any], key: Any = KEY, algorithm: str = "RS256", **header: Any) -> str:
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "one", **header})


def begin(client: Client, provider: Provider, target: str = "", provider_id: str = "") -> SignIn:
    response = client.post(START, {"next": target} | ({"provider": provider_id} if provider_id else {}))
    assert response.status_code == 302
    address = urlsplit(response["Location"])
    assert f"{address.scheme}://{address.netloc}" == provider.url
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    return SignIn(client, provider, query, urlsplit(query["redirect_uri"]).path)


def complete_sign_in(client: Client, provider: Provider, provider_id: str = "", **claims: Any) -> Any:
    """Sign in at the provider, which makes these claims besides, and return where that ends."""
    signin = begin(client, provider, provider_id=provider_id)
    return signin.finish(signed(signin.claims | claims))
