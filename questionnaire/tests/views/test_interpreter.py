"""The interpreter mode: questions in Dutch and English side by side, with one set of controls."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polib
import pytest
from django.conf import settings
from django.template import Context
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from questionnaire.actions import intakes as intake_actions
from questionnaire.domain import languages
from questionnaire.domain.catalogue import ITEMS, QUESTION_NUMBERS, SECTIONS
from questionnaire.models import Intake, User
from questionnaire.templatetags.conversation import in_both
from questionnaire.tests.factories import submission_of
from questionnaire.tests.pages import Page, controls, names

ENGLISH = "Would you tell me in your own words"
CLIENT_SECTIONS = [section.id for section in SECTIONS if section.id != "own_view"]


def url(intake: Intake, step: str = "fear") -> str:
    return reverse("section", args=[intake.uuid, step])


def switch(client: Client, intake: Intake, to: str) -> Any:
    return Page(client, url(intake)).press("_interpreter", to)


def test_text_is_marked_with_its_language_that_of_the_page_first() -> None:
    with override("nl"):
        assert in_both(Context({"beside": "en"}), ITEMS["threats"].options[0].text, "x") == (
            '<span lang="nl" id="x">Doden</span> <span lang="en">Killing</span>'
        )
    with override("en"):
        assert in_both(Context({"beside": "nl"}), ITEMS["threats"].options[0].text) == (
            '<span lang="en">Killing</span> <span lang="nl">Doden</span>'
        )


def test_a_number_is_shown_once_and_a_word_of_both_languages_twice() -> None:
    with override("en"):
        assert in_both(Context({"beside": "nl"}), "5 < 6") == '<span lang="en">5 &lt; 6</span>'
        assert in_both(Context({"beside": "nl"}), "Partner") == (
            '<span lang="en">Partner</span> <span lang="nl">Partner</span>'
        )
    with override("nl"):
        assert in_both(Context({"beside": "en"}), "Partner") == (
            '<span lang="nl">Partner</span> <span lang="en">Partner</span>'
        )


@pytest.mark.untraced
@pytest.mark.parametrize("section_id", CLIENT_SECTIONS)
def test_questions_hints_and_answers_are_shown_in_both_languages(
    alice_client: Client, intake: Intake, section_id: str
) -> None:
    switch(alice_client, intake, "on")

    html = Page(alice_client, url(intake, section_id)).html

    section = next(section for section in SECTIONS if section.id == section_id)
    for item in section.items:
        choices = (*item.options, *item.rows, *item.columns)
        texts = [item.question, item.hint, *(choice.text for choice in choices)]
        for text in filter(None, texts):
            for language in ("nl", "en"):
                with override(language):
                    assert f">{escape(str(text))}</span>" in html, (item.id, language)


@pytest.mark.untraced
@pytest.mark.parametrize("section_id", [section.id for section in SECTIONS])
def test_controls_are_the_same_as_in_one_language(
    alice_client: Client, alice: User, intake: Intake, section_id: str
) -> None:
    intake = intake_actions.save_section(alice, intake, "fear", submission_of(intake, fear_level=7)).intake
    monolingual = Page(alice_client, url(intake, section_id))

    switch(alice_client, intake, "on")

    bilingual = Page(alice_client, url(intake, section_id))
    assert names(bilingual.html) == names(monolingual.html)
    for page in (monolingual, bilingual):
        page.fill(csrfmiddlewaretoken=None, _mark=None, **{"incident-key": None})
    assert bilingual.posted == monolingual.posted


def test_mode_stays_on_for_one_intake_until_it_is_switched_off(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    other = intake_actions.start_intake(alice, intake.team, "2026-118", intake.on, "nl")

    response = switch(alice_client, intake, "on")

    assert response["Location"] == url(intake)
    assert ENGLISH in Page(alice_client, url(intake)).html
    assert "Has this person threatened" in Page(alice_client, url(intake, "concern")).html
    assert ENGLISH not in Page(alice_client, url(other)).html

    switch(alice_client, intake, "off")

    assert ENGLISH not in Page(alice_client, url(intake)).html


def test_switching_saves_first(alice_client: Client, intake: Intake) -> None:
    Page(alice_client, url(intake)).fill(fear_own_words="bang").press("_interpreter", "on")

    assert Page(alice_client, url(intake)).posted["fear_own_words"] == "bang"


def test_bilingual_page_saves_and_autosaves(alice_client: Client, intake: Intake) -> None:
    switch(alice_client, intake, "on")
    page = Page(alice_client, url(intake)).fill(fear_level="9")

    answer = page.press("_", "", accept="application/json").json()
    page.fill(**answer["base"]).fill(fear_own_words="bang").press("_go", "next")

    stored = Intake.objects.get(pk=intake.pk)
    assert (stored.answers["fear_level"], stored.answers["fear_own_words"]) == (9, "bang")
    assert stored.revision == intake.revision + 2


def test_error_is_shown_with_what_was_typed(alice_client: Client, intake: Intake) -> None:
    switch(alice_client, intake, "on")

    Page(alice_client, url(intake, "pattern")).fill(pattern_start="31-02-2026").press("_go", "next")

    html = Page(alice_client, url(intake, "pattern")).html
    assert controls(html)["pattern_start"] == "31-02-2026"
    assert 'class="error"' in html


def test_question_for_the_professional_stays_in_one_language(alice_client: Client, intake: Intake) -> None:
    switch(alice_client, intake, "on")

    html = Page(alice_client, url(intake, "own_view")).html

    with override("nl"):
        assert escape(str(ITEMS["professional_concern"].question)) in html
    with override("en"):
        assert escape(str(ITEMS["professional_concern"].question)) not in html


def test_danger_signs_name_whom_to_consult_in_both_modes(alice_client: Client, intake: Intake) -> None:
    monolingual = Page(alice_client, url(intake, "concern")).html.count('class="beside-answer"')

    switch(alice_client, intake, "on")

    assert 0 < monolingual == Page(alice_client, url(intake, "concern")).html.count('class="beside-answer"')


def test_questions_are_numbered_in_both_modes(alice_client: Client, intake: Intake) -> None:
    assert QUESTION_NUMBERS["safe_to_talk"] == "1.1"
    assert QUESTION_NUMBERS["fear_level"] == "2.2"
    for mode in ("on", "off"):
        html = Page(alice_client, url(intake)).html
        for item_id in ("fear_own_words", "fear_level", "fear_change"):
            assert f'<span class="number">{QUESTION_NUMBERS[item_id]}</span>' in html
        switch(alice_client, intake, mode)


# --- Languages for the interpreter alone --------------------------------------------------------------------

#: Three sentences of an invented catalogue; all others have no translation in it.
ARABIC = {
    "Would you tell me in your own words what you are afraid of?": "هل تخبرني بكلماتك مم تخاف؟",
    "Less safe": "أقل أمانا",
    "Killing": "القتل",
}


@pytest.fixture
def arabic(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Add a language as docs/development.md says: a folder of translations, and one line."""
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    catalogue.extend(polib.POEntry(msgid=source, msgstr=text) for source, text in ARABIC.items())
    folder = tmp_path / "ar" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue.save_as_mofile(str(folder / "django.mo"))
    settings.LOCALE_PATHS = [tmp_path, *settings.LOCALE_PATHS]
    line = {"ar": languages.Language("Arabic", "ara", of_pages=False, right_to_left=True)}  # type: ignore[arg-type]
    monkeypatch.setattr(languages, "ALL", {**languages.ALL, **line})


