"""The ten pages, one intake: what formtools would lose, and what it would do too much."""

from itertools import pairwise
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils.translation import ngettext, override

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.log import EventCode
from questionnaire.domain.catalogue import ITEMS, SECTIONS
from questionnaire.forms.sections import SectionForm
from questionnaire.models import Event, Intake, User
from questionnaire.tests.pages import Page
from questionnaire.views import wizard
from questionnaire.views.sections import SectionView

SECTION_IDS = [section.id for section in SECTIONS]


def url(intake: Intake, step: str) -> str:
    return reverse("section", args=[intake.uuid, step])


def stored(intake: Intake) -> dict[str, Any]:
    content: dict[str, Any] = Intake.objects.get(pk=intake.pk).content
    return content


def codes() -> list[str]:
    return list(Event.objects.order_by("seq").values_list("code", flat=True))


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.mark.parametrize("step", SECTION_IDS)
def test_any_section_opens_first(alices: Client, intake: Intake, step: str) -> None:
    page = Page(alices, url(intake, step))

    assert all(item.id in page.html for item in next(s for s in SECTIONS if s.id == step).items)


def test_the_intake_without_a_section_opens_the_first(alices: Client, intake: Intake) -> None:
    response = alices.get(reverse("intake", args=[intake.uuid]))

    assert response.headers["Location"] == url(intake, SECTION_IDS[0])


def test_a_refresh_loses_nothing(alices: Client, intake: Intake) -> None:
    Page(alices, url(intake, "fear")).fill(fear_own_words="Ik ben bang.", fear_level="9").press("_go", "next")

    again = Page(alices, url(intake, "fear"))

    assert again.posted["fear_own_words"] == "Ik ben bang."
    assert again.posted["fear_level"] == "9"


def test_next_leads_through_all_sections_to_the_answers(alices: Client, intake: Intake) -> None:
    for step, following in pairwise(SECTION_IDS):
        assert Page(alices, url(intake, step)).press("_go", "next").headers["Location"] == url(
            intake, following
        )

    last = Page(alices, url(intake, SECTION_IDS[-1])).press("_go", "next")

    assert last.headers["Location"] == reverse("answers", args=[intake.uuid])


def test_back_saves_too(alices: Client, intake: Intake) -> None:
    page = Page(alices, url(intake, "pattern")).fill(home_entry="yes")

    response = page.press("wizard_goto_step", "fear")

    assert response.headers["Location"] == url(intake, "fear")
    assert stored(intake)["answers"] == {"home_entry": "yes"}


def test_back_to_what_is_no_section_saves_and_goes_on(alices: Client, intake: Intake) -> None:
    response = Page(alices, url(intake, "fear")).fill(fear_level="3").press("wizard_goto_step", "nowhere")

    assert response.headers["Location"] == url(intake, "pattern")
    assert stored(intake)["answers"] == {"fear_level": 3}


def test_the_session_knows_no_intake(alices: Client, intake: Intake) -> None:
    Page(alices, url(intake, "fear")).fill(fear_level="3").press("_go", "next")

    for session in Session.objects.all():
        assert str(intake.uuid) not in str(session.get_decoded())
        assert "fear" not in str(session.get_decoded())


def test_two_intakes_side_by_side_do_not_mix(alices: Client, intake: Intake, alice: User) -> None:
    other = intake_actions.start_intake(alice, intake.team, "other", intake.on, "nl")
    first, second = Page(alices, url(intake, "fear")), Page(alices, url(other, "fear"))

    second.fill(fear_level="2").press("_go", "next")
    first.fill(fear_level="9").press("_go", "next")

    assert stored(intake)["answers"] == {"fear_level": 9}
    assert stored(other)["answers"] == {"fear_level": 2}


def test_reset_resets_nothing(alices: Client, intake: Intake) -> None:
    Page(alices, url(intake, "fear")).fill(fear_level="9").press("_go", "next")

    alices.get(reverse("intake", args=[intake.uuid]), {"reset": "1"})
    alices.get(url(intake, "fear"), {"reset": "1"})

    assert stored(intake)["answers"] == {"fear_level": 9}


