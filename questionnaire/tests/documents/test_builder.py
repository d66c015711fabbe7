"""What a document says, in what order, and that it says nothing else."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils.translation import get_language, override

from questionnaire import demo, documents
from questionnaire.documents import EDITIONS, labels
from questionnaire.documents.blocks import (
    Document,
    Facts,
    Log,
    Picture,
    Quotation,
    Section,
    Steps,
    Table,
    Words,
)
from questionnaire.documents.presenter import MOST_ON_PAPER
from questionnaire.documents.renderers.text import WIDTH, section_as_text
from questionnaire.domain.advice.engine import Because
from questionnaire.domain.answers import Answers
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.comparison import Point
from questionnaire.domain.dates import today
from questionnaire.domain.follow_up import DONE, Outcome, follow_up
from questionnaire.domain.incidents import Incident
from questionnaire.domain.summary import summarise

EVERY = (*demo.COMPLETE, *demo.UNFINISHED)
LANGUAGES = ("nl", "en")
ORDER = (
    "fear",
    "wishes",
    "steps",
    "pattern",
    "concerns",
    "others",
    "reporting_code",
    "support",
    "open_questions",
    "reassess",
    "own_view",
    "limits",
)
PAYLOADS = (
    '<img src="http://127.0.0.1:9/a.png">',
    "<link rel=stylesheet href=file:///etc/passwd>",
    "<style>@import url(http://127.0.0.1:9/b.css)</style>",
    "</p></table><script>alert(1)</script>",
    "{{ document.title }} {% include 'base.html' %} %(count)s",
    "<svg><image href='file:///etc/hostname'/></svg>",
    "&lt;b&gt; &#60;i&#62;",
)


def intake(answers: Mapping[str, object] | None = None, **other: Any) -> IntakeFile:
    parsed = Answers.parse(answers or {}, today())
    return replace(demo.intake("nothing_answered"), answers=parsed, **other)


def in_words(text: str) -> str:
    """Text without the line breaks and marks that a layout adds."""
    return " ".join(text.replace("\n  | ", " ").split())


def texts(part: object) -> Iterator[str]:
    """Every string in a document."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from texts(inner)
    elif is_dataclass(part):
        for field in fields(part):
            yield from texts(getattr(part, field.name))


