"""Delivering what was signed: kept with the sign-off, tried until it arrives, once, with an event each."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from questionnaire.actions import deliveries
from questionnaire.actions import review as review_actions
from questionnaire.actions.deliveries import Run
from questionnaire.audit.event_codes import EventCode
from questionnaire.delivery.destinations import deliver, name_of
from questionnaire.delivery.parcel import DeliveryError, Parcel
from questionnaire.lifecycle import erasure
from questionnaire.models import Case, Delivery, Document, Event, Intake, SignOff, User
from questionnaire.tests.delivery.archive import serving
from questionnaire.tests.factories import PDF, details_of, event_codes, reload

State = Delivery.State
ABOUT = {
    *("document", "intake", "reference", "edition", "language", "sha256", "signed_by", "signed_at"),
    *("replaces", "questions_version", "rules_version", "program_version", "kept_days_after_last_change"),
}


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DELIVERY = {"kind": "folder", "folder": str(tmp_path)}
    return tmp_path


@pytest.fixture
def signed(alice: User, rachel: User, intake: Intake, folder: Path) -> Intake:
    return sign(alice, rachel, intake)


def sign(author: User, reviewer: User, intake: Intake, pdf: bytes = PDF) -> Intake:
    review_actions.submit(author, reload(intake))
    review_actions.sign_off(reviewer, reload(intake), pdf, {})
    return reload(intake)


def run(settings: Any) -> Run:
    return deliveries.deliver_due(settings.DELIVERY)


def now_is_next_try() -> None:
    Delivery.objects.update(next_try_at=timezone.now())


def fail_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> list[Parcel]:
    """Let every try fail with this error; return the list of what was tried."""
    tried: list[Parcel] = []

    def fail(parcel: Parcel, _destination: object) -> str:
        tried.append(parcel)
        raise error

    monkeypatch.setattr(deliveries, "deliver", fail)
    return tried


@pytest.mark.usefixtures("db")
def test_nothing_is_kept_for_delivery_unless_that_is_set(alice: User, rachel: User, intake: Intake) -> None:
    sign(alice, rachel, intake)

    assert not Delivery.objects.exists()


def test_a_sign_off_that_fails_leaves_nothing_to_deliver(
    alice: User, rachel: User, intake: Intake, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted = review_actions.submit(alice, intake)
    monkeypatch.setattr(review_actions, "_store_move", lambda *_arguments: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        review_actions.sign_off(rachel, submitted, PDF, {})

    assert not SignOff.objects.exists()
    assert not Delivery.objects.exists()
    assert not list(folder.iterdir())


def test_what_was_signed_lies_in_the_folder_with_what_is_told_of_it(
    signed: Intake, folder: Path, settings: Any
) -> None:
    assert run(settings) == Run(1, 0)

    about, made = sorted(folder.iterdir())
    document = Document.objects.get()
    assert made.read_bytes() == PDF
    day = timezone.localdate(SignOff.objects.get().at).isoformat()
    assert made.name == f"2026-117-{day}-{document.pk}.pdf"
    told = json.loads(about.read_text())
    assert set(told) == ABOUT
    assert (told["reference"], told["signed_by"], told["sha256"]) == ("2026-117", "rachel", document.sha256)
    assert (told["intake"], told["replaces"]) == (str(signed.pk), None)


def test_each_document_is_delivered_once_with_one_event(signed: Intake, folder: Path, settings: Any) -> None:
    assert [run(settings), run(settings)] == [Run(1, 0), Run(0, 0)]

    (event,) = Event.objects.filter(code=EventCode.DOCUMENT_DELIVERED)
    assert (event.intake, event.case, event.actor) == (signed.pk, signed.case_id, None)
    document = str(Document.objects.get().pk)
    assert details_of(event) == {"document": document, "to": "folder", "place": str(folder)}
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.place, delivery.tries) == (State.DELIVERED, str(folder), 1)
    assert delivery.delivered_at is not None


def test_a_title_and_a_name_say_nothing_of_the_subject(
    signed: Intake, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Case.objects.update(reference="Zaak  9\n/ x")
    tried = fail_with(monkeypatch, DeliveryError("no_answer"))
    run(settings)

    (parcel,) = tried
    assert parcel.title == f"Verslag Zaak 9 / x, {parcel.signed_on.isoformat()}"
    assert parcel.name.startswith("2026-117-")  # as it was at the sign-off, at each try
    told = f"{parcel.title} {parcel.name} {parcel.author} {sorted(parcel.about)}".lower()
    assert "stalk" not in told


def test_a_correction_is_delivered_too_and_names_what_it_replaces(
    alice: User, rachel: User, signed: Intake, folder: Path, settings: Any
) -> None:
    run(settings)
    correction = sign(alice, rachel, review_actions.correct(alice, signed), b"%PDF-1.7 corrected")

    assert run(settings) == Run(1, 0)

    first, second = Delivery.objects.get(intake=signed), Delivery.objects.get(intake=correction)
    told = json.loads((folder / f"{second.name}.json").read_text())
    assert told["replaces"] == f"{first.name}.pdf"
    assert (folder / f"{second.name}.pdf").read_bytes() == b"%PDF-1.7 corrected"
    assert (folder / f"{first.name}.pdf").read_bytes() == PDF


def test_a_failure_that_passes_is_tried_later_and_later(
    signed: Intake, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried = fail_with(monkeypatch, DeliveryError("http_503"))
    waits = []
    for _number in range(7):
        assert run(settings) == Run(0, 1)
        assert run(settings) == Run(0, 0)  # not yet
        wait = Delivery.objects.get().next_try_at - timezone.now()
        waits.append(round(wait / timedelta(minutes=1)))
        now_is_next_try()

    assert waits == [10, 30, 120, 360, 1440, 1440, 1440]
    assert len({parcel.uuid for parcel in tried}) == 1
    assert f"{signed.pk} was not delivered: http_503, try 7" in caplog.text
    assert event_codes(signed).count(EventCode.DELIVERY_FAILED) == 1  # the same reason is one event
    assert Delivery.objects.get().state == State.WAITING

    fail_with(monkeypatch, DeliveryError("no_answer"))
    run(settings)

    assert event_codes(signed).count(EventCode.DELIVERY_FAILED) == 2


def test_what_a_server_refuses_is_not_tried_again_until_someone_says_so(
    signed: Intake, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        fail_with(patched, DeliveryError("http_400", is_final=True))
        run(settings)
        now_is_next_try()
        assert run(settings) == Run(0, 0)

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error, delivery.tries) == (State.FAILED, "http_400", 1)
    (event,) = Event.objects.filter(code=EventCode.DELIVERY_FAILED)
    assert details_of(event) == {"document": str(delivery.document_id), "to": "folder", "error": "http_400"}

    assert deliveries.retry_failed() == 1

    assert run(settings) == Run(1, 0)
    assert Delivery.objects.get().error == ""


def test_nothing_is_delivered_that_is_not_what_was_signed(
    signed: Intake, folder: Path, settings: Any
) -> None:
    other = Document(intake=signed, edition="full", language="nl", revision=9, sha256="0" * 64, pdf=b"%PDF")
    other.save(force_insert=True)
    SignOff.objects.update(document=other)

    assert run(settings) == Run(0, 1)

    assert Delivery.objects.get().error == "not_as_signed"
    assert not list(folder.iterdir())


@pytest.mark.parametrize("name", ["../elsewhere/x", "/nowhere/x", "", ".x"])
def test_a_name_that_leaves_the_folder_is_refused(
    signed: Intake, folder: Path, settings: Any, name: str
) -> None:
    (folder / "elsewhere").mkdir()
    settings.DELIVERY = {"kind": "folder", "folder": str(folder / "files")}
    (folder / "files").mkdir()
    Delivery.objects.update(name=name)

    assert run(settings) == Run(0, 1)

    assert Delivery.objects.get().error == "not_as_signed"
    assert not list((folder / "elsewhere").iterdir())
    assert not list((folder / "files").iterdir())


def test_a_delivery_of_another_document_is_refused(signed: Intake, folder: Path, settings: Any) -> None:
    other = Document(intake=signed, edition="full", language="nl", revision=9, sha256="0" * 64, pdf=b"%PDF")
    other.save(force_insert=True)
    Delivery.objects.update(document=other)

    assert run(settings) == Run(0, 1)

    assert Delivery.objects.get().error == "not_as_signed"
    assert not list(folder.iterdir())


def test_what_someone_else_took_up_is_left_to_them(
    signed: Intake, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    others: list[Run | None] = []

    def first(destination: Any) -> str:
        if not others:
            others.append(None)
            others.append(run(settings))
        return name_of(destination)

    monkeypatch.setattr(deliveries, "name_of", first)

    assert run(settings) == Run(0, 0)
    assert others == [None, Run(1, 0)]
    assert event_codes(signed).count(EventCode.DOCUMENT_DELIVERED) == 1


@pytest.mark.parametrize("fails", [True, False])
def test_a_run_that_took_too_long_leaves_it_to_the_one_that_took_over(
    signed: Intake, settings: Any, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    def slow(parcel: Parcel, destination: Any) -> str:
        monkeypatch.setattr(deliveries, "deliver", deliver)
        now_is_next_try()
        assert run(settings) == Run(1, 0)
        if fails:
            raise DeliveryError("no_answer")
        return deliver(parcel, destination)

    monkeypatch.setattr(deliveries, "deliver", slow)

    run(settings)

    assert Delivery.objects.get().state == State.DELIVERED
    assert event_codes(signed).count(EventCode.DOCUMENT_DELIVERED) == 1
    assert EventCode.DELIVERY_FAILED not in event_codes(signed)


def test_what_arrives_while_it_is_erased_leaves_an_event(
    alice: User,
    signed: Intake,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def erased(parcel: Parcel, destination: Any) -> str:
        erasure.erase(alice, signed.pk, "asked")
        return deliver(parcel, destination)

    monkeypatch.setattr(deliveries, "deliver", erased)

    assert run(settings) == Run(1, 0)

    assert event_codes(signed)[-2:] == [EventCode.INTAKE_ERASED, EventCode.DOCUMENT_DELIVERED]
    assert f"delivered while its intake was erased: {signed.pk}" in caplog.text


def test_what_waits_goes_with_the_intake(alice: User, signed: Intake, folder: Path, settings: Any) -> None:
    erasure.erase(alice, signed.pk, "asked")

    assert run(settings) == Run(0, 0)
    assert not list(folder.iterdir())


def test_a_run_begins_nothing_after_its_time(signed: Intake, settings: Any) -> None:
    assert deliveries.deliver_due(settings.DELIVERY, seconds=0) == Run(0, 0)


def test_what_was_signed_before_can_be_delivered(
    alice: User, rachel: User, intake: Intake, folder: Path, settings: Any
) -> None:
    destination, settings.DELIVERY = settings.DELIVERY, None
    signed = sign(alice, rachel, intake)
    settings.DELIVERY = destination

    deliveries.deliver_again(signed)

    assert run(settings) == Run(1, 0)


def test_only_what_was_signed_can_be_delivered(intake: Intake) -> None:
    with pytest.raises(deliveries.NotSignedError):
        deliveries.deliver_again(intake)


def test_delivering_again_writes_what_is_not_there_any_more(
    signed: Intake, folder: Path, settings: Any
) -> None:
    run(settings)
    for path in folder.iterdir():
        path.unlink()

    deliveries.deliver_again(signed)

    assert run(settings) == Run(1, 0)
    assert len(list(folder.iterdir())) == 2


def test_delivering_again_does_not_disturb_a_run_that_is_at_it(
    signed: Intake, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []

    def disturbed(parcel: Parcel, destination: Any) -> str:
        deliveries.deliver_again(signed)
        runs.append(run(settings))
        return deliver(parcel, destination)

    monkeypatch.setattr(deliveries, "deliver", disturbed)

    assert run(settings) == Run(1, 0)
    assert runs == [Run(0, 0)]


def test_a_documenten_api_gets_it_and_its_address_is_kept(
    signed: Intake, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as archive:
        settings.DELIVERY = archive.destination
        assert run(settings) == Run(1, 0)

        assert archive.pdfs == [PDF]
        assert Delivery.objects.get().place == f"{archive.address}/0"
    (event,) = Event.objects.filter(code=EventCode.DOCUMENT_DELIVERED)
    assert event.details is not None
    assert event.details["to"] == "zgw"
