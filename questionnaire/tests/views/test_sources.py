"""The page of sources: each with its address, when it was checked, and what rests on it."""

from __future__ import annotations

import html

from django.test import Client
from django.urls import reverse

from questionnaire.domain.contacts import CONTACTS
from questionnaire.domain.references import REFERENCES
from questionnaire.tests.pages import Page


def test_every_source_stands_there_with_its_address_and_links_say_nothing(alice_client: Client) -> None:
    page = Page(alice_client, reverse("sources")).html

    for reference in REFERENCES.values():
        assert html.escape(str(reference.name)) in page
        if reference.address:
            assert f'href="{reference.url}" rel="noreferrer noopener">{reference.address}</a>' in page
    assert page.count('href="https://') == page.count('rel="noreferrer noopener"')
    assert "<title>Bronnen - " in page


def test_a_source_says_when_it_was_checked_and_what_rests_on_it(alice_client: Client) -> None:
    page = " ".join(Page(alice_client, reverse("sources")).html.split())
    rosenfeld = page.partition('<h3 id="rosenfeld_2004">')[2].partition("<h3")[0]
    glass = page.partition('<h3 id="glass_2008">')[2].partition("<h3")[0]

    assert "Uit de lijst van 23 november 2026, daarna niet nagekeken." in rosenfeld
    assert "Advies dat hierop is gebaseerd: Overleg met de politie · " in rosenfeld
    assert " · Dreiging · " in rosenfeld
    assert "Nog niet opgezocht." in glass
    assert "Er is geen adres bekend." in glass


def test_the_numbers_to_call_have_the_day_on_which_they_were_checked(alice_client: Client) -> None:
    page = " ".join(Page(alice_client, reverse("sources")).html.split())

    for contact in CONTACTS.values():
        assert f"{contact.number}</a> (uit de lijst van 23 november 2026)" in page


def test_the_page_is_for_who_is_signed_in_and_help_leads_to_it(alice_client: Client) -> None:
    assert Client().get(reverse("sources")).status_code == 302
    assert f'<a href="{reverse("sources")}">Bronnen</a>' in Page(alice_client, reverse("help")).html
