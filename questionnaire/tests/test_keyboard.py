"""The access keys: each has its own letter, all are listed, and they can be switched off."""

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.keyboard import ACCESS_KEYS
from questionnaire.models import Intake, User
from questionnaire.tests.pages import Page


@pytest.fixture
def alice_client(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def access_keys_of(alice_client: Client, intake: Intake) -> set[str]:
    html = Page(alice_client, reverse("section", args=[intake.uuid, "fear"])).html
    return {letter for letter in "abcdefghijklmnopqrstuvwxyz" if f'accesskey="{letter}"' in html}


def test_a_letter_does_one_thing() -> None:
    assert len({key.letter for key in ACCESS_KEYS.values()}) == len(ACCESS_KEYS)


def test_a_section_carries_every_key_and_the_page_lists_them(alice_client: Client, intake: Intake) -> None:
    html = Page(alice_client, reverse("keys")).html

    assert access_keys_of(alice_client, intake) == {key.letter for key in ACCESS_KEYS.values()}
    assert html.count("<kbd>") == len(ACCESS_KEYS)


def test_a_letter_stands_on_one_control_of_a_page(alice_client: Client, intake: Intake) -> None:
    html = Page(alice_client, reverse("section", args=[intake.uuid, "fear"])).html

    assert html.count("accesskey=") == len(ACCESS_KEYS)


def test_access_keys_can_be_switched_off_and_on(alice_client: Client, intake: Intake) -> None:
    Page(alice_client, reverse("keys")).press("keys", "off")
    off = access_keys_of(alice_client, intake)
    Page(alice_client, reverse("keys")).press("keys", "on")

    assert off == set()
    assert access_keys_of(alice_client, intake) == {key.letter for key in ACCESS_KEYS.values()}


def test_the_choice_is_kept_where_no_script_and_no_other_host_reads_it(alice_client: Client) -> None:
    cookie = Page(alice_client, reverse("keys")).press("keys", "off").cookies["__Host-keys"]

    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"]) == (
        True,
        True,
        "Lax",
        "/",
    )
    assert cookie["max-age"] > 0
