"""Sign in at a served installation as two people do, up to the PDF of a conversation that was signed off.

Run as a script, on the machine that serves, with: URL, file with certificates, name and password of who has
the conversation, name and password of who reviews. It sets up both second factors, and prints what it got.
"""

from __future__ import annotations

import hmac
import re
import ssl
import struct
import sys
import time
from base64 import b32decode
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPSHandler, Request, build_opener

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from questionnaire.tests.pages import controls  # isort: skip


class Person:
    """Someone with a browser of their own."""

    def __init__(self, url: str, certificates: str, name: str, password: str) -> None:
        self.url = url
        context = ssl.create_default_context(cafile=certificates)
        self._opener = build_opener(HTTPSHandler(context=context), HTTPCookieProcessor(CookieJar()))
        where, _page = self.post("/account/login/", login=name, password=password)
        # Someone else made the password, so it is to be changed first.
        assert where.endswith("/account/password/"), where
        own = f"{password} of my own"
        self.post("/account/password/", oldpassword=password, password1=own, password2=own)
        # Each time that it is shown the page has other letters.
        page = self.get("/account/app/")
        found = re.search(r"<code>([A-Z2-7 ]+)</code>", page.decode())
        assert found, page
        self.post("/account/app/", page, code=code_of(found[1].replace(" ", "")))

    def get(self, path: str) -> bytes:
        return self._open(Request(self.url + path))[1]  # noqa: S310  (an address of ours)

    def post(self, path: str, page: bytes | str = "", **data: str) -> tuple[str, bytes]:
        """Post the form of a page, with these values; return where that led, and what is there."""
        shown = page if isinstance(page, bytes) else self.get(page or path)
        values = {name: found[-1] for name, found in controls(shown.decode()).lists()}
        body = urlencode({**values, **data}).encode()
        headers = {"Referer": self.url + path, "Origin": self.url}
        return self._open(Request(self.url + path, body, headers))  # noqa: S310

    def _open(self, request: Request) -> tuple[str, bytes]:
        with self._opener.open(request, timeout=120) as response:
            return response.url, response.read()


def code_of(secret: str) -> str:
    """Return the code that an app shows now (RFC 6238)."""
    key = b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def main(url: str, certificates: str, *people: str) -> None:
    author = Person(url, certificates, *people[:2])
    started, _page = author.post("/intakes/start/", reference="2026-117", _go="fear")
    found = re.search(r"/intakes/[0-9a-f-]{36}/", started)
    assert found, started
    intake = found[0]
    author.post(f"{intake}fear/", fear_own_words="I do not dare to go out.", _go="next")
    review = f"{intake}review/"
    author.post(f"{review}submit/", page=review)
    reviewer = Person(url, certificates, *people[2:])
    _where, question = reviewer.post(f"{review}sign-off/", page=review)
    where, _page = reviewer.post(f"{review}sign-off/", page=question)
    print("signed off:", where.endswith("/review/signed/") or b"SHA-256" in reviewer.get(review))  # noqa: T201
    pdf = author.post(f"{intake}summary/pdf/", page=f"{intake}summary/")[1]
    print(pdf[:5].decode("latin-1"), len(pdf))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
