"""Say in an address where to go on after signing in or confirming, without naming an intake.

An address stands in the history of the browser, and on the page to sign in, which anyone may see. So a page
that is about something is named by an encrypted token; `middleware.next_page` puts the page in its place.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from django.urls import Resolver404, resolve

from questionnaire.encryption import keyring
from questionnaire.encryption.keyring import SealError

#: How a token begins; no path of ours does.
BEGINNING: Final = "~"
_PURPOSE: Final = "next page"


def hidden(path: str) -> str:
    """Return what stands for this path in an address: a token, unless the path says nothing by itself."""
    if _says_nothing(path):
        return path
    ring = keyring.ring()
    key = ring.derive_key(ring.current, _PURPOSE)
    token = ring.current.encode() + keyring.seal(key, path.encode(), keyring.binding(_PURPOSE))
    return BEGINNING + base64.urlsafe_b64encode(token).decode().rstrip("=")


def shown(value: str) -> str:
    """Return the path for which this stands in an address; "" for a token that is not ours."""
    if not value.startswith(BEGINNING):
        return value
    try:
        token = base64.urlsafe_b64decode(value.removeprefix(BEGINNING) + "===")
        key_id = keyring.key_id_of(token)
        key = keyring.ring().derive_key(key_id, _PURPOSE)
        return keyring.unseal(key, token[len(key_id) :], keyring.binding(_PURPOSE)).decode()
    except (binascii.Error, SealError, ValueError):
        return ""


def _says_nothing(path: str) -> bool:
    """Return whether the path has no query and no part that names an intake, a person or a case."""
    try:
        return not resolve(path).kwargs
    except Resolver404:  # with a query it is no path
        return False
