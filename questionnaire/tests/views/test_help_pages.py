"""Help: what it tells, a search that is in no address, and the first steps, which close for one person."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.domain.advice.urgency import Urgency
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.contacts import CONTACTS
from questionnaire.domain.glossary import WORDS
from questionnaire.keyboard import ACCESS_KEYS
from questionnaire.models import Intake, OrganisationEntry, Team, User
from questionnaire.tests.pages import Page, one_line
from questionnaire.views.help_pages import MOST_FOUND

PAGES = ["help", "help_questions", "help_words", "tour"]


@pytest.fixture
def english(alice_client: Client) -> Client:
    alice_client.cookies["__Host-language"] = "en"
    return alice_client


def searched(client: Client, typed: str) -> str:
    return one_line(client.post(reverse("help"), {"words": typed}, follow=True).content.decode())


def text_of(page: str) -> str:
    """Return what stands on a page, without tags, on one line."""
    return html.unescape(one_line(re.sub(r"<[^>]+>", "", page)))


# --- What it tells ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_are_for_who_is_signed_in(alice_client: Client, name: str) -> None:
    assert Client().get(reverse(name)).status_code == 302
    assert alice_client.get(reverse(name)).status_code == 200


def test_every_page_leads_to_help_and_help_leads_to_its_parts(alice_client: Client) -> None:
    assert f'href="{reverse("help")}"' in Page(alice_client, reverse("cases")).html

    page = Page(alice_client, reverse("help")).html
    for name in ("help_questions", "help_words", "tour", "keys", "sources"):
        assert f'href="{reverse(name)}"' in page
        assert f'<a href="{reverse("help")}">Hulp</a>' in Page(alice_client, reverse(name)).html


def test_every_number_can_be_called(alice_client: Client) -> None:
    page = one_line(Page(alice_client, reverse("help")).html).partition("<main")[2]

    for contact in CONTACTS.values():
        assert html.escape(contact.name) in page
        for number in contact.numbers:
            assert f'<a href="tel:{number.replace(" ", "")}">{number}</a>' in page


def test_the_contacts_of_the_organisation_stand_there_once(
    alice_client: Client, alice: User, team: Team, other_team: Team
) -> None:
    shelter = {"name": "Opvang <Noord>", "number": "020-123 45 67", "reachable": "dag en nacht", "note": ""}
    OrganisationEntry(kind="shelter", content=shelter).save()
    OrganisationEntry(kind="shelter", content={**shelter, "name": "Zuid"}, team=other_team).save()

    page = Page(alice_client, reverse("help")).html

    assert page.count("Opvang &lt;Noord&gt;") == 1
    assert '<a href="tel:0201234567">020-123 45 67</a>' in page
    assert "Zuid" not in page


def test_every_level_and_every_key_is_explained(alice_client: Client) -> None:
    page = Page(alice_client, reverse("help")).html

    for level in Urgency:
        assert f'<span class="urgency-word {level.code}">{level.label}</span>' in page
    assert page.count("<kbd>") == len(ACCESS_KEYS)
    assert "Het volgt uit de antwoorden" in page


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_question_has_its_advice(alice_client: Client, language: str) -> None:
    alice_client.cookies["__Host-language"] = language

    page = text_of(Page(alice_client, reverse("help_questions")).html)

    for item in ITEMS.values():
        for text in (item.question, item.why, item.ask, item.avoid):
            assert one_line(str(text)) in page


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_word_stands_there_in_both_languages(alice_client: Client, language: str) -> None:
    alice_client.cookies["__Host-language"] = language

    page = one_line(Page(alice_client, reverse("help_words")).html)

    for word in WORDS:
        assert (
            f'<span lang="nl">{word.dutch}</span> <span class="hint" lang="en">({word.english})</span>'
            in page
        )
        assert html.escape(str(word.meaning)) in page


@pytest.mark.parametrize("name", PAGES)
def test_no_title_says_what_it_is_about(alice_client: Client, name: str) -> None:
    title = Page(alice_client, reverse(name)).html.partition("<title>")[2].partition("</title>")[0]

    assert title.strip()
    assert "stalk" not in title.lower()


# --- Searching ----------------------------------------------------------------------------------------------


def test_a_search_is_posted_and_is_in_no_address(alice_client: Client) -> None:
    response = alice_client.post(reverse("help"), {"words": "keel"})

    assert (response.status_code, response["Location"]) == (302, f"{reverse('help')}?found")
    assert "<mark>keel</mark>" in alice_client.get(response["Location"]).content.decode()


@pytest.mark.parametrize("typed", ["meldcode", "MELDCODE", "méldçodé", "  meldcode  "])
def test_accents_and_case_make_no_difference(alice_client: Client, typed: str) -> None:
    assert '<span lang="nl"><mark>meldcode</mark></span>' in searched(alice_client, typed)


def test_a_text_with_an_accent_is_found_without_it(alice_client: Client) -> None:
    assert "<mark>cliënt</mark>" in searched(alice_client, "client")


@pytest.mark.parametrize("typed", ["meldcode", "reporting code"])
def test_a_word_is_found_in_either_language(english: Client, alice_client: Client, typed: str) -> None:
    assert "five steps" in searched(english, typed).lower()


def test_a_question_is_found_by_what_to_avoid(alice_client: Client) -> None:
    page = searched(alice_client, "voicemail stuur")

    assert "<mark>voicemail</mark>" in page
    assert "1.4" in page


def test_all_words_must_be_there(alice_client: Client) -> None:
    assert "<mark>" not in searched(alice_client, "voicemail xyzzy")


def test_nothing_found_says_so_and_offers_the_lists(english: Client) -> None:
    page = searched(english, "xyzzy")

    assert "Nothing was found for these words." in page
    assert f'href="{reverse("help_questions")}"' in page
    assert f'href="{reverse("help_words")}"' in page


def test_what_is_typed_becomes_no_html(alice_client: Client) -> None:
    page = searched(alice_client, '"><script>x</script>')

    assert "<script>x" not in page
    assert 'value="&quot;&gt;&lt;script&gt;x&lt;/script&gt;"' in page


def test_more_than_a_page_holds_is_counted(english: Client) -> None:
    page = searched(english, "the")

    assert page.count('<dl class="how-to-ask">') == MOST_FOUND
    assert re.search(r"\d+ more are not shown", page)


def test_an_empty_search_leads_back_and_forgets(alice_client: Client) -> None:
    searched(alice_client, "keel")

    response = alice_client.post(reverse("help"), {"words": "  "})

    assert response["Location"] == reverse("help")
    assert alice_client.get(f"{reverse('help')}?found")["Location"] == reverse("help")


def test_a_long_search_is_cut(alice_client: Client) -> None:
    response = alice_client.post(reverse("help"), {"words": "a" * 100_000}, follow=True)

    assert 'value="' + "a" * 100 + '"' in response.content.decode()


def test_a_search_of_someone_else_is_not_seen(alice_client: Client, bob: User) -> None:
    searched(alice_client, "keel")
    other = Client()
    other.force_login(bob)

    assert other.get(f"{reverse('help')}?found")["Location"] == reverse("help")


def test_a_search_without_its_token_is_refused(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    assert client.post(reverse("help"), {"words": "keel"}).status_code == 403


# --- The first steps ----------------------------------------------------------------------------------------


def test_todays_page_offers_the_first_steps_until_they_are_closed(english: Client) -> None:
    assert 'id="tour-title"' in Page(english, reverse("today")).html

    response = english.post(reverse("tour"), follow=True)

    page = one_line(response.content.decode())
    assert response.redirect_chain == [(reverse("today"), 302)]
    assert "You find them under Help." in page
    assert 'id="tour-title"' not in page


def test_the_first_steps_close_for_one_person(alice_client: Client, bob: User) -> None:
    alice_client.post(reverse("tour"))
    other = Client()
    other.force_login(bob)

    assert 'id="tour-title"' in Page(other, reverse("today")).html
    assert 'id="tour-title"' not in Page(alice_client, reverse("today")).html


def test_closed_steps_can_be_read_again_and_have_no_button_to_close(alice_client: Client) -> None:
    alice_client.post(reverse("tour"), follow=True)

    page = Page(alice_client, reverse("tour")).html.partition("<main")[2]

    assert page.count('<li class="card">') == 5
    assert "<button" not in page.partition("</main>")[0]


def test_the_steps_say_what_hiding_does_not_do(english: Client) -> None:
    page = one_line(Page(english, reverse("tour")).html)

    assert "does not erase the history of this browser" in page
    assert "It does not help on a device that someone else watches." in page


def test_no_page_of_a_conversation_shows_the_steps(alice_client: Client, intake: Intake) -> None:
    for name, args in (("section", [intake.pk, "fear"]), ("incidents", [intake.pk]), ("stop", [intake.pk])):
        assert 'id="tour-title"' not in Page(alice_client, reverse(name, args=args)).html
