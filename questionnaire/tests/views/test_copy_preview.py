"""The text of a copy, before someone agrees to it: exactly what would go out, to who may read all of it."""

from __future__ import annotations

import io
import zipfile
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import access as access_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import proposals
from questionnaire.audit.event_codes import EventCode
from questionnaire.lifecycle.copies import Copy
from questionnaire.lifecycle.export import export_case
from questionnaire.models import Access, Event, Intake, Membership, Proposal, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import reload, submission_of
from questionnaire.tests.pages import Page

pytestmark = pytest.mark.django_db

PAGE = "/second-person/"
WORDS = "Ik slaap niet meer sinds maart."


@pytest.fixture
def told(alice: User, intake: Intake) -> Intake:
    answers = submission_of(intake, fear_own_words=WORDS, relationship="ex_partner")
    return intake_actions.save_section(alice, intake, "fear", answers).intake


def asked(alice: User, intake: Intake, what: str) -> Proposal:
    return proposals.ask(alice, Proposal.Kind.EXPORT, intake.team, intake=intake, what=what, reason="letter")


def client_of(user: User) -> Client:
    client = Client()
    client.cookies["__Host-language"] = "en"
    client.force_login(user)
    return client


def url(row: Proposal) -> str:
    return reverse("copy_preview", args=[row.pk])


@pytest.mark.parametrize(
    "what", ["client", "person", "person relationship", "authority", "authority running_note"]
)
def test_it_says_exactly_what_goes_out(alice: User, rachel: User, told: Intake, what: str) -> None:
    row, client = asked(alice, told, what), client_of(rachel)
    assert url(row) in Page(client, PAGE).html

    html = unescape(client.get(url(row)).content.decode())

    copy, *ticked = what.split()
    with zipfile.ZipFile(
        io.BytesIO(export_case(alice, reload(told), "letter", Copy(copy), ticked))
    ) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist()]
    assert texts
    assert all(text in html for text in texts)
    read = Event.objects.filter(code=EventCode.TEXTS_READ, actor=rachel, intake=told.pk)
    assert read.exists() == (copy != "person")


def test_a_copy_of_everything_is_not_shown(alice: User, rachel: User, told: Intake) -> None:
    row, client = asked(alice, told, "whole"), client_of(rachel)

    assert url(row) not in Page(client, PAGE).html
    assert client.get(url(row)).status_code == 404


def test_who_may_agree_and_not_read_gets_the_text_that_says_nothing_of_it(
    alice: User, team: Team, told: Intake
) -> None:
    client = client_of(account("mona", team, Membership.Role.MANAGER))
    for_client, for_person = asked(alice, told, "client"), asked(alice, told, "person")

    html = Page(client, PAGE).html

    assert url(for_client) not in html
    assert client.get(url(for_client)).status_code == 404
    assert url(for_person) in html
    assert client.get(url(for_person)).status_code == 200


def test_who_may_not_read_one_of_the_conversations_does_not_read_the_copy(
    alice: User, rachel: User, told: Intake
) -> None:
    row, client = asked(alice, told, "client"), client_of(rachel)
    access_actions.grant(alice, told, rachel, Access.Kind.LOCKED_OUT)

    assert client.get(url(row)).status_code == 404


def test_others_and_who_asked_learn_nothing(alice: User, bob: User, charlie: User, told: Intake) -> None:
    row = asked(alice, told, "client")

    for user in (alice, bob, charlie):
        assert client_of(user).get(url(row)).status_code == 404


def test_it_is_gone_once_it_was_decided(alice: User, rachel: User, told: Intake) -> None:
    row, client = asked(alice, told, "client"), client_of(rachel)
    proposals.refuse(rachel, row.pk)

    assert client.get(url(row)).status_code == 404
