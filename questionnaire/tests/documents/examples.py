"""Demo and generated intakes for tests of documents, with a follow-up and a review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from questionnaire import demo
from questionnaire.documents.builder import build_document
from questionnaire.documents.document import Document
from questionnaire.documents.editions import EDITIONS, INTERNAL, PRIVATE, EditionOptions
from questionnaire.domain.answers import Answers
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.breaches import Breach
from questionnaire.domain.case_holders import CaseHolders, Holder
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.comparison import Assessment
from questionnaire.domain.follow_up import DONE, Consultation, Decision, Outcome, sorted_follow_up
from questionnaire.domain.incidents import Incident
from questionnaire.domain.review import Review, ReviewRemark
from questionnaire.tests import strategies
from questionnaire.tests.strategies import TODAY

LANGUAGES = ("nl", "en")
EVERY_EDITION = [(code, language) for code in EDITIONS for language in LANGUAGES]
#: Markup that must be shown literally; nothing answers at its addresses.
PAYLOADS = (
    '<img src="http://127.0.0.1:9/a.png">',
    "<link rel=stylesheet href=file:///etc/passwd>",
    "<style>@import url(http://127.0.0.1:9/b.css)</style>",
    "</p></table><script>alert(1)</script>",
    "{{ document.title }} {% include 'base.html' %} %(count)s",
    "<svg><image href='file:///etc/hostname'/></svg>",
    "&lt;b&gt; &#60;i&#62;",
)


#: Every private or internal answer, for the own file only; texts are unique words.
SECRET: dict[str, object] = {
    "safe_contact": "zqcontact",
    "life_changes": ["stay_in"],
    "access_routes": ["routines"],
    "tech_access": "yes",
    "client_suicidal": "yes",
    "barriers": ["honour_pressure"],
    "support_people": ["none"],
    "other_help": ["gp"],
    "professional_concern": "urgent",
}
DAY = date(2026, 3, 27)
#: What the own file adds to the intake, with unique words too.
FOLLOW_UP_AND_REVIEW: dict[str, Any] = {
    "follow_up": sorted_follow_up(
        [Outcome("consult_police", DONE, who="zqwho", why="zqwhy")],
        [Consultation("police", "zqcolleague", result="zqresult")],
        Decision(helper="zqhelper", ground="zqground"),
        [Breach("zqorder", reported_to="zqdesk", number="zqnumber", answer="zqreply")],
    ),
    "holders": CaseHolders(Holder("zqlead", "zqreach"), Holder("zqfixed"), Holder("zqdeputy")),
    "review": Review(
        (ReviewRemark("threats", "zqremark", "zqby", "zqanswer", "zqanswered"),), "zqsigner", DAY
    ),
}


def intake_file(answers: Mapping[str, object] | None = None, **other: Any) -> IntakeFile:
    """Return an intake with these answers and these other fields, and nothing else."""
    parsed = Answers.parse(answers or {}, TODAY)
    return replace(demo.intake("nothing_answered"), answers=parsed, **other)


def in_every_text(texts: Sequence[str]) -> IntakeFile:
    """Return an intake with these texts in every free text."""
    text = " ".join(texts)
    free = [item.id for item in ITEMS.values() if item.kind == "text"]
    return intake_file(
        dict.fromkeys(free, text) | {"threats": ["kill"]},
        reference=text,
        author=text,
        running_note=text,
        view=text,
        notes={"threats": text, "weapons": text},
        reasons={"orders": text},
        incidents=(Incident("2026-03", "home", "about", text, text),),
    )


def secrets() -> IntakeFile:
    """Return an intake with every secret answer, and a unique word in every text."""
    assert set(SECRET) == {*PRIVATE, *INTERNAL}
    return intake_file(
        {**SECRET, "threats": ["kill"], "fear_level": 8, "consent_share": ["police"]},
        reference="zqreference",
        author="zqauthor",
        running_note="zqrunning",
        view="zqview",
        notes={item: f"zqnote{number}" for number, item in enumerate(SECRET)},
        reasons={item: f"zqreason{number}" for number, item in enumerate(SECRET)},
        incidents=(Incident("2026-03-20", "home", what="zqwhat", evidence="zqevidence"),),
    )


def everything_answered() -> IntakeFile:
    """Return an intake with every signal of every question, and an incident that the police know of."""
    raw: dict[str, object] = {**SECRET, "orders": "breached"}
    for item in ITEMS.values():
        match item.kind:
            case "grid":
                column = next(column.code for column in item.columns if column.code in item.raises)
                raw[item.id] = {row.code: column for row in item.rows}
            case "many":
                raised = [code for code in item.codes if code in item.raises] or [item.codes[0]]
                raw.setdefault(item.id, raised)
            case "scale":
                raw[item.id] = 8
            case "text":
                raw[item.id] = f"zq{item.id}"
            case "date":
                raw[item.id] = "2026-03-20"
            case _:
                raw.setdefault(item.id, item.codes[0])
    incident = Incident("2026-03-20", "home", reported=True)
    return intake_file(raw, running_note="zqrunning", incidents=(incident,))


def generated(count: int) -> Iterator[IntakeFile]:
    """Yield intakes from empty to nearly full, the same ones in every run."""
    random = Random(20261123)  # noqa: S311  (to vary tests)
    for _number in range(count):
        intake = strategies.Intake({}, tuple(random.sample(strategies.INCIDENTS, random.randint(0, 4))))
        for move in random.sample(strategies.MOVES, random.randint(0, 60)):
            intake = intake.with_move(move)
        raw = {item: value for item, value in intake.raw.items() if not isinstance(value, dict) or value}
        yield intake_file(raw, incidents=intake.incidents, date=strategies.TODAY)


def assessment(raw: Mapping[str, object], on: date = date(2026, 3, 1), *incidents: Incident) -> Assessment:
    """Return an assessment with these answers, as a comparison takes it."""
    return Assessment(on, Answers.parse(raw, date(2026, 12, 31)), incidents)


def edition_of(intake: IntakeFile, code: str, *ticked: str, language: str = "en", **options: Any) -> Document:
    """Return the document of an intake in this edition, with these items ticked."""
    return build_document(intake, language, EDITIONS[code], EditionOptions(frozenset(ticked), **options))
