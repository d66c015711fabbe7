"""Five intakes, each held by a person in the browser and each given to the command: the same summary."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from playwright.sync_api import Page, expect

from questionnaire import demo
from questionnaire.documents import wording
from questionnaire.domain import dates
from questionnaire.domain.advice import Because
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ABSENT, ITEMS, NOT_REACHED_CHOICE
from questionnaire.domain.urgency import Urgency
from questionnaire.models import Intake, User
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.interview import Interview, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.pdf, pytest.mark.django_db(transaction=True)]

Json = dict[str, Any]

LANGUAGES = ("nl", "en")
PASSWORD = "not guessed by anyone 7"

#: The language of the pages during the conversation; the report has the language of the answers file.
HELD_IN = {
    "ex_partner_with_breach": "nl",
    "colleague": "en",
    "stranger_online": "en",
    "strangulation_without_fear": "nl",
    "everything_declined": "en",
}

#: How paper says a picture that its font does not have.
ON_PAPER = {"😢": "[crying face]"}

#: What the summary page shows, read as a person does: text that is visible, in its order.
READ_SUMMARY = """
main => {
  const words = element => element ? element.innerText : "";
  return {
    text: words(main),
    opening: words(main.querySelector("h1")),
    headings: [...main.querySelectorAll("section.report > h2")].map(words),
    urgency: words(main.querySelector("#urgency-title")),
    first: [...main.querySelectorAll(".first > li > strong")].map(words),
    advice: [...main.querySelectorAll("#steps .steps > li")].map(step => ({
      title: words(step.querySelector("h3")),
      urgency: words(step.querySelector(".urgency-word")),
      text: words(step.querySelector("p:not(.urgency-word)")),
      about: Object.fromEntries(
        [...step.querySelectorAll("dt")].map(name => [words(name), words(name.nextElementSibling)])
      ),
    })),
    sections: Object.fromEntries(
      [...main.querySelectorAll("section.report")].map(section => [section.id, words(section)])
    ),
    open: [...main.querySelectorAll("#open_questions h3, #open_questions .fact")].map(line => [
      line.tagName,
      words(line.querySelector("strong")),
      [...line.childNodes].filter(part => part.className !== "mark").map(part => part.textContent).join(""),
    ]),
  };
}
"""


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], tuple[Json, bytes]]:
    """What the command makes of each answers file in each language: the JSON and the PDF."""
    files = [str(demo.FOLDER / f"{name}.json") for name in HELD_IN]
    made = {}
    for language in LANGUAGES:
        folder, lines = tmp_path_factory.mktemp(language), StringIO()
        call_command("summarise", *files, format="pdf", language=language, output=str(folder), jobs=1)
        call_command("summarise", *files, format="json", language=language, output="-", stdout=lines)
        for name, line in zip(HELD_IN, lines.getvalue().splitlines(), strict=True):
            summary = json.loads(line)
            made[name, language] = summary, (folder / f"{summary['reference']}.pdf").read_bytes()
    return made


@pytest.mark.parametrize("name", HELD_IN)
def test_an_intake_held_in_the_browser_is_the_one_of_the_command(
    name: str,
    command: Mapping[tuple[str, str], tuple[Json, bytes]],
    open_page: Open,
    alice: User,
    tmp_path: Path,
) -> None:
    told = demo.intake(name)
    alice.name = told.author
    alice.set_password(PASSWORD)
    alice.save()
    language, other = HELD_IN[name], next(code for code in LANGUAGES if code != HELD_IN[name])

    with override(language):
        page = open_page("/", language=language)
        sign_in(page, alice.username, PASSWORD)
        Interview(page, told).hold()
        read = {language: shown_summary(page)}
        downloaded = {code: download(page, code) for code in LANGUAGES}
    page.get_by_role("button", name={"nl": "Nederlands", "en": "English"}[other]).click()
    expect(page.locator("html")).to_have_attribute("lang", other)
    read[other] = shown_summary(page)

    assert_is_stored(told)
    for code in LANGUAGES:
        summary, pdf = command[name, code]
        with override(code):
            assert_page_says(read[code], summary)
            assert_paper_says(words_of(downloaded[code], tmp_path), summary)
        assert downloaded[code] == pdf


def shown_summary(page: Page) -> Json:
    """The summary page, its white space as it is seen."""
    read: Json = _seen(page.locator("main").evaluate(READ_SUMMARY))
    return read


def _seen(read: Any) -> Any:
    if isinstance(read, str):
        return " ".join(read.split())
    if isinstance(read, list):
        return [_seen(part) for part in read]
    return {_seen(key): _seen(value) for key, value in read.items()}


def download(page: Page, language: str) -> bytes:
    name = _("Download the PDF in Dutch") if language == "nl" else _("Download the PDF in English")
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    return waiting.value.path().read_bytes()


def words_of(pdf: bytes, folder: Path) -> str:
    """The text of a PDF in the order in which it is drawn, without the line above every page."""
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(  # noqa: S603
        ["pdftotext", "-raw", "-enc", "UTF-8", str(path), "-"],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    pages = text.removesuffix("\f").split("\f")
    # The line is drawn last.
    return "\n".join(page.rstrip().rpartition("\n")[0] for page in pages)


# --- The answers --------------------------------------------------------------------------------------------


def assert_is_stored(told: IntakeFile) -> None:
    stored = Intake.objects.get()
    content = stored.content
    assert (stored.reference, stored.on, stored.language) == (told.reference, told.date, told.language)
    assert stored.answers.to_json() == told.answers.to_json()
    assert tuple(incident.told for incident in stored.incidents.all()) == told.incidents
    assert (content["notes"], content["sources"], content["reasons"]) == (
        told.notes,
        told.sources,
        told.reasons,
    )
    assert (content["running_note"], content["view"]) == (told.running_note, told.view)
    assert content["drafts"] == {}


# --- The page -----------------------------------------------------------------------------------------------


def assert_page_says(read: Json, summary: Json) -> None:
    """Everything in the summary of the command stands on the page, in the same order."""
    opening = summary["fear"]["opening"]
    assert read["opening"] == read["headings"][0] == opening
    assert read["urgency"] == label(summary["urgency"])
    assert read["advice"] == [advice_in_words(advice) for advice in summary["advice"]]
    assert read["first"] == [advice["title"] for advice in summary["advice"][:3]]
    assert open_on_page(read["open"]) == open_in_words(summary)

    text, sections = read["text"], read["sections"]
    in_order(text, [*beginning(summary), *(advice["text"] for advice in summary["advice"])])
    in_order(sections["fear"], [opening, *fear_in_words(summary["fear"])])
    in_order(sections["pattern"], [summary["pattern"]["sentence"], *incidents_in_words(summary)])
    for concern in summary["concerns"]:
        assert wording.label(concern["item"]) in sections["concerns"]
    in_order(sections["reporting_code"], [*five_steps(summary), *unsafety(summary)])
    in_order(text, [*five_steps(summary), look_again(summary), summary["limits"]])


def beginning(summary: Json) -> list[str]:
    """What comes before any advice is explained: the fear, the wishes, the urgency and the pattern."""
    told = [summary["fear"]["opening"], summary["fear"]["words"], summary["wishes"]]
    return [*filter(None, told), label(summary["urgency"])]


def label(urgency: str) -> str:
    return Urgency[urgency.upper()].label


def advice_in_words(advice: Json) -> Json:
    because = [
        wording.reason(Because(reason["item"], tuple(reason["codes"]))) for reason in advice["because"]
    ]
    contact = advice["contact"] or []
    contacts = [contact] if isinstance(contact, str) else contact
    called = {_("Call"): " · ".join(map(wording.contact, contacts))} if contacts else {}
    return {
        "title": advice["title"],
        "urgency": label(advice["urgency"]),
        "text": advice["text"],
        "about": called
        | {
            pgettext("head", "Because"): "; ".join(because) or _("Advised for every client"),
            _("Source"): advice["source"],
            _("Decides"): advice["decides"],
        },
    }


def fear_in_words(fear: Json) -> list[str]:
    codes = {
        "fear_level": [] if fear["level"] is None else [str(fear["level"])],
        "feared_events": fear["feared"] or [],
        "fear_change": [fear["change"]] if fear["change"] else [],
        "life_changes": fear["life_changes"] or [],
    }
    said = [ITEMS[item_id].text_of(code) for item_id, given in codes.items() for code in given]
    return [fear["words"], *said] if fear["words"] else said


def incidents_in_words(summary: Json) -> list[str]:
    return [
        words
        for incident in summary["incidents"]
        for words in (
            dates.words(incident["date"]),
            incident["what"],
            incident["evidence"],
            wording.known_to_police(incident["reported"]),
        )
        if words
    ]


def five_steps(summary: Json) -> list[str]:
    return [words for step in summary["reporting_code"]["steps"] for words in (step["title"], step["text"])]


def unsafety(summary: Json) -> list[str]:
    code = summary["reporting_code"]
    return [wording.label(item_id) for item_id in (*code["acute"], *code["structural"])]


def look_again(summary: Json) -> str:
    return dates.words(summary["reassess_on"])


def open_on_page(lines: Sequence[Sequence[str]]) -> dict[str, dict[str, str]]:
    """The open questions of each state, by name, with the first advice that an answer could add."""
    found: dict[str, dict[str, str]] = {}
    for tag, name, text in lines:
        if tag == "H3":
            state = found[text] = {}
        elif name == f"{_('No advice hangs on')}:":
            state.update(dict.fromkeys(text.removeprefix(name).strip().split(wording.BETWEEN), ""))
        else:
            state[name.rstrip(":")] = text.partition("→ ")[2].partition(";")[0]
    return found


def open_in_words(summary: Json) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for state in (NOT_REACHED_CHOICE, *ABSENT):
        questions = [question for question in summary["open_questions"] if question["state"] == state.code]
        if questions:
            found[str(state.text)] = {
                wording.label(question["item"]): first_title(question["could_add"]) for question in questions
            }
    return found


def first_title(codes: Sequence[str]) -> str:
    return wording.advice_title(codes[0]) if codes else ""


# --- The PDF ------------------------------------------------------------------------------------------------


def assert_paper_says(paper: str, summary: Json) -> None:
    """The fear stands first and everything else of the command's summary follows, in the same order."""
    explained = [
        words
        for number, advice in enumerate(summary["advice"], start=1)
        for words in (f"{number}. {advice['title']}", advice["text"], advice["source"], advice["decides"])
    ]
    front, rest = explained[:12], explained[12:]
    sentence = summary["pattern"]["sentence"]

    assert squeezed(paper).startswith(squeezed(summary["fear"]["opening"]))
    in_order(paper, [*beginning(summary), *front, sentence, *rest, sentence, *incidents_in_words(summary)])
    in_order(paper, [*rest, *five_steps(summary), *unsafety(summary), look_again(summary), summary["limits"]])


def squeezed(text: str) -> str:
    """Text without what a layout adds or takes: white space, and hyphens where a line ends."""
    for picture, name in ON_PAPER.items():
        text = text.replace(picture, name)
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


def in_order(text: str, said: Sequence[str]) -> None:
    """Each of these stands in the text, after the one before it."""
    whole, place = squeezed(text), 0
    for words in said:
        found = whole.find(squeezed(words), place)
        assert found >= 0, f"{words!r} does not come after what goes before it"
        place = found + len(squeezed(words))
