"""Delivering to a Documenten API: what is sent, how it fails, and that it arrives once."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from questionnaire.actions import deliveries
from questionnaire.delivery import documenten_api
from questionnaire.delivery.parcel import DeliveryError
from questionnaire.tests.delivery.archive import PARCEL, Archive

#: What Open Forms sends, and the `identificatie` by which it is found again.
FIELDS = {
    "identificatie": str(PARCEL.uuid),
    "informatieobjecttype": "https://catalogi.example/informatieobjecttypen/1",
    "bronorganisatie": "123456782",
    "creatiedatum": "2026-11-30",
    "titel": "Verslag 2026-117, 2026-11-30",
    "auteur": "R. Bakker",
    "taal": "nld",
    "formaat": "application/pdf",
    "inhoud": "JVBERi0xLjcgYXMgaXQgd2Fz",
    "status": "definitief",
    "bestandsnaam": f"{PARCEL.name}.pdf",
    "bestandsomvang": 18,
    "ontvangstdatum": None,
    "beschrijving": "",
    "indicatieGebruiksrecht": False,
    "vertrouwelijkheidaanduiding": "vertrouwelijk",
}


def test_a_document_is_asked_for_and_then_sent(archive: Archive) -> None:
    assert documenten_api.deliver(PARCEL, archive.destination) == f"{archive.address}/0"

    assert archive.requests == [("GET", {}), ("POST", FIELDS)]
    assert archive.pdfs == [PARCEL.pdf]


def test_a_document_says_which_it_replaces_and_its_language(archive: Archive) -> None:
    earlier = uuid4()

    documenten_api.deliver(replace(PARCEL, language="en", replaces=earlier), archive.destination)

    assert archive.held[0]["taal"] == "eng"
    assert archive.held[0]["beschrijving"] == f"Vervangt {earlier}"


@pytest.mark.parametrize("filters", [True, False])
def test_what_is_there_is_not_sent_again(archive: Archive, filters: bool) -> None:
    archive.filters = filters  # a server that does not know the question returns everything
    documenten_api.deliver(replace(PARCEL, uuid=uuid4()), archive.destination)
    placed = documenten_api.deliver(PARCEL, archive.destination)

    assert documenten_api.deliver(PARCEL, archive.destination) == placed == f"{archive.address}/1"
    assert len(archive.held) == 2


@pytest.mark.parametrize(
    ("answer", "code", "is_final"),
    [
        ("400", "http_400", True),
        ("403", "http_403", True),
        ("302", "http_302", True),
        ("429", "http_429", False),
        ("500", "http_500", False),
        ("503", "http_503", False),
        ("never", "no_answer", False),
        ("close", "no_answer", False),
        ("text", "other_answer", False),
        ("list", "other_answer", False),
    ],
)
@pytest.mark.parametrize("asked", [0, 1])
def test_how_it_fails_is_told_without_what_the_server_says(
    archive: Archive, answer: str, code: str, is_final: bool, asked: int
) -> None:
    archive.answers.extend([""] * asked + [answer])

    with pytest.raises(DeliveryError) as error:
        documenten_api.deliver(PARCEL, archive.destination)

    assert (error.value.code, error.value.is_final) == (code, is_final)
    assert error.value.args == (code,)
    assert archive.held == []
    assert len(archive.requests) == asked + 1  # a redirect is not followed


def test_an_answer_that_was_lost_is_asked_for_at_the_next_try(archive: Archive) -> None:
    archive.answers.extend(["", "store and close"])
    with pytest.raises(DeliveryError, match="no_answer"):
        documenten_api.deliver(PARCEL, archive.destination)

    documenten_api.deliver(PARCEL, archive.destination)

    assert archive.pdfs == [PARCEL.pdf]


def test_nobody_who_listens_is_no_answer() -> None:
    destination = {**Archive("http://127.0.0.1:9/documenten/api/v1").destination}

    with pytest.raises(DeliveryError, match="no_answer"):
        documenten_api.deliver(PARCEL, destination)


def test_a_password_kept_for_this_host_does_not_take_the_place_of_the_token(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))

    documenten_api.deliver(PARCEL, archive.destination)

    assert len(archive.held) == 1  # the archive reads the token


@pytest.mark.parametrize("asked", [0, 1])
@pytest.mark.parametrize("answer", ["drip", "drip head"])
def test_a_server_that_drips_is_given_up_in_time(archive: Archive, answer: str, asked: int) -> None:
    """Each byte comes in time, for twenty seconds; another run would begin the same delivery meanwhile."""
    archive.answers.extend([""] * asked + [answer])
    begun = time.monotonic()

    with pytest.raises(DeliveryError, match="no_answer"):
        documenten_api.deliver(PARCEL, archive.destination, seconds=1)

    assert time.monotonic() - begun < 15
    assert archive.held == []


def test_a_delivery_is_over_before_another_run_takes_it_up() -> None:
    assert timedelta(seconds=documenten_api.SECONDS) < deliveries._LEASE