def test_reading_a_page_writes_nothing_but_that_it_was_read(alices: Client, intake: Intake) -> None:
    before = Intake.objects.values("revision", "changed_at", "content").get(pk=intake.pk)

    alices.get(url(intake, "fear"))

    assert Intake.objects.values("revision", "changed_at", "content").get(pk=intake.pk) == before
    assert codes() == [EventCode.INTAKE_STARTED, EventCode.SECTION_READ]


def test_sending_a_page_twice_saves_once(alices: Client, intake: Intake) -> None:
    page = Page(alices, url(intake, "fear")).fill(fear_level="9", running_note="trilt")

    page.press("_go", "next")
    page.press("_go", "next")

    assert codes() == [EventCode.INTAKE_STARTED, EventCode.SECTION_READ, EventCode.INTAKE_CHANGED]
    assert Intake.objects.get(pk=intake.pk).revision == 1
    assert not stored(intake)["drafts"]


def test_sending_a_page_as_it_was_writes_nothing(alices: Client, intake: Intake) -> None:
    for step in SECTION_IDS:
        Page(alices, url(intake, step)).press("_go", "save")

    assert set(codes()) == {EventCode.INTAKE_STARTED, EventCode.SECTION_READ}


def test_only_what_belongs_to_items_is_stored(alices: Client, intake: Intake) -> None:
    page = Page(alices, url(intake, "fear")).fill(fear_level="9", fear_change="no such answer", strange="x")

    page.press("_go", "next")

    content = stored(intake)
    assert content["answers"] == {"fear_level": 9}
    assert set(content["drafts"]) == {"fear_change"}
    assert "csrfmiddlewaretoken" not in str(content)
    assert "strange" not in str(content)


def test_the_list_of_forms_is_formtools_own(alices: Client) -> None:
    # Overriding it breaks the wizard's own bookkeeping.
    for view in (wizard.SectionWizard, SectionView):
        assert "get_form_list" not in vars(view)