def choose(client: Client, intake: Intake, language: str) -> Any:
    return Page(client, url(intake)).fill(_beside=language).press("_interpreter", "on")


@pytest.mark.usefixtures("arabic")
def test_an_added_language_stands_beside_that_of_the_page_with_its_direction(
    alice_client: Client, intake: Intake
) -> None:
    choose(alice_client, intake, "ar")

    html = Page(alice_client, url(intake)).html

    assert re.search(
        r'<span lang="nl" id="fear_own_words__words">[^<]+</span> <span lang="ar" dir="rtl">هل', html
    )
    assert f'<span lang="ar" dir="rtl">{ARABIC["Less safe"]}</span>' in html
    assert ENGLISH not in html
    assert html.count('dir="rtl"') == len(ARABIC)


@pytest.mark.usefixtures("arabic")
def test_a_sentence_without_a_translation_is_shown_in_dutch_and_marked_so(
    alice_client: Client, intake: Intake
) -> None:
    label = ITEMS["fear_change"].question
    with override("nl"):
        dutch = escape(str(label))
    choose(alice_client, intake, "ar")
    html = Page(alice_client, url(intake)).html
    assert html.count(f'lang="nl" id="fear_change__words">{dutch}</span>') == html.count(f">{dutch}<") == 1

    alice_client.cookies["__Host-language"] = "en"
    html = Page(alice_client, url(intake)).html

    assert re.search(
        rf'<span lang="en" id="fear_change__words">[^<]+</span> <span lang="nl">{re.escape(dutch)}</span>',
        html,
    )
    assert f'<span lang="ar" dir="rtl">{ARABIC["Less safe"]}</span>' in html