class Page(HTMLParser):
    """The tags of a page, and its text with a space where an element begins or ends."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.pieces: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag != "wbr":
            self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())


def on_paper(told: IntakeFile, language: str = "nl") -> Page:
    return Page(documents.as_html(documents.full(told, language, paper=True)))


def section(document: Document, name: str) -> Section:
    return next(section for section in document.sections if section.id == name)


# --- Order and completeness ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_fear_stands_first_in_every_format(name: str, language: str) -> None:
    told = demo.intake(name)
    with override(language):
        opening = summarise(told.answers, told.incidents, told.date).fear.opening

    document = documents.full(told, language)
    html = documents.as_html(documents.full(told, language, paper=True))
    text = documents.as_text(document)

    assert document.sections[0].id == "fear"
    assert document.sections[0].heading == document.front.headline == opening
    body = html.split("<body", 1)[1].split(">", 1)[1]
    above = re.sub(r'<p class="emergency">.*?</p>', "", body.split("<h1>")[0], flags=re.DOTALL)
    assert not above.strip()
    assert body.split("<h1>")[1].startswith(opening.replace("'", "&#x27;"))
    assert text.split("=====")[0].strip().endswith(opening.upper())


@pytest.mark.parametrize("paper", [False, True])
@pytest.mark.parametrize("name", EVERY)
def test_sections_keep_their_order(name: str, paper: bool) -> None:
    found = [section.id for section in documents.full(demo.intake(name), "nl", paper=paper).sections]

    assert found == [name for name in ORDER if name in found]
    assert {"steps", "pattern", "reporting_code", "open_questions", "reassess", "limits"} <= set(found)


def test_the_emergency_line_alone_stands_above_the_fear() -> None:
    document = documents.full(demo.intake("half_finished"), "en")

    text = documents.as_text(document)

    assert document.emergency is not None
    assert text.index("CALL 112 NOW") < text.index(document.front.headline.upper())
    assert documents.full(demo.intake("colleague"), "en").emergency is None


@pytest.mark.parametrize("name", EVERY)
def test_all_that_was_written_stands_in_the_text_once(name: str) -> None:
    told = demo.intake(name)

    text = in_words(documents.as_text(documents.full(told, "nl")))

    written = [*told.notes.values(), *told.reasons.values(), told.running_note, told.view]
    written += [incident.what for incident in told.incidents]
    written += [told.answers.text(item) or "" for item in ("fear_own_words", "client_wishes", "safe_contact")]
    for words in filter(None, written):
        if words not in labels.STATES:
            assert text.count(in_words(words)) == 1, words


@pytest.mark.parametrize("name", EVERY)
def test_every_question_is_answered_or_still_to_ask(name: str) -> None:
    told = demo.intake(name)

    document = documents.full(told, "nl")

    text = in_words(documents.as_text(document))
    with override("nl"):
        for item in ITEMS.values():
            assert str(item.label) in text
        for question in summarise(told.answers, told.incidents, told.date).open_questions:
            assert labels.label(question.item) in "".join(texts(section(document, "open_questions")))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_every_format_gives_the_same_advice_in_the_same_order(name: str, language: str) -> None:
    told = demo.intake(name)
    titles = [advice["title"] for advice in json.loads(documents.as_json(told, language))["advice"]]

    document = documents.full(told, language)
    text = in_words(documents.as_text(document))
    page = on_paper(told, language).text

    steps = [
        step
        for block in section(document, "steps").blocks
        if isinstance(block, Steps)
        for step in block.steps
    ]
    assert [step.title for step in steps] == titles
    for found in (text, page):
        places = [found.index(f"{number}. {title}") for number, title in enumerate(titles, start=1)]
        assert places == sorted(places)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_every_format_says_all_sentences_of_the_advice(name: str, language: str) -> None:
    told = demo.intake(name)
    advice = json.loads(documents.as_json(told, language))["advice"]

    document = documents.full(told, language)

    for found in (in_words(documents.as_text(document)), on_paper(told, language).text):
        assert [one["code"] for one in advice if one["text"] not in in_words(found)] == []


@pytest.mark.parametrize("name", EVERY)
def test_both_languages_say_the_same_parts(name: str) -> None:
    told = demo.intake(name)

    dutch, english = (documents.full(told, language) for language in LANGUAGES)

    for one, other in zip(dutch.sections, english.sections, strict=True):
        assert one.id == other.id
        assert [type(block) for block in one.blocks] == [type(block) for block in other.blocks]
    assert [step.code for step in dutch.front.steps] == [step.code for step in english.front.steps]


def test_a_document_leaves_the_active_language_as_it_was() -> None:
    with override("nl"):
        document = documents.full(demo.intake("colleague"), "en")
        documents.as_text(document)
        documents.as_json(demo.intake("colleague"), "en")

        assert get_language() == "nl"
        assert document.front.headline == "The client is afraid. We take that seriously."


# --- Voices and marks ---------------------------------------------------------------------------------------


def test_safety_data_is_marked_in_words() -> None:
    document = documents.full(demo.intake("ex_partner_with_breach"), "en")

    marks = {
        fact.item: fact.marks
        for each in document.sections
        for block in each.blocks
        if isinstance(block, Facts)
        for fact in block.facts
    }

    for item in ITEMS.values():
        if item.id in marks:
            assert ("safety data" in marks[item.id]) == item.private, item.id
            assert ("own view" in marks[item.id]) == item.internal, item.id


def test_three_voices_stay_apart() -> None:
    told = intake(
        {"threats": ["kill"], "violence": ["others"], "professional_concern": "worried"},
        sources={"threats": "client", "violence": "seen"},
        running_note="This is what the client said.",
        view="This is what I think.",
    )

    document = documents.full(told, "en")

    assert "(the client says)" in section_as_text(section(document, "concerns"))
    assert "(seen by the professional)" in section_as_text(section(document, "concerns"))
    said, thought = section(document, "wishes").blocks[-1], section(document, "own_view").blocks[-1]
    assert said == Quotation("The client says", Words("This is what the client said."))
    assert thought == Quotation("The professional thinks", Words("This is what I think."))


@pytest.mark.parametrize("state", ["unknown", "declined", "not_asked", None])
def test_an_absent_answer_is_named_and_is_never_no(state: str | None) -> None:
    told = intake({"fear_own_words": state, "children": state, "weapons": state})

    document = documents.full(told, "en")

    with override("en"):
        words = str(labels.STATES[state or "not_reached"])
    assert document.front.no_words == f"Fear in own words: {words}"
    assert f"Children or pregnancy: {words}" in section_as_text(section(document, "others"))
    assert "Weapons" in section_as_text(section(document, "open_questions"))
    assert "Weapons: No" not in documents.as_text(document)


def test_a_reason_for_not_asking_stands_with_the_question() -> None:
    told = intake({"orders": "not_asked"}, reasons={"orders": "Too tired."}, notes={"weapons": "Ask again."})

    text = section_as_text(section(documents.full(told, "en"), "open_questions"))

    assert "Reason: Too tired." in text
    assert "Note: Ask again." in text


# --- What is long -------------------------------------------------------------------------------------------


def test_the_words_of_the_client_go_on_after_page_one() -> None:
    words = "I count the steps to the door. " * 100
    told = intake({"fear_own_words": words, "client_wishes": words})

    document = documents.full(told, "en", paper=True)

    assert document.front.words is not None
    assert document.front.wishes is not None
    assert document.front.words.continued
    assert document.front.wishes.continued
    assert len(document.front.words.words) < len(words)
    assert document.sections[0].blocks[0] == Quotation("Fear in own words", Words(words))
    assert document.sections[1].blocks[0] == Quotation("What the client wants", Words(words))


def test_page_one_draws_the_incidents_where_there_is_room() -> None:
    told = demo.intake("ex_partner_with_breach")
    wordy = Answers.parse({**dict(told.answers), "fear_own_words": "I count the steps. " * 30}, today())

    drawing = documents.full(told, "en", paper=True).front.drawing

    assert drawing
    assert "March 2026: 2." in drawing
    assert "hatched: no certain date" in drawing
    assert not documents.full(told, "en").front.drawing
    assert not documents.full(replace(told, answers=wordy), "en", paper=True).front.drawing
    assert not documents.full(replace(told, incidents=()), "en", paper=True).front.drawing
    in_danger = Answers.parse({**dict(told.answers), "danger_now": "now"}, today())
    assert not documents.full(replace(told, answers=in_danger), "en", paper=True).front.drawing


def test_paper_bounds_free_text_and_says_so_where_it_cuts() -> None:
    long = {item: f"{item} " + "x" * 19_000 for item in ("threats", "violence", "weapons", "orders")}
    told = intake({}, notes=long, view="The very last word.")

    page = on_paper(told, "en").text
    text = documents.as_text(documents.full(told, "en"))

    assert page.count("x") < MOST_ON_PAPER < text.count("x")
    assert f"[Cut here: a PDF holds at most {MOST_ON_PAPER} characters of free text." in page
    assert "The very last word." not in page
    assert "The very last word." in text


def test_long_runs_may_break_and_copy_as_they_were() -> None:
    run = "a" * 1000 + " " + "\u00a0" * 130 + "😀" * 61

    html = Words(run).__html__()

    assert html.replace("<wbr>", "") == run
    assert max(len(piece) for piece in re.split("<wbr>| ", html)) == 120


def test_a_header_keeps_its_size_and_the_report_all_of_it() -> None:
    long = " ".join(["2026"] * 200)

    document = documents.full(intake({}, reference=long, author=long), "en", paper=True)

    assert len(document.title) < 100
    assert len(document.held) < 120
    assert document.reference.endswith("…")
    assert list(texts(section(document, "limits"))).count(long) == 2


def test_text_fits_a_terminal() -> None:
    for name in EVERY:
        for language in LANGUAGES:
            lines = documents.as_text(documents.full(demo.intake(name), language)).splitlines()

            assert max(map(len, lines)) <= WIDTH


# --- What is strange ----------------------------------------------------------------------------------------


def test_markup_in_any_text_is_shown_literally() -> None:
    harmless = [re.sub("[<>&{}%;]", "x", payload) for payload in PAYLOADS]

    pages = [on_paper(in_every_text(those), "en") for those in (harmless, PAYLOADS)]

    assert pages[0].tags == pages[1].tags
    for payload in PAYLOADS:
        assert pages[1].text.count(payload) >= 12, payload


def in_every_text(those: Sequence[str]) -> IntakeFile:
    text = " ".join(those)
    free = [item.id for item in ITEMS.values() if item.kind == "text"]
    return intake(
        dict.fromkeys(free, text) | {"threats": ["kill"]},
        reference=text,
        author=text,
        running_note=text,
        view=text,
        notes={"threats": text, "weapons": text},
        reasons={"orders": text},
        incidents=(Incident("2026-03", "home", "about", text, text),),
    )


def test_characters_that_turn_or_hide_text_are_written_out() -> None:
    told = intake({"fear_own_words": "safe\u202eefas\x07"}, author="a\u2066b")

    for text in (documents.as_text(documents.full(told, "en")), on_paper(told).text):
        assert "safe[U+202E]efas[U+0007]" in text
        assert "a[U+2066]b" in text
        assert not re.search("[\u202e\u2066\x07]", text)


def test_paper_says_when_it_cannot_print_a_script() -> None:
    arabic, dutch = ("\u0623\u062e\u0627\u0641", "Ik ben bang. \u00e9 \u0142 \u0436")

    said = [on_paper(intake({"fear_own_words": words}), "en").text for words in (arabic, dutch)]

    assert "Some characters cannot be printed here." in said[0]
    assert "Some characters cannot be printed here." not in said[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_a_title_gives_nothing_away(name: str, language: str) -> None:
    told = demo.intake(name)

    document = documents.full(told, language)

    assert document.title in {
        f"{told.reference} · Gespreksverslag",
        f"{told.reference} · Conversation report",
    }


# --- Words --------------------------------------------------------------------------------------------------


def test_reasons_go_by_group_when_there_are_many() -> None:
    signs = (
        Because("threats", ("kill",)),
        Because("violence", ("others",)),
        Because("behaviour_elsewhere", ("follow=daily",)),
    )
    fear = (
        Because("fear_level", ("9",)),
        Because("feared_events", ("kill",)),
        Because("fear_change", ("more",)),
    )
    more = Because("behaviour_elsewhere", ("follow=daily", "via_others=once"))

    with override("en"):
        assert labels.reasons(signs, signs, 2) == ("the danger signs",)
        assert labels.reasons((*fear, *signs[:2]), signs, 2) == (
            "the fear",
            "Threats: Killing",
            "Physical violence: Against others",
        )
        assert labels.reasons((*signs[:2], more), (*signs, Because("home_entry", ("yes",))), 2) == (
            "3 danger signs",
            "Through family or friends: once",
        )


def test_many_other_reasons_go_by_the_name_of_their_question() -> None:
    many = (
        Because("relationship", ("partner",)),
        Because("threats", ("damage",)),
        Because("fixation", ("yes",)),
    )

    with override("en"):
        assert labels.reasons(many, (), 2) == (
            "Relationship with this person",
            "Threats",
            "Very taken up with the client",
        )
        assert labels.reasons(many, (), 3)[0] == "Relationship with this person: Partner"


@pytest.mark.parametrize(
    ("because", "words"),
    [
        (Because("incidents", ("1",)), "1 incident in the log"),
        (Because("incidents", ("3",)), "3 incidents in the log"),
        (Because("fear_own_words", ("text",)), "Fear in own words"),
        (Because("fear_level", ("9",)), "Number for feeling unsafe: 9 out of 10"),
        (Because("safe_to_talk", ("declined",)), "Talking safely: Prefers not to say"),
        (Because("relationship", ("not_reached",)), "Relationship with this person: Not discussed yet"),
        (Because("behaviour_home", ("ring=daily",)), "Ringing or knocking on windows: every day"),
        (
            Because("behaviour_home", ("loiter=once", "ring=daily", "letters=once", "damage=once")),
            "Behaviour at home: 4 kinds",
        ),
        (Because("daily_life", ("sleep=much",)), "Effects on daily life: Sleep: a lot"),
    ],
)
def test_an_answer_that_led_to_advice_in_words(because: Because, words: str) -> None:
    with override("en"):
        assert labels.reason(because) == words


def test_a_contact_is_named_once_with_a_step() -> None:
    document = documents.full(demo.intake("ex_partner_with_breach"), "en")

    steps = [
        step
        for block in section(document, "steps").blocks
        if isinstance(block, Steps)
        for step in block.steps
    ]

    police = next(step for step in steps if step.code == "consult_police")
    breaches = next(step for step in steps if step.code == "report_breaches")
    assert police.contacts == breaches.contacts == ("Police, no emergency: 0900-8844",)
    assert police.unsaid_contacts == ()
    assert breaches.unsaid_contacts == breaches.contacts


def test_incidents_say_how_exactly_they_are_known() -> None:
    told = intake(
        {},
        incidents=(
            Incident("2026-03-20", "home", reported=True),
            Incident("2026-02", "online", "month", reported=False),
            Incident("2026-01", "elsewhere", "about"),
        ),
    )

    rows = next(
        block.rows
        for block in section(documents.full(told, "en"), "pattern").blocks
        if isinstance(block, Table)
    )

    assert [(row[0], row[-1]) for row in rows] == [
        ("about January 2026", "not noted"),
        ("February 2026", "no"),
        ("20 March 2026", "yes"),
    ]


def test_behaviour_is_a_table_of_places_with_the_most_frequent_first() -> None:
    told = intake(
        {
            "behaviour_home": {"ring": "once", "damage": "never"},
            "behaviour_online": {"messages": "daily", "calls": "daily", "posts": "unknown"},
        }
    )

    blocks = section(documents.full(told, "en"), "pattern").blocks

    table = next(block for block in blocks if isinstance(block, Table))
    assert table.head == ("Where", "Every day", "Once")
    assert table.rows == (
        ("At home", "", "Ringing or knocking on windows"),
        ("Online", "Unwanted calls · Unwanted messages", ""),
    )
    others = next(block for block in blocks if isinstance(block, Facts))
    assert [(fact.label, fact.values) for fact in others.facts] == [
        ("Never", ("At home: Damaging things",)),
        ("Don't know", ("Online: Posting or gossiping about you",)),
    ]


def test_json_is_one_line_with_fear_before_advice() -> None:
    told = demo.intake("ex_partner_with_breach")

    line = documents.as_json(told, "nl")

    keys = list(json.loads(line))
    assert "\n" not in line
    assert keys.index("fear") < keys.index("advice")
    assert json.loads(line)["reference"] == "2026-117"
    assert json.loads(line)["language"] == "nl"


# --- The case over time -------------------------------------------------------------------------------------

POINTS = tuple(
    Point(
        on=date(2026, month, 1),
        fear=fear,
        fear_state="answered" if fear is not None else "declined",
        frequency="weekly",
        frequency_state="answered",
        behaviours=2,
        incidents=month,
    )
    for month, fear in ((1, 7), (2, None), (3, 9))
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", [True, False])
def test_the_fear_over_time_is_drawn_with_its_numbers_beside_it(*, language: str, paper: bool) -> None:
    document = documents.make(intake({}), language, over_time=POINTS, paper=paper)

    picture = next(block for block in section(document, "fear").blocks if isinstance(block, Picture))
    title = re.search("<title[^>]*>(.*?)</title>", picture.drawing)
    assert title
    assert re.findall(": ([0-9]+)[.]", title[1]) == ["7", "9"]
    assert [row[0] in title[1] for row in picture.table.rows] == [True] * 3
    assert ["7" in row for row in picture.table.rows] == [True, False, False]
    assert documents.as_html(document).count("<svg") == 1


def test_plain_text_has_the_numbers_of_the_fear_over_time() -> None:
    said = in_words(documents.as_text(documents.make(intake({}), "en", over_time=POINTS)))

    assert "1 January 2026 Fear from 0 to 10: 7" in said
    assert "Fear from 0 to 10: Prefers not to say" in said
    assert "no reassurance" in said


def test_one_conversation_is_no_course() -> None:
    document = documents.make(intake({}), "en", over_time=POINTS[:1])

    assert "no reassurance" not in " ".join(texts(section(document, "fear")))


@pytest.mark.parametrize("code", ["police", "advice", "report", "client"])
def test_no_other_conversation_is_told_outside(code: str) -> None:
    told = intake({"fear_level": 5})

    assert documents.make(told, "en", EDITIONS[code], over_time=POINTS) == documents.make(
        told, "en", EDITIONS[code]
    )


# --- What paper cannot hold ---------------------------------------------------------------------------------


def test_words_in_another_script_are_counted_on_paper_and_kept_elsewhere() -> None:
    words = "Hij zei: \u0623\u0646\u0627 \u0647\u0646\u0627. \u738b\u5e05 kwam."
    told = intake({"fear_own_words": words})

    paper = on_paper(told, "en").text

    assert "Hij zei: [6 characters in another script]. [2 characters in another script] kwam." in paper
    assert words in documents.as_text(documents.full(told, "en"))


def test_what_came_of_a_first_step_is_cut_on_page_one_and_told_in_full_after_it() -> None:
    why = "gebeld " * 100 + "einde"
    came = follow_up([Outcome("take_fear_seriously", DONE, why=why)], [], None)

    document = documents.make(intake({}), "en", follow_up=came, paper=True)

    assert "".join(document.front.steps[0].outcome[1])[-1] == "\u2026"
    assert why in " ".join(texts(section(document, "steps")))


@pytest.mark.parametrize(("age", "there"), [("age_12_15", True), ("adult", False)])
def test_a_minor_has_the_number_of_the_childrens_helpline(age: str, there: bool) -> None:
    document = documents.make(intake({"client_age": age}), "en", EDITIONS["client"])

    assert ("0800-0432" in documents.as_text(document)) is there


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ({"messages": "daily"}, Log),
        ({"messages": "daily", "calls": "weekly", "tracking": "once", "impersonation": "sometimes"}, Table),
    ],
)
def test_a_small_table_of_behaviour_is_lines_on_paper(rows: dict[str, str], kind: type[Table]) -> None:
    told = intake({"behaviour_online": rows, "behaviour_home": {"loiter": "daily"}})

    paper, page = (section(documents.full(told, "en", paper=on), "pattern").blocks for on in (True, False))

    found = [next(block for block in each if isinstance(block, Table)) for each in (paper, page)]
    assert [type(block) for block in found] == [kind, Table]
    assert found[0].rows == found[1].rows
