"""Pages on paper: the reference and the number in the foot of each sheet, and nothing to press or cut off."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from django.urls import reverse

from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import show_question
from questionnaire.tests.documents.reading import sides_of, words_of
from questionnaire.tests.full_intakes import fill

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Points: a sheet of A4, and the margin at its sides.
SHEET_WIDTH: Final = 595
MARGIN: Final = 40
BUTTONS: Final = ("Scherm verbergen", "Opslaan", "Wijzig\n", "Volgende deel", "Voeg dit voorval toe")


@pytest.mark.parametrize("name", ["summary", "answers", "steps", "incidents", "case"])
def test_each_sheet_of_a_case_has_the_reference_and_its_number_and_nothing_is_cut(
    open_page: Open, alice: User, intake: Intake, tmp_path: Path, name: str
) -> None:
    fill(alice, intake)
    page = open_page(reverse(name, args=[intake.uuid]), user=alice, color_scheme="dark")
    made = tmp_path / "page.pdf"

    page.pdf(path=made, format="A4", prefer_css_page_size=True)

    sheets = words_of(made).removesuffix("\f").split("\f")
    for number, sheet in enumerate(sheets, start=1):
        above = number == 1  # the line above the page has it too
        assert sheet.count(intake.case.reference) >= 1 + above
        assert re.search(rf"^{number} ?/ ?{len(sheets)}$", sheet, re.MULTILINE)
        assert not [words for words in BUTTONS if words in sheet], sheet
    left, right = sides_of(made)
    assert left >= MARGIN
    assert right <= SHEET_WIDTH - MARGIN


def test_the_list_of_cases_is_not_cut_at_its_side(
    open_page: Open, alice: User, intake: Intake, tmp_path: Path
) -> None:
    fill(alice, intake)
    page = open_page(reverse("cases"), user=alice)
    made = tmp_path / "page.pdf"

    page.pdf(path=made, format="A4", prefer_css_page_size=True)

    assert intake.case.reference in words_of(made)
    assert sides_of(made)[1] <= SHEET_WIDTH - MARGIN


def test_the_clients_question_is_one_sheet_without_buttons(
    open_page: Open, alice: User, intake: Intake, tmp_path: Path
) -> None:
    page = open_page(reverse("section", args=[intake.uuid, "fear"]), user=alice)
    show_question(page, intake, "feared_events")
    made = tmp_path / "page.pdf"

    page.pdf(path=made, format="A4", prefer_css_page_size=True)

    sheets = words_of(made).removesuffix("\f").split("\f")
    assert len(sheets) == 1
    assert "Wat denkt u" in sheets[0]
    assert not [words for words in ("Scherm", "Volgende", "Leeg laten") if words in sheets[0]]
