"""The order in which a screen reader reads five pages, from the accessibility tree that a browser makes."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import WIDE
from questionnaire.tests.factories import submission_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: What comes first on every page of someone who is signed in.
TOP = ["Ga naar de inhoud", "Scherm verbergen", "Hoofdpagina's", "Scherm verbergen", "Nummers om te bellen"]
#: What comes before the content on a page of an intake.
CASE = ["Deze casus", "2026-117", "Pagina's van deze casus", "Toegang"]


@pytest.fixture
def answered(alice: User, intake: Intake) -> Intake:
    return intake_actions.save_section(
        alice, intake, "fear", submission_of(intake, fear_own_words="Ik durf niet naar huis.", fear_level=9)
    ).intake


def assert_read_in_order(page: Page, *words: str) -> None:
    """Assert that the tree has these words, each after the one before."""
    tree, place = page.locator("body").aria_snapshot(), 0
    for each in words:
        found = tree.find(each, place)
        assert found >= 0, f"{each!r} does not follow in:\n{tree[place:]}"
        place = found + len(each)


def test_today(open_page: Open, alice: User, answered: Intake) -> None:
    page = open_page(reverse("today"), user=alice, viewport=WIDE)

    assert_read_in_order(page, *TOP, "main", 'heading "Vandaag', "[level=1]", "Begin een gesprek", "2026-117")


def test_cases(open_page: Open, alice: User, answered: Intake) -> None:
    page = open_page(reverse("cases"), user=alice, viewport=WIDE)

    assert_read_in_order(
        page,
        *TOP,
        "main",
        'heading "Casussen" [level=1]',
        "table",
        "Kenmerk",
        "rowheader",
        "2026-117",
        "alice",
    )


def test_a_part_of_the_conversation(open_page: Open, alice: User, answered: Intake) -> None:
    """The questions first, then what stands beside them: the notes, the incidents, the parts."""
    page = open_page(reverse("section", args=[answered.uuid, "fear"]), user=alice, viewport=WIDE)

    assert_read_in_order(
        page,
        *(
            "Ga naar de vragen",
            "Scherm verbergen",
            "Ga naar de notities",
            "Ga naar de delen",
            "Hoofdpagina's",
        ),
        *CASE,
        *(
            "main",
            "Deel 2 van 10",
            "[level=1]",
            "2.1",
            "Ik durf niet naar huis.",
            "2.2",
            "2.3",
            "Cliënt weet het niet",
        ),
        *(
            "Volgende deel",
            "complementary",
            "De cliënt zegt",
            "Voorvallen",
            "Vraag dit zeker nog na",
            "Niveau",
        ),
        *("Delen", "1 Nu veilig?"),
    )


def test_the_summary(open_page: Open, alice: User, answered: Intake) -> None:
    """The fear before how soon to act, and both before the steps."""
    page = open_page(reverse("summary", args=[answered.uuid]), user=alice, viewport=WIDE)

    assert_read_in_order(
        page,
        *TOP,
        *CASE,
        *("main", "Dat nemen wij serieus", "[level=1]", "Ik durf niet naar huis.", "Vandaag overleggen"),
        *("Eerste stappen", "Overleg met de politie", "Delen van deze pagina", "Doen", "Nog te vragen"),
    )


def test_the_review(open_page: Open, alice: User, rachel: User, answered: Intake) -> None:
    """What the reviewer can do before all that there is to read."""
    review_actions.submit(alice, answered)
    page = open_page(reverse("review", args=[answered.uuid]), user=rachel, viewport=WIDE)

    assert_read_in_order(
        page,
        *CASE,
        *("main", "ligt ter toetsing", "[level=1]", "Uw vraag of opmerking", "Vaststellen", "Teruggeven"),
        *("Dat nemen wij serieus", "Ik durf niet naar huis."),
    )
