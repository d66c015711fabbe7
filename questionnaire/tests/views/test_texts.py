"""The page with the text for a receiver: what it asks first, what it shows, and one event."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.documents.receiver_forms import receiver_forms
from questionnaire.models import Document, Event, Intake, User
from questionnaire.tests.factories import submission_of
from questionnaire.tests.pages import Page, controls

_FORMS = list(receiver_forms())
#: What each form asks before it shows a text.
_CHOICES: dict[str, dict[str, Any]] = {
    "police": {"ground": "Serious danger."},
    "veilig-thuis-advice": {},
    "veilig-thuis-report": {"confirmed": "on"},
    "general-practitioner": {"ground": "Serious danger."},
}


@pytest.fixture
def answered_intake(alice: User, intake: Intake) -> Intake:
    """Return an intake with answers, of which some are safety data."""
    words = submission_of(intake, fear_own_words="I fear Jan. He waits.", fear_level=9)
    intake = intake_actions.save_section(alice, intake, "fear", words).intake
    contact = submission_of(intake, safe_contact="zqcall")
    return intake_actions.save_section(alice, intake, "safety_now", contact).intake


def url(intake: Intake, code: str) -> str:
    return reverse("texts", args=[intake.uuid, code])


def texts_on(html: str) -> list[str]:
    """Return the text of each part that can be copied."""
    return re.findall(r'<textarea\s+id="part-\d+"[^>]* readonly[^>]*>\s(.*?)</textarea>', html, re.DOTALL)


@pytest.mark.parametrize("code", _FORMS)
def test_a_text_records_one_event_and_stores_nothing(
    alice_client: Client, answered_intake: Intake, code: str
) -> None:
    before = Event.objects.count()

    html = alice_client.post(url(answered_intake, code), _CHOICES[code]).content.decode()

    assert texts_on(html)
    assert Event.objects.count() == before + 1
    assert Event.objects.latest("seq").code == EventCode.TEXTS_READ
    assert not Document.objects.exists()
    assert re.search("<title>(Fout: )?[^<]*stalk", html, re.IGNORECASE) is None
    assert "zqcall" not in html


@pytest.mark.parametrize("code", [code for code, asked in _CHOICES.items() if asked])
def test_no_text_is_shown_until_what_is_asked_first_is_answered(
    alice_client: Client, answered_intake: Intake, code: str
) -> None:
    first, again = (
        Page(alice_client, url(answered_intake, code)).html,
        alice_client.post(url(answered_intake, code), {"ground": " "}).content.decode(),
    )

    assert texts_on(first) == texts_on(again) == []
    assert 'role="alert"' not in first
    assert "<title>Fout: " in again
    assert 'role="alert"' in again
    assert Event.objects.latest("seq").code == EventCode.SUMMARY_READ


def test_with_consent_the_text_for_the_police_is_there_at_once(
    alice_client: Client, alice: User, answered_intake: Intake
) -> None:
    consent = submission_of(answered_intake, consent_share=("police",))
    intake_actions.save_section(alice, answered_intake, "help", consent)

    html = Page(alice_client, url(answered_intake, "police")).html

    assert "I fear Jan" in " ".join(texts_on(html))
    assert 'name="ground"' not in html
    assert 'name="ground"' in Page(alice_client, url(answered_intake, "general-practitioner")).html


def test_what_is_ticked_is_shown_and_asks_before_it_is_copied(
    alice_client: Client, answered_intake: Intake
) -> None:
    choices = {**_CHOICES["police"], "include": ["safe_contact", "professional_concern"], "language": "en"}

    html = alice_client.post(url(answered_intake, "police"), choices).content.decode()

    assert controls(html).getlist("include") == ["safe_contact"]
    *others, last = re.split("<section", html)[1:]
    assert "zqcall" in last
    assert "data-confidential" in last
    assert 'class="ask"' in last
    assert "data-confidential" not in "".join(others)
    assert "Safe contact: zqcall" in last


def test_the_page_warns_of_a_clipboard_history(alice_client: Client, answered_intake: Intake) -> None:
    html = Page(alice_client, url(answered_intake, "veilig-thuis-advice")).html

    before, _heading, _parts = html.partition("De tekst, deel voor deel")
    assert "klembordgeschiedenis" in before


def test_the_question_of_the_professional_is_in_the_text(
    alice_client: Client, answered_intake: Intake
) -> None:
    html = alice_client.post(
        url(answered_intake, "veilig-thuis-advice"), {"question": "Is <dit> stalking?"}
    ).content.decode()

    assert texts_on(html)[0] == "Is &lt;dit&gt; stalking?"


def test_words_that_are_too_long_are_refused_and_shown_again(
    alice_client: Client, answered_intake: Intake
) -> None:
    for code, name in (("police", "ground"), ("veilig-thuis-advice", "question")):
        html = alice_client.post(url(answered_intake, code), {name: "x" * 20_001}).content.decode()

        assert texts_on(html) == []
        assert "x" * 20_001 in html
        assert f'id="{name}-error"' in html


def test_a_part_says_its_length_and_whether_it_fits(
    alice_client: Client, answered_intake: Intake, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "own.toml").write_text(
        'edition = "advice"\nname = { nl = "Eigen <b>", en = "Own" }\n'
        + "".join(
            f'[[parts]]\nheading = {{ nl = "K", en = "H" }}\nholds = ["fear"]\nmax_characters = {most}\n'
            for most in (10, 4_000)
        ),
        encoding="utf-8",
    )
    settings.FORMS_DIR = tmp_path

    html = " ".join(Page(alice_client, url(answered_intake, "own")).html.split())

    assert "Eigen &lt;b&gt;" in html
    length = int(re.search(r"(\d+) tekens, woorden: \d+", html)[1])  # type: ignore[index]
    assert f"Te lang: {length - 10} meer dan de 10 tekens die passen." in html
    assert html.count("Te lang") == 1
    assert "Het past: hooguit 4000." in html


def test_an_unknown_form_has_no_page(alice_client: Client, answered_intake: Intake) -> None:
    assert alice_client.get(url(answered_intake, "other")).status_code == 404


def test_people_without_access_get_404(
    client: Client, answered_intake: Intake, bob: User, charlie: User
) -> None:
    for user in (bob, charlie):
        client.force_login(user)

        assert client.get(url(answered_intake, "police")).status_code == 404
        assert client.post(url(answered_intake, "police"), _CHOICES["police"]).status_code == 404


def test_the_page_may_write_the_clipboard_and_not_read_it(
    alice_client: Client, answered_intake: Intake
) -> None:
    response = alice_client.get(url(answered_intake, "veilig-thuis-advice"))

    policy = response["Permissions-Policy"].split(", ")
    assert "clipboard-write=(self)" in policy
    assert "clipboard-read=()" in policy


def test_the_summary_leads_to_every_form(alice_client: Client, answered_intake: Intake) -> None:
    html = Page(alice_client, reverse("summary", args=[answered_intake.uuid])).html

    assert [code for code in _FORMS if url(answered_intake, code) not in html] == []
