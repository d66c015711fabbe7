"""Deliver to a Documenten API, of the Dutch standard ZGW, with the fields that Open Forms sends.

Whether it is there already is asked first, each time: an earlier try can have arrived though its answer did
not. For that it has an `identificatie` of ours, which Open Forms leaves to the server.
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

import jwt
import requests

from questionnaire.delivery import bounded
from questionnaire.delivery.parcel import DeliveryError, Parcel
from questionnaire.domain import languages

#: Seconds to connect, and seconds without a byte.
_PATIENCE: Final = (10, 60)
#: Seconds for one delivery in all. Another run takes it up after fifteen minutes: it must be over by then.
SECONDS: Final = 600


def deliver(parcel: Parcel, destination: Mapping[str, str], seconds: float = SECONDS) -> str:
    """Send the PDF unless it is there, within these seconds, and return its address. Raise DeliveryError."""
    try:
        with bounded.session(seconds) as session:
            return _find(session, parcel, destination) or _send(session, parcel, destination)
    except requests.Timeout:
        raise DeliveryError("no_answer") from None
    except (AttributeError, KeyError, TypeError):
        raise DeliveryError("other_answer") from None


def _find(session: requests.Session, parcel: Parcel, destination: Mapping[str, str]) -> str | None:
    query = {"identificatie": str(parcel.uuid), "bronorganisatie": destination["rsin"]}
    answer = _call(session, "GET", destination, params=query)
    # A server that does not know the question returns others too.
    found = answer.get("results") or []
    return next((str(each["url"]) for each in found if each.get("identificatie") == str(parcel.uuid)), None)


def _send(session: requests.Session, parcel: Parcel, destination: Mapping[str, str]) -> str:
    fields = {
        "identificatie": str(parcel.uuid),
        "informatieobjecttype": destination["type"],
        "bronorganisatie": destination["rsin"],
        "creatiedatum": parcel.signed_on.isoformat(),
        "titel": parcel.title,
        "auteur": parcel.author,
        # As Open Forms sends it, though ISO 639-2/B has `dut`.
        "taal": languages.ALL[parcel.language].iso_639_2,
        "formaat": "application/pdf",
        "inhoud": b64encode(parcel.pdf).decode(),
        "status": "definitief",
        "bestandsnaam": f"{parcel.name}.pdf",
        "bestandsomvang": len(parcel.pdf),
        "ontvangstdatum": None,
        "beschrijving": f"Vervangt {parcel.replaces}" if parcel.replaces else "",
        "indicatieGebruiksrecht": False,
        "vertrouwelijkheidaanduiding": destination["confidentiality"],
    }
    return str(_call(session, "POST", destination, json=fields)["url"])


def _call(session: requests.Session, method: str, destination: Mapping[str, str], **content: Any) -> Any:
    """Return the JSON that the server answers with. Raise DeliveryError, without what it says."""
    address = f"{destination['address']}/enkelvoudiginformatieobjecten"

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {_token(destination)}"
        return request

    try:
        # As `auth`, since a password for this host in ~/.netrc would take the place of a header.
        answer = session.request(
            method,
            address,
            auth=sign,
            headers={"Accept": "application/json"},
            timeout=_PATIENCE,
            allow_redirects=False,
            **content,
        )
        if answer.status_code not in (200, 201):
            raise DeliveryError.of_status(answer.status_code)
        return answer.json()
    except requests.JSONDecodeError:
        raise DeliveryError("other_answer") from None
    except requests.RequestException:
        raise DeliveryError("no_answer") from None


def _token(destination: Mapping[str, str]) -> str:
    """Return a token as ZGW asks for, which servers take for an hour at most."""
    claims = {
        "iss": destination["client"],
        "iat": int(time.time()),
        "client_id": destination["client"],
        "user_id": destination["client"],
        "user_representation": destination["client"],
    }
    return jwt.encode(claims, destination["secret"], algorithm="HS256")
