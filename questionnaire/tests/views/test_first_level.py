"""A conversation in which nothing was saved shows no level, and keeps its advice and its date."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from questionnaire.actions import intakes as intake_actions
from questionnaire.domain.advice.urgency import Urgency
from questionnaire.models import Intake, User
from questionnaire.tests.factories import reload, submission_of
from questionnaire.tests.pages import Page, one_line

NOTHING = "Nog niets gevraagd"
LOWEST = "Overleggen en blijven volgen"


def shown(client: Client, intake: Intake, name: str) -> str:
    """Return the header of the case and, of a section, what stands beside the questions."""
    arguments = [intake.uuid, *["fear"][: name == "section"]]
    html = one_line(Page(client, reverse(name, args=arguments)).html)
    header = html.split('<section class="case-header"')[1].split("</section>")[0]
    return header + html.partition('<details class="panel" id="level">')[2].partition("</details>")[0]


@pytest.mark.parametrize("name", ["section", "summary", "access"])
def test_nothing_asked_has_no_level(alice_client: Client, intake: Intake, name: str) -> None:
    found = shown(alice_client, intake, name)

    assert NOTHING in found
    assert LOWEST not in found
    assert "Volgende datum" in found


def test_its_summary_keeps_its_advice(alice_client: Client, intake: Intake) -> None:
    html = Page(alice_client, reverse("summary", args=[intake.uuid])).html

    assert html.split("<main")[1].count("0900-8844") > 1


@pytest.mark.parametrize(
    "answers", [{"fear_level": 1}, {"fear_level": "declined"}, {"fear_level": "unknown"}]
)
def test_any_answer_has_a_level(
    alice_client: Client, alice: User, intake: Intake, answers: dict[str, Any]
) -> None:
    """What the client does not know or does not want to give was asked."""
    intake_actions.save_section(alice, intake, "fear", submission_of(intake, **answers))

    for name in ("section", "summary"):
        found = shown(alice_client, intake, name)
        assert NOTHING not in found


def test_a_level_that_is_kept_or_higher_is_never_hidden(alice_client: Client, intake: Intake) -> None:
    Intake.objects.update(keeps_level=True)
    assert NOTHING not in shown(alice_client, intake, "section")

    Intake.objects.update(keeps_level=False, urgency=Urgency.DAYS)
    assert NOTHING not in shown(alice_client, intake, "summary")


def test_the_first_save_brings_the_level(alice_client: Client, intake: Intake) -> None:
    page = Page(alice_client, reverse("section", args=[intake.uuid, "safety_now"])).fill(danger_now="no")

    beside = page.press("_", "", accept="application/json").json()["sidebar"]

    assert reload(intake).content["answers"] == {"danger_now": "no"}
    assert beside["level"] == [LOWEST, "follow"]


def test_lists_and_the_whole_case_say_the_same(alice_client: Client, alice: User, intake: Intake) -> None:
    Intake.objects.update(next_due=intake.on)
    pages = [reverse("today"), reverse("cases"), reverse("case", args=[intake.uuid])]

    def level_words() -> list[tuple[bool, bool]]:
        found = [Page(alice_client, path).html.split("<main")[1] for path in pages]
        return [(f">{NOTHING}</span>" in html, f">{LOWEST}</span>" in html) for html in found]

    assert level_words() == [(True, False)] * 3

    intake_actions.save_section(alice, intake, "safety_now", submission_of(intake, danger_now="no"))
    Intake.objects.update(next_due=intake.on)

    assert level_words() == [(False, True)] * 3