def test_the_last_page_validates_no_other(
    alices: Client, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    validated: list[str] = []
    clean = SectionForm.clean

    def counted(form: SectionForm) -> None:
        validated.append(form.section.id)
        clean(form)

    monkeypatch.setattr(SectionForm, "clean", counted)
    page = Page(alices, url(intake, SECTION_IDS[-1]))
    validated.clear()

    response = page.press("_go", "next")
    alices.get(response.headers["Location"])

    assert validated == [SECTION_IDS[-1]]


@pytest.mark.parametrize("step", ["nowhere", "done", "answers-2"])
def test_an_unknown_section_is_not_there(alices: Client, intake: Intake, step: str) -> None:
    assert alices.get(url(intake, step)).status_code == 404
    assert alices.post(url(intake, step)).status_code == 404


def test_what_cannot_be_read_is_shown_again_and_the_rest_is_saved(alices: Client, intake: Intake) -> None:
    page = Page(alices, url(intake, "pattern")).fill(pattern_start="31-02-2026", home_entry="yes")

    response = page.press("_go", "next")

    again = Page(alices, url(intake, "pattern"))
    assert response.headers["Location"] == url(intake, "pattern")
    assert stored(intake)["answers"] == {"home_entry": "yes"}
    assert again.posted["pattern_start"] == "31-02-2026"
    assert 'id="errors"' in again.html
    assert "<title>Fout: " in again.html


def test_what_cannot_be_read_does_not_stand_in_the_way_of_going_back(alices: Client, intake: Intake) -> None:
    page = Page(alices, url(intake, "pattern")).fill(pattern_start="gisteren")

    response = page.press("wizard_goto_step", "fear")

    assert response.headers["Location"] == url(intake, "fear")
    assert Page(alices, url(intake, "pattern")).posted["pattern_start"] == "gisteren"


def test_what_is_mended_is_no_draft_any_more(alices: Client, intake: Intake) -> None:
    Page(alices, url(intake, "pattern")).fill(pattern_start="gisteren").press("_go", "save")

    Page(alices, url(intake, "pattern")).fill(pattern_start="03-2026").press("_go", "save")

    assert stored(intake)["answers"] == {"pattern_start": "2026-03"}
    assert not stored(intake)["drafts"]
    assert 'id="errors"' not in Page(alices, url(intake, "pattern")).html


class TestTwoTabs:
    """Two pages of one section, both made before either was saved."""

    @pytest.fixture
    def first(self, alices: Client, intake: Intake) -> Page:
        return Page(alices, url(intake, "fear"))

    @pytest.fixture
    def second(self, alices: Client, intake: Intake) -> Page:
        return Page(alices, url(intake, "fear"))

    def test_different_questions_do_not_meet(self, first: Page, second: Page, intake: Intake) -> None:
        first.fill(fear_level="9").press("_go", "next")

        second.fill(fear_change="more").press("_go", "next")

        assert stored(intake)["answers"] == {"fear_level": 9, "fear_change": "more"}
        assert not stored(intake)["drafts"]

    def test_both_answers_to_one_question_are_shown(
        self, first: Page, second: Page, alices: Client, intake: Intake
    ) -> None:
        first.fill(fear_own_words="de eerste").press("_go", "next")

        response = second.fill(fear_own_words="de tweede").press("_go", "next")

        again = Page(alices, url(intake, "fear"))
        assert response.headers["Location"] == url(intake, "fear")
        assert stored(intake)["answers"] == {"fear_own_words": "de eerste"}
        assert "<b>de eerste</b>" in again.html
        assert again.posted["fear_own_words"] == "de tweede"

    def test_nothing_is_overwritten_before_the_choice(
        self, first: Page, second: Page, alices: Client, intake: Intake
    ) -> None:
        first.fill(fear_own_words="de eerste").press("_go", "next")
        second.fill(fear_own_words="de tweede").press("_go", "next")

        Page(alices, url(intake, "fear")).press("_go", "next")
        Page(alices, url(intake, "fear")).fill(fear_own_words="de derde").press("_go", "save")

        assert stored(intake)["answers"] == {"fear_own_words": "de eerste"}
        assert Page(alices, url(intake, "fear")).posted["fear_own_words"] == "de derde"

    @pytest.mark.parametrize(("button", "kept"), [("_take", "de tweede"), ("_leave", "de eerste")])
    def test_the_person_chooses(
        self, first: Page, second: Page, alices: Client, intake: Intake, button: str, kept: str
    ) -> None:
        first.fill(fear_own_words="de eerste", fear_own_words__note="n").press("_go", "next")
        second.fill(fear_own_words="de tweede").press("_go", "next")

        response = Page(alices, url(intake, "fear")).press(button, "fear_own_words")

        assert response.headers["Location"] == f"{url(intake, 'fear')}#fear_own_words"
        assert stored(intake)["answers"] == {"fear_own_words": kept}
        assert not stored(intake)["drafts"]
        assert Page(alices, url(intake, "fear")).posted["fear_own_words"] == kept

    def test_a_choice_overwrites_nothing_that_was_not_shown(
        self, first: Page, second: Page, alices: Client, intake: Intake
    ) -> None:
        first.fill(fear_own_words="de eerste").press("_go", "next")
        second.fill(fear_own_words="de tweede").press("_go", "next")
        choosing = Page(alices, url(intake, "fear"))
        first.fill(fear_own_words__base=str(choosing.posted["fear_own_words__shown"]))
        first.fill(fear_own_words="de eerste, later").press("_go", "next")

        choosing.press("_take", "fear_own_words")

        assert stored(intake)["answers"] == {"fear_own_words": "de eerste, later"}
        assert Page(alices, url(intake, "fear")).posted["fear_own_words"] == "de tweede"

    @pytest.mark.parametrize(("button", "kept"), [("_take", "de derde"), ("_leave", "de eerste")])
    def test_a_third_text_comes_up_after_the_choice(
        self, first: Page, second: Page, alices: Client, intake: Intake, button: str, kept: str
    ) -> None:
        third = Page(alices, url(intake, "fear"))
        for page, text in ((first, "de eerste"), (second, "de tweede"), (third, "de derde")):
            page.fill(fear_own_words=text).press("_go", "next")
        choosing = Page(alices, url(intake, "fear"))
        with override("nl"):
            words = ngettext(
                "One more text was kept here. You see it after you choose.",
                "%(count)s more texts were kept here. You see them after you choose.",
                1,
            )

        choosing.press(button, "fear_own_words")

        again = Page(alices, url(intake, "fear"))
        assert words in choosing.html
        assert words not in again.html
        assert stored(intake)["answers"] == {"fear_own_words": kept}
        assert again.posted["fear_own_words"] == "de tweede"

    @pytest.mark.parametrize(("button", "kept"), [("_take", "de tweede"), ("_leave", "de eerste")])
    def test_the_running_note_too(
        self, first: Page, second: Page, alices: Client, intake: Intake, button: str, kept: str
    ) -> None:
        first.fill(running_note="de eerste").press("_go", "next")
        second.fill(running_note="de tweede").press("_go", "next")
        again = Page(alices, url(intake, "concern"))

        again.press(button, "running_note")

        assert "<b>de eerste</b>" in again.html
        assert again.posted["running_note"] == "de tweede"
        assert stored(intake)["running_note"] == kept
        assert not stored(intake)["drafts"]

    def test_the_same_answer_twice_is_no_conflict(self, first: Page, second: Page, intake: Intake) -> None:
        first.fill(fear_level="9").press("_go", "next")

        second.fill(fear_level="9").press("_go", "next")

        assert not stored(intake)["drafts"]


@pytest.mark.parametrize(
    ("item_id", "values"),
    [
        ("fear_level", {"fear_level": "9"}),
        ("fear_own_words", {"fear_own_words": "bang"}),
        ("feared_events", {"feared_events": ["kill", "attack"]}),
        ("feared_events", {"feared_events__absent": "declined"}),
        ("behaviour_home", {"behaviour_home__ring": "daily", "behaviour_home__damage": "never"}),
    ],
)
def test_clear_takes_the_answer_away_and_saves_the_rest(
    alices: Client, intake: Intake, item_id: str, values: dict[str, Any]
) -> None:
    step = next(section.id for section in SECTIONS if ITEMS[item_id] in section.items)
    Page(alices, url(intake, step)).fill(**values, **{f"{item_id}__note": "blijft"}).press("_go", "save")
    assert item_id in stored(intake)["answers"]

    response = Page(alices, url(intake, step)).fill(running_note="ook bewaard").press("_clear", item_id)

    assert response.headers["Location"] == f"{url(intake, step)}#{item_id}"
    assert item_id not in stored(intake)["answers"]
    assert stored(intake)["notes"] == {item_id: "blijft"}
    assert stored(intake)["running_note"] == "ook bewaard"


def test_clear_takes_a_draft_away_too(alices: Client, intake: Intake) -> None:
    Page(alices, url(intake, "pattern")).fill(pattern_start="gisteren").press("_go", "save")

    Page(alices, url(intake, "pattern")).press("_clear", "pattern_start")

    assert not stored(intake)["drafts"]


@pytest.mark.parametrize("button", ["_clear", "_take", "_leave"])
def test_a_button_for_what_is_not_on_the_page_only_saves(alices: Client, intake: Intake, button: str) -> None:
    response = Page(alices, url(intake, "fear")).fill(fear_level="4").press(button, "threats")

    assert response.status_code == 302
    assert stored(intake)["answers"] == {"fear_level": 4}


def test_no_page_sends_more_fields_than_the_server_takes(alices: Client, intake: Intake) -> None:
    for step in SECTION_IDS:
        page = Page(alices, url(intake, step))

        most = sum(len(item.options) + len(item.rows) for item in SECTIONS[SECTION_IDS.index(step)].items)
        assert len(page.posted) + most < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_beside_a_draft_all_that_is_stored_is_told(client: Client, alice: User, intake: Intake) -> None:
    """What is chosen against is gone for good: the note and the reason too."""
    client.force_login(alice)
    client.cookies["__Host-language"] = "en"
    first, second = (Page(client, reverse("section", args=[intake.uuid, "fear"])) for _tab in range(2))
    for page, text in ((first, "first"), (second, "second")):
        parts = {"": text, "__note": f"{text} note", "__reason": f"{text} reason"}
        page.fill(**{f"fear_own_words{part}": words for part, words in parts.items()}).press("_go", "save")

    html = Page(client, first.url).html

    assert "<b>first</b>; <b>Note: first note</b>; <b>Reason for not asking: first reason</b>" in html
    assert "second reason" in html