@pytest.mark.usefixtures("arabic")
def test_the_language_is_chosen_for_one_intake_and_can_be_changed(
    alice_client: Client, alice: User, intake: Intake
) -> None:
    other = intake_actions.start_intake(alice, intake.team, "2026-118", intake.on, "nl")
    assert re.findall(r'<option value="(ar|en)"( selected)?>', Page(alice_client, url(intake)).html) == [
        ("en", ""),
        ("ar", ""),
    ]

    Page(alice_client, url(intake)).fill(fear_own_words="bang", _beside="ar").press("_interpreter", "on")

    page = Page(alice_client, url(intake))
    assert page.posted["fear_own_words"] == "bang"
    assert ARABIC["Less safe"] in page.html
    assert 'dir="rtl"' in page.html
    assert '<option value="ar" selected>' in page.html
    assert 'dir="rtl"' not in Page(alice_client, url(other)).html
    assert "القتل" in Page(alice_client, url(intake, "concern")).html

    choose(alice_client, intake, "en")
    assert ENGLISH in Page(alice_client, url(intake)).html
    assert 'dir="rtl"' not in Page(alice_client, url(intake)).html

    switch(alice_client, intake, "off")
    assert ENGLISH not in Page(alice_client, url(intake)).html


@pytest.mark.usefixtures("arabic")
def test_a_language_for_the_interpreter_is_none_of_the_pages(alice_client: Client, intake: Intake) -> None:
    response = Page(alice_client, url(intake)).press("_language", "ar")

    assert "__Host-language" not in response.cookies
    assert 'name="_language" value="ar"' not in Page(alice_client, url(intake)).html
    choose(alice_client, intake, "xx")
    assert ENGLISH in Page(alice_client, url(intake)).html


def test_one_other_language_needs_no_choice(alice_client: Client, intake: Intake) -> None:
    assert "_beside" not in Page(alice_client, url(intake)).html
    switch(alice_client, intake, "on")

    alice_client.cookies["__Host-language"] = "en"

    html = Page(alice_client, url(intake)).html
    assert re.search(r'<span lang="en" id="fear_own_words__words">[^<]+</span> <span lang="nl">', html)


def test_a_session_of_an_earlier_version_is_in_one_language(alice_client: Client, intake: Intake) -> None:
    session = alice_client.session
    session["interpreter"] = str(intake.uuid)
    session.save()

    assert ENGLISH not in Page(alice_client, url(intake)).html


def test_no_code_outside_its_module_names_a_language() -> None:
    """What differs between languages is one line in `domain/languages.py`."""
    named = re.compile(r"""(?<![\w.])["'](?:nl|en)["'](?!\w)""")
    parsers = {"domain/written_dates", "domain/log_import"}  # read dates that people wrote in these
    root = Path(settings.BASE_DIR) / "questionnaire"

    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if "tests" not in path.parts and named.search(path.read_text(encoding="utf-8"))
    }

    assert "domain/languages.py" in found
    assert {path for path in found if path.rpartition("/")[0] not in parsers} == {"domain/languages.py"}
