"""What each edition leaves out and shows, in which order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.utils.translation import override

from questionnaire import demo
from questionnaire.documents import labels
from questionnaire.documents.blocks import Blanks, Boxes, Fact, Facts
from questionnaire.documents.builder import build_document
from questionnaire.documents.document import Document
from questionnaire.documents.editions import (
    EDITIONS,
    INTERNAL,
    PRIVATE,
    TELLING_ROWS,
    TEXT,
    file_name,
    needs_ground,
)
from questionnaire.documents.redaction import sentences
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.text import as_text, section_as_text
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.dates import format_date
from questionnaire.domain.incidents import Incident
from questionnaire.domain.summary import summarise
from questionnaire.tests.documents.examples import (
    FOLLOW_UP_AND_REVIEW,
    LANGUAGES,
    SECRET,
    edition_of,
    everything_answered,
    intake_file,
    secrets,
)
from questionnaire.tests.documents.reading import all_strings, everything_in, one_line, section

OUTSIDE = ("police", "advice", "report")
#: What stands in no edition for others, as sections.
OF_THE_OWN_FILE = {
    "steps",
    "organisation",
    "safety_plan",
    "case_holders",
    "reporting_code",
    "reassess",
    "own_view",
    "review",
}


@pytest.mark.parametrize(
    ("code", "may"),
    [
        (
            "police",
            {
                *("zqreference", "zqauthor", "zqwhat", "zqevidence"),
                *("zqorder", "zqdesk", "zqnumber", "zqreply"),
            },
        ),
        ("advice", set()),
        ("report", set()),
        ("client", set()),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_secret_is_in_an_edition_that_should_not_have_it(code: str, may: set[str], language: str) -> None:
    document = build_document(secrets(), language, EDITIONS[code], paper=True, **FOLLOW_UP_AND_REVIEW)

    assert set(re.findall("zq[a-z]+", everything_in(document))) == may


def test_every_secret_is_in_the_own_file() -> None:
    content = everything_in(build_document(secrets(), "en", EDITIONS["full"], **FOLLOW_UP_AND_REVIEW))

    beside = {
        "zqwho",
        "zqwhy",
        "zqcolleague",
        "zqresult",
        "zqground",
        "zqremark",
        "zqby",
        "zqanswer",
        "zqsigner",
        *("zqorder", "zqdesk", "zqnumber", "zqreply"),
        *("zqlead", "zqreach", "zqfixed", "zqdeputy"),
    }
    found = set(re.findall("zq[a-z]+[0-9]*", content))
    assert beside | {"zqrunning", "zqview", "zqcontact", "zqwhat", "zqevidence", "zqauthor"} <= found
    assert len([word for word in found if word.startswith("zqnote")]) == len(SECRET)


@pytest.mark.parametrize("code", OUTSIDE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_of_a_left_out_answer_is_not_named(code: str, language: str) -> None:
    content, whole = (
        " ".join(all_strings(build_document(secrets(), language, edition).sections))
        for edition in (EDITIONS[code], EDITIONS["full"])
    )

    with override(language):
        for label in map(labels.label, (*PRIVATE, *INTERNAL)):
            assert label not in content
            assert label in whole


@pytest.mark.parametrize("item", PRIVATE)
@pytest.mark.parametrize("code", OUTSIDE)
def test_a_tick_includes_one_item_and_no_other(code: str, item: str) -> None:
    with override("en"):
        names = {other: labels.label(other) for other in PRIVATE}

    content = " ".join(all_strings(edition_of(secrets(), code, item).sections))

    assert {other for other, name in names.items() if name in content} == {item}


@pytest.mark.parametrize("code", OUTSIDE)
def test_own_view_is_in_no_edition_but_the_full_one(code: str) -> None:
    content = everything_in(edition_of(secrets(), code, *INTERNAL, "own_view", "professional_concern"))

    for text in ("zqview", "Concern of the professional"):
        assert text not in content
        assert text in everything_in(edition_of(secrets(), "full"))


@pytest.mark.parametrize("name", demo.NAMES)
@pytest.mark.parametrize("code", OUTSIDE)
def test_an_edition_for_others_has_no_advice_and_no_emergency_line(code: str, name: str) -> None:
    intake = demo.intake(name)
    document = edition_of(intake, code)

    assert document.emergency is None
    assert not OF_THE_OWN_FILE & {each.id for each in document.sections}
    with override("en"):
        titles = [advice.title for advice in summarise(intake.answers, intake.incidents, intake.date).advice]
    content = everything_in(document)
    assert [title for title in titles if title in content] == []


@pytest.mark.parametrize("code", ["police", "advice"])
def test_an_item_that_is_left_out_is_no_open_question(code: str) -> None:
    content = " ".join(all_strings(edition_of(demo.intake("nothing_answered"), code).sections))

    with override("en"):
        assert not [item for item in (*PRIVATE, *INTERNAL) if labels.label(item) in content]
        assert labels.label("threats") in content


def test_the_police_edition_asks_with_boxes_and_has_lines_to_fill_in() -> None:
    intake = intake_file({"orders": "breached", "last_incident": "2026-03-20"}, date=date(2026, 3, 23))
    document = edition_of(intake, "police")

    (boxes,) = (block for block in section(document, "request").blocks if isinstance(block, Boxes))
    (blanks,) = (block for block in section(document, "by_hand").blocks if isinstance(block, Blanks))
    assert boxes.texts[0] == "a risk screening (SASH)"
    assert "action on the breach of the order, and the number of the case" in boxes.texts
    assert "before 20 June 2026" in boxes.texts[-1]
    assert "Date of the order, and which court" in blanks.labels
    text = as_text(document)
    assert "[ ] a risk screening (SASH)" in text
    assert "Name of this person: ......" in text
    bare = edition_of(intake_file({}), "police")
    assert "breach" not in " ".join(all_strings(section(bare, "request")))
    assert "Date of the order, and which court" not in as_text(bare)


@pytest.mark.parametrize("code", ["police", "advice"])
def test_the_last_incident_is_the_one_that_ended_last(code: str) -> None:
    run, later = Incident("2026-03-01", "home", until="2026-03-20"), Incident("2026-03-05", "online")
    intake = intake_file({"last_incident": "2026-03-10"}, incidents=(run, later))

    content = one_line(as_text(edition_of(intake, code)))

    assert "Last incident: 1 March 2026 up to and including 20 March 2026 · At home" in content
    assert "not in the log" not in content


def test_the_police_edition_says_what_is_not_known_apart_from_no() -> None:
    intake = intake_file({"weapons": "unknown", "strangulation": "not_asked", "threats": ["none"]})

    content = section_as_text(section(edition_of(intake, "police"), "open_questions"))

    assert "Not known or not asked does not mean no." in content
    assert "Client doesn't know: Weapons" in content
    assert "Deliberately not asked: Grabbed by the throat" in content
    assert "Threats" not in content


@pytest.mark.parametrize("name", demo.NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_asking_for_advice_reads_aloud_in_two_minutes(name: str, language: str) -> None:
    document = build_document(demo.intake(name), language, EDITIONS["advice"])

    with override(language):
        said = " ".join(section_as_text(each) for each in document.sections if each.id != "limits")
    words = re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", said)
    assert document.sections[0].id == "question"
    assert len(words) <= 320, "two minutes, at 160 words a minute"


def test_asking_for_advice_opens_with_the_own_question() -> None:
    document = edition_of(secrets(), "advice", question="May I <call> the school?")

    assert "May I <call> the school?" in section_as_text(document.sections[0])
    assert "May I &lt;call&gt; the school?" in as_html(document)


@pytest.mark.parametrize("answers", [{}, {"fear_own_words": "I fear Jan."}, {"fear_own_words": "declined"}])
def test_without_own_words_the_edition_for_advice_does_not_say_whether_there_are_any(
    answers: dict[str, object],
) -> None:
    (fear,) = (each for each in edition_of(intake_file(answers), "advice").sections if each.id == "fear")

    assert fear.heading == "We take the client's feeling of being unsafe seriously."
    assert "own words" not in section_as_text(fear)


def test_a_report_shows_nothing_by_default_but_what_it_is_for() -> None:
    document = edition_of(demo.intake("ex_partner_with_breach"), "report")

    assert [each.id for each in document.sections] == [
        *("fear", "who", "by_hand", "pattern", "incidents", "others", "weighing", "limits")
    ]
    assert document.sections[0].heading == "We take the client's feeling of being unsafe seriously."
    assert document.sections[0].blocks == ()
    assert (document.reference, document.conversation, document.state) == ("", "", "")
    content = everything_in(document)
    for left_out in ("2026-117", "de Wit", "23 March 2026", "Ik slaap", "Threats", "neighbours", "breached"):
        assert left_out not in content, left_out


@pytest.mark.parametrize("row", TELLING_ROWS)
def test_a_report_names_what_tells_where_the_client_is_only_when_ticked(row: str) -> None:
    item, _dot, name = row.partition(".")
    intake = intake_file({item: {name: "daily", ITEMS[item].rows[0].code: "once"}})
    with override("en"):
        label = labels.row(item, name)

    bare, ticked = edition_of(intake, "report"), edition_of(intake, "report", row)

    assert label not in everything_in(bare)
    assert "1 kind of behaviour" in as_text(bare)
    assert label in everything_in(ticked)
    assert "2 kinds of behaviour" in as_text(ticked)


def test_a_report_tells_of_an_incident_when_and_where_and_the_rest_by_the_sentence() -> None:
    incident = Incident(
        "2026-03-20", "home", what="zqwhat", evidence="zqphoto", reported=True, time="23:10", times=3
    )
    intake = intake_file({}, incidents=(incident,), notes={"threats": "zqnote"}, running_note="zqrunning")

    bare, full = edition_of(intake, "report"), edition_of(intake, "report", "incidents_reported")

    assert "On 20 March 2026 at 23:10, 3 times, at home: an incident." in as_text(bare)
    assert "police" not in section_as_text(section(bare, "incidents")).lower()
    assert "Reported to the police." in one_line(as_text(full))


def test_a_report_says_nothing_about_unsafety_at_which_nothing_shown_points() -> None:
    intake = intake_file({"threats": ["kill"], "relationship": "ex_partner"})

    bare, ticked = edition_of(intake, "report"), edition_of(intake, "report", "threats")

    assert "acute" not in as_text(bare)
    assert "Points at acute unsafety: Threats" in as_text(ticked)


def test_a_report_names_no_row_of_a_ticked_table_that_is_open() -> None:
    cells = {"sleep": "much", "health": "unknown", "money": "none"}

    content = as_text(edition_of(intake_file({"daily_life": cells}), "report", "daily_life"))

    assert "Effects on daily life: Sleep: a lot · Money: not at all" in content
    assert "Health" not in content
    only_open = edition_of(intake_file({"daily_life": {"health": "unknown"}}), "report", "daily_life")
    assert as_text(only_open) == as_text(edition_of(intake_file({}), "report"))


@pytest.mark.parametrize("code", ["advice", "report"])
def test_the_wishes_are_in_an_edition_when_their_sentence_is_ticked(code: str) -> None:
    intake = intake_file({"client_wishes": "Zqstop. Zqother."}, sources={"client_wishes": "document"})
    keys = frozenset(each.key for each in sentences(intake) if each.text == "Zqstop.")

    content = one_line(as_text(edition_of(intake, code, sentences=keys)))

    assert "What the client wants: Zqstop." in content
    assert "Zqother" not in content


@pytest.mark.parametrize("item", [item.id for item in ITEMS.values() if item.kind == "many"])
def test_the_police_get_every_part_of_an_answer(item: str) -> None:
    codes = [code for code in ITEMS[item].codes if code not in ITEMS[item].exclusive]

    content = one_line(as_text(edition_of(intake_file({item: codes}), "police", item)))

    with override("en"):
        assert [text for text in map(ITEMS[item].text_of, codes) if text not in content] == []


@pytest.mark.parametrize("code", ["full", "police"])
@pytest.mark.parametrize("item", ITEMS)
def test_the_source_of_an_answer_stands_beside_it(code: str, item: str) -> None:
    answer = everything_answered().answers[item]
    intake = intake_file({item: answer}, sources={item: "document"})

    content = one_line(as_text(edition_of(intake, code, *PRIVATE)))

    assert ("from a document" in content) == (code == "full" or item not in INTERNAL)


def test_a_report_does_not_deny_what_it_leaves_out() -> None:
    """That nothing was written down, that the code may not apply, or that the first incident began it."""
    tracked = {"behaviour_online": {"tracking": "daily"}, "pattern_start": "2024-01"}
    incident = Incident("2026-03-20", "home")

    nothing_shown = as_text(edition_of(intake_file(tracked), "report", "pattern_start"))
    in_the_home = intake_file({"relationship": "acquaintance", "lives_together": "full_time"})
    beginning = intake_file(tracked, incidents=(incident,))

    assert "When it started: January 2024" in nothing_shown
    assert "No behaviour has been written down" not in nothing_shown
    assert "reporting code" not in as_text(edition_of(in_the_home, "report"))
    assert "The reporting code probably applies." in as_text(
        edition_of(in_the_home, "report", "lives_together")
    )
    assert "since" not in as_text(edition_of(beginning, "report"))
    assert "1 incident since January 2024" in one_line(
        as_text(edition_of(beginning, "report", "pattern_start"))
    )


@pytest.mark.parametrize("name", demo.NAMES)
def test_a_report_never_shows_that_a_question_is_open(name: str) -> None:
    document = edition_of(demo.intake(name), "report", *EDITIONS["report"].on_tick)

    with override("en"):
        states = {str(state) for state in labels.STATES.values()}
    assert not states & {value for fact in _facts(document) for value in fact.values}
    assert not states & {fact.label for fact in _facts(document)}
    assert [fact for fact in _facts(document) if fact.marks] == []


def _facts(document: Document) -> Iterator[Fact]:
    for part in document.sections:
        for block in part.blocks:
            if isinstance(block, Facts):
                yield from block.facts


@pytest.mark.untraced
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", EDITIONS)
@pytest.mark.parametrize("name", demo.NAMES)
def test_fear_is_the_first_section_of_every_edition(name: str, code: str, language: str) -> None:
    """Only the edition for advice opens with something else: the question."""
    for paper in (False, True):
        document = build_document(demo.intake(name), language, EDITIONS[code], paper=paper)

        first = document.sections[0]
        headline = document.page_one.headline if document.has_page_one and paper else first.heading
        assert document.has_page_one or first.id == ("question" if code == "advice" else "fear")
        assert document.sections[1].id == "fear" or code != "advice"
        body = as_html(document).split("<body", 1)[1]
        assert body.split("<h1>")[1].split("</h1>")[0] == headline.replace("'", "&#x27;")


@pytest.mark.parametrize("code", OUTSIDE)
def test_no_edition_for_others_has_the_date_of_reassessment(code: str) -> None:
    intake = demo.intake("ex_partner_with_breach")
    again = summarise(intake.answers, intake.incidents, intake.date).reassess_on

    text = as_text(build_document(intake, "en", EDITIONS[code]))

    with override("en"):
        day = format_date(again)
    assert day in as_text(build_document(intake, "en"))
    assert day not in text


def test_sharing_with_the_police_without_consent_prints_the_ground() -> None:
    intake = intake_file({"consent_share": ["gp"]}, running_note="")

    document = edition_of(intake, "police", ground="Serious danger: <threats>.")

    assert needs_ground(EDITIONS["police"], intake.answers)
    assert not needs_ground(EDITIONS["police"], intake_file({"consent_share": ["police", "gp"]}).answers)
    assert not needs_ground(EDITIONS["report"], intake.answers)
    assert "Serious danger: <threats>." in as_text(document)
    assert "Serious danger: &lt;threats&gt;." in as_html(document)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_names_its_edition(language: str) -> None:
    headers = {}
    for code, edition in EDITIONS.items():
        document = build_document(secrets(), language, edition, paper=True)
        headers[code] = document.running_head.split(" · ")[0]
        assert headers[code] in document.title or edition.own_file
        assert "stalk" not in headers[code].lower()
    assert headers["full"] == headers["text"]
    assert len(set(headers.values())) == len(headers) - 1


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("full", "SC-2026-117-2026-03-27-eigen-dossier-niet-doorgeven"),
        ("police", "SC-2026-117-2026-03-27-versie-voor-de-politie"),
        ("advice", "SC-versie-voor-advies"),
        ("report", "SC-versie-voor-een-melding"),
        ("client", "SC-voor-uzelf"),
    ],
)
def test_a_file_is_named_after_its_edition(code: str, name: str) -> None:
    assert file_name(EDITIONS[code], "nl", "2026-117", date(2026, 3, 27)) == name


#: References that would be a device, or no name at all, for Windows.
FOR_WINDOWS = [
    *("CON", "nul", "COM1", "LPT9.txt", "AUX.", "PRN  ", "...", " x. ", ""),
    *('a/b\\c:d*?"<>|', "\u00e9" * 200),
]


@pytest.mark.parametrize("reference", FOR_WINDOWS)
def test_a_file_name_is_one_for_windows_too(reference: str) -> None:
    for edition in (*EDITIONS.values(), TEXT):
        name = file_name(edition, "nl", reference, date(2026, 3, 27))

        assert re.fullmatch(r"SC-[A-Za-z0-9-]{1,120}", name), name
        assert not name.endswith("-")
