"""Run nginx and Caddy with the files of deploy/, in which only paths, ports and certificates are changed."""

from __future__ import annotations

import http.client
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from django.conf import settings

from questionnaire.tests.cluster import free_port
from questionnaire.tests.deploy import certificates
from questionnaire.tests.served import HOST, Browser, Response, Server

NAME: Final = "intake.example.org"
DEPLOY: Final = Path(settings.BASE_DIR) / "deploy"
#: What the server needs to know behind any of them.
BEHIND_PROXY: Final = {"STALKCHECK_HOSTS": NAME, "STALKCHECK_PROXY": "1", "STALKCHECK_ONE_FACTOR": "1"}
_NGINX_MAIN: Final = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/main-errors;
events {{}}
http {{
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/pages;
    fastcgi_temp_path {folder}/unused;
    uwsgi_temp_path {folder}/unused;
    scgi_temp_path {folder}/unused;
    include {folder}/stalkcheck.conf;
}}
"""


@dataclass(frozen=True)
class Answer:
    """A whole response; its headers as they came, also those that came twice."""

    status: int
    headers: list[tuple[str, str]]
    content: bytes

    def values(self, name: str) -> list[str]:
        return [value for found, value in self.headers if found.lower() == name]


class Proxy:
    """One of the two. Leaving the `with` block stops it."""

    def __init__(self, program: str, folder: Path, servers: list[int]) -> None:
        self.folder = folder
        self.http, self.https = free_port(), free_port()
        self.certificate, key = certificates.make(folder, NAME)
        self._context = ssl.create_default_context(cafile=str(self.certificate))
        write = {"nginx": self._write_nginx, "caddy": self._write_caddy}[program]
        self._arguments = [shutil.which(program) or program, *write(servers, key)]
        self._process: subprocess.Popen[bytes] | None = None

    def _write_nginx(self, servers: list[int], key: Path) -> list[str]:
        letsencrypt = f"/etc/letsencrypt/live/{NAME}"
        self._write(
            DEPLOY / "nginx/stalkcheck.conf",
            {
                "listen 80;": f"listen {HOST}:{self.http};",
                "listen 443 ssl": f"listen {HOST}:{self.https} ssl",
                "    listen [::]:80;\n": "",
                "    listen [::]:443 ssl http2;\n": "",
                f"{letsencrypt}/fullchain.pem": str(self.certificate),
                f"{letsencrypt}/privkey.pem": str(key),
                "/var/log/nginx/": f"{self.folder}/",
                **_addresses(servers),
            },
        )
        main = self.folder / "main.conf"
        main.write_text(_NGINX_MAIN.format(folder=self.folder))
        return ["-e", f"{self.folder}/main-errors", "-c", str(main)]

    def _write_caddy(self, servers: list[int], key: Path) -> list[str]:
        ports = f"\tadmin off\n\thttp_port {self.http}\n\thttps_port {self.https}\n\tdefault_bind {HOST}\n"
        self._write(
            DEPLOY / "caddy/Caddyfile",
            {
                "\tservers {": f"{ports}\tservers {{",
                "org} {\n": f"org}} {{\n\ttls {self.certificate} {key}\n",
                **_addresses(servers),
            },
        )
        return ["run", "--adapter", "caddyfile", "--config", str(self.folder / "Caddyfile")]

    def _write(self, path: Path, changes: Mapping[str, str]) -> None:
        text = path.read_text()
        for found, put in changes.items():
            assert found in text, f"{path.name} has no longer: {found}"
            text = text.replace(found, put)
        (self.folder / path.name).write_text(text)

    def __enter__(self) -> Self:
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  (installed by the system)
                self._arguments,
                env={"HOME": str(self.folder), "PATH": "/usr/sbin:/usr/bin"},
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError), socket.create_connection((HOST, self.https)):
                return self
            time.sleep(0.01)
        raise AssertionError(self.logged())

    def __exit__(self, *_error: object) -> None:
        assert self._process
        self._process.terminate()
        self._process.wait(30)

    def logged(self) -> str:
        """Return all that it wrote of itself and of requests."""
        names = ("log", "main-errors", "stalkcheck-errors.log", "stalkcheck.log")
        return "".join(path.read_text() for name in names if (path := self.folder / name).exists())

    def connect(self, *, is_plain: bool = False) -> http.client.HTTPConnection:
        """Return a connection under the name that it serves, over https unless it `is_plain`."""
        port = self.http if is_plain else self.https
        connection = http.client.HTTPConnection(NAME, port, timeout=180)
        connection.sock = socket.create_connection((HOST, port), timeout=180)
        if not is_plain:
            connection.sock = self._context.wrap_socket(connection.sock, server_hostname=NAME)
        return connection

    def encrypted(self, plain: socket.socket) -> ssl.SSLSocket:
        """Return a connection to the port for https, encrypted under the name that it serves."""
        return self._context.wrap_socket(plain, server_hostname=NAME)

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        is_plain: bool = False,
    ) -> Answer:
        """Return the answer of the proxy under the name that it serves, over https unless it `is_plain`."""
        connection = self.connect(is_plain=is_plain)
        try:
            connection.request(method, path, body, {"Host": NAME, "Connection": "close", **(headers or {})})
            response = connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()


def _addresses(servers: list[int]) -> dict[str, str]:
    return {f"127.0.0.1:{8001 + number}": f"{HOST}:{port}" for number, port in enumerate(servers)}


class ProxiedBrowser(Browser):
    """A browser of someone who is signed in, at the address of the proxy."""

    def __init__(self, proxy: Proxy, server: Server, session: str) -> None:
        super().__init__(server, session=session)
        self._proxy = proxy

    def connect(self) -> http.client.HTTPConnection:
        return self._proxy.connect()

    def _request(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Response:
        # As a browser does; over https Django asks where a post comes from.
        return super()._request(method, path, body, {**headers, "Host": NAME, "Origin": f"https://{NAME}"})
