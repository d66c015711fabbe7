"""Whoever writes the database, and has no key ring, puts no other PDF or name in the place of a sign-off."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from questionnaire.actions import documents as document_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.lifecycle.rights import Fault, FaultKind, faults
from questionnaire.models import Document, Event, Intake, SignOff, Team, User
from questionnaire.tests.factories import PDF, reload
from questionnaire.tests.tampering import execute

#: What the PDF of a case in another team holds.
CANARY: Final = b"%PDF-1.7 of someone else"
#: The pages of an intake that say who signed it off, or hand out what was.
PAGES: Final = ("signed", "review", "summary", "answers")


@dataclass(frozen=True)
class Rows:
    """A sign-off in one team, and a PDF of a case in another, of which the intake is signed off as well."""

    signed: SignOff
    foreign: SignOff
    draft: Document
    author: User


@pytest.fixture
def rows(alice: User, rachel: User, intake: Intake, charlie: User, other_team: Team) -> Rows:
    draft = document_actions.store_document(alice, intake, "full", "nl", b"%PDF-1.7 before the review")
    review_actions.submit(alice, intake)
    signed = review_actions.sign_off(rachel, reload(intake), PDF, {"nl": [], "en": []})
    elsewhere = intake_actions.start_intake(charlie, other_team, "x", date(2026, 3, 23), "nl")
    reviewer = User.objects.create_user("sam")
    reviewer.memberships.create(team=other_team, role="reviewer")
    review_actions.submit(charlie, elsewhere)
    foreign = review_actions.sign_off(reviewer, reload(elsewhere), CANARY, {})
    return Rows(signed, foreign, draft, alice)


def use(rows: Rows, document: Document) -> None:
    document_id = document.pk
    SignOff.objects.filter(document=document).delete()
    SignOff.objects.filter(pk=rows.signed.pk).update(document=document_id)


def move_foreign_here(rows: Rows) -> None:
    rows.signed.delete()
    SignOff.objects.filter(pk=rows.foreign.pk).update(intake=rows.signed.intake_id)


def repeat_hash_of_draft(rows: Rows) -> None:
    Document.objects.filter(pk=rows.draft.pk).update(sha256=rows.signed.document.sha256)
    use(rows, rows.draft)


CHANGES: Final[dict[str, Callable[[Rows], object]]] = {
    "the PDF of a case elsewhere": lambda rows: use(rows, rows.foreign.document),
    "the sign-off of a case elsewhere": move_foreign_here,
    "a PDF of before the review": lambda rows: use(rows, rows.draft),
    "the same with the hash of the one that was signed": repeat_hash_of_draft,
    "someone else who signed": lambda rows: SignOff.objects.filter(pk=rows.signed.pk).update(by=rows.author),
}


def test_what_was_signed_off_is_handed_out_and_no_fault(client: Client, rows: Rows) -> None:
    client.force_login(rows.author)

    assert [client.get(reverse(page, args=[rows.signed.intake_id])).status_code for page in PAGES] == [
        200
    ] * 4
    assert client.get(reverse("signed", args=[rows.signed.intake_id])).content == PDF
    assert list(faults()) == []


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_is_put_in_the_place_of_a_sign_off_is_refused_and_named(
    client: Client, rows: Rows, change: Callable[[Rows], object]
) -> None:
    client.force_login(rows.author)
    change(rows)

    for page in PAGES:
        response = client.get(reverse(page, args=[rows.signed.intake_id]))
        assert response.status_code == 403, page
        assert CANARY not in response.content
    fault = Fault(FaultKind.SIGN_OFF_WRITTEN, rows.signed.intake_id, f"case {rows.signed.intake.case_id}")
    assert fault in faults()


def test_a_sign_off_that_was_removed_is_named_by_the_command(rows: Rows) -> None:
    rows.signed.delete()
    out = io.StringIO()

    with override("en"), pytest.raises(SystemExit):
        call_command("verify_rights", stdout=out)

    assert f"The sign-off of intake {rows.signed.intake_id} was changed, moved or removed" in out.getvalue()


def test_an_event_that_was_made_to_fit_is_refused(client: Client, unguarded: None, rows: Rows) -> None:
    client.force_login(rows.author)
    execute("UPDATE questionnaire_signoff SET by_id = %s", rows.author.pk)
    execute("UPDATE questionnaire_event SET actor_id = %s WHERE code = 'intake.signed_off'", rows.author.pk)

    assert client.get(reverse("signed", args=[rows.signed.intake_id])).status_code == 403


def test_a_sign_off_of_before_the_event_named_the_pdf_is_shown(
    client: Client, alice: User, rachel: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = review_actions._store_move
    monkeypatch.setattr(review_actions, "_store_move", lambda *arguments: store(*arguments[:4]))
    review_actions.submit(alice, intake)
    review_actions.sign_off(rachel, reload(intake), PDF, {})
    client.force_login(alice)

    assert client.get(reverse("signed", args=[intake.pk])).content == PDF
    assert Event.objects.get(code="intake.signed_off").items == []
