"""The statement of facts: sentences that say what was told, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from questionnaire import demo
from questionnaire.documents.quotation_marks import quoted
from questionnaire.documents.statement_of_facts import DATED, incident_as_sentence, statement_of_facts
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.incidents import Incident
from questionnaire.tests.documents.examples import LANGUAGES, intake_file

_FULL: dict[str, Any] = {
    "date": "2026-03-03",
    "time": "21:15",
    "place": "home",
    "what": "Hij riep: ik maak je dood",
    "witness": "de buurvrouw",
    "evidence": "filmpje.",
    "reported": True,
    "report_number": "PL-1",
}

#: The fields of an incident, and its sentence in Dutch and in English.
_INCIDENTS: tuple[tuple[dict[str, Any], str, str], ...] = (
    (
        _FULL,
        "Op 3 maart 2026 om 21:15, thuis: “Hij riep: ik maak je dood”. Getuige: de buurvrouw. "
        "Bewijs: filmpje. Gemeld bij de politie (nummer PL-1).",
        "On 3 March 2026 at 21:15, at home: “Hij riep: ik maak je dood”. Witness: de buurvrouw. "
        "Evidence: filmpje. Reported to the police (number PL-1).",
    ),
    (
        {"date": "2026-03", "precision": "month", "times": 41, "place": "online", "what": "Bel me."},
        "In maart 2026, 41 keer, telefonisch of online: “Bel me.”",
        "In March 2026, 41 times, by phone or online: “Bel me.”",
    ),
    (
        {"date": "2026", "precision": "about", "as_told": "in de winter", "place": "elsewhere"},
        "Rond 2026 (in de woorden van de cliënt: “in de winter”), elders: een voorval.",
        "Around 2026 (in the client's words: “in de winter”), elsewhere: an incident.",
    ),
    (
        {"precision": "", "as_told": "rond Kerst", "by": "zijn broer", "reported": True},
        "Wanneer, in de woorden van de cliënt: “rond Kerst”: een voorval. Gedaan door: zijn broer. "
        "Gemeld bij de politie.",
        "When, in the client's words: “rond Kerst”: an incident. Done by: zijn broer. "
        "Reported to the police.",
    ),
    (
        {"precision": "", "time": "10:00", "what": "Gebeld", "report_number": "7", "reported": False},
        "Datum niet bekend, om 10:00: “Gebeld”. Nummer van de melding: 7. Nog niet gemeld bij de politie.",
        "Date not known, at 10:00: “Gebeld”. Number of the report: 7. Not reported to the police yet.",
    ),
    (
        {"date": "2026-03-03", "time": "08:00", "until": "2026-03-09", "what": "Gebeld"},
        "Van 3 maart 2026 om 08:00 tot en met 9 maart 2026: “Gebeld”.",
        "From 3 March 2026 at 08:00 up to and including 9 March 2026: “Gebeld”.",
    ),
    (
        {"date": "2026-03", "precision": "about", "until": "2026-05", "what": "Gebeld"},
        "Rond maart 2026, tot en met mei 2026: “Gebeld”.",
        "Around March 2026, up to and including May 2026: “Gebeld”.",
    ),
)


@pytest.mark.parametrize(("fields", "dutch", "english"), _INCIDENTS)
def test_an_incident_is_a_sentence_with_all_that_is_known(
    fields: dict[str, Any], dutch: str, english: str
) -> None:
    for language, sentence in (("nl", dutch), ("en", english)):
        with override(language):
            assert incident_as_sentence(Incident(**fields)) == sentence


def test_incidents_stand_in_order_of_time_and_undated_ones_last() -> None:
    incidents = (
        Incident(precision="", what="zq4"),
        Incident("2026-03-03", what="zq3", time="21:00"),
        Incident("2026-03-03", what="zq2", time="09:00"),
        Incident("2026-02", precision="month", what="zq1"),
    )

    with override("en"):
        sentences = statement_of_facts(intake_file({}, incidents=incidents))

    assert [next(word for word in sentence.split("“") if "zq" in word)[:3] for sentence in sentences[1:]] == [
        "zq1",
        "zq2",
        "zq3",
        "zq4",
    ]


def test_the_statement_begins_with_who_told_it_and_when() -> None:
    intake = intake_file({"pattern_start": "2025-08"})

    for language, day in (("nl", "Zo vertelde de cliënt het op 23 maart 2026."), ("en", "on 23 March 2026.")):
        with override(language):
            assert day in statement_of_facts(demo.intake("ex_partner_with_breach"))[0]
            assert len(statement_of_facts(intake)) == 2


def test_every_question_about_a_date_has_a_sentence() -> None:
    assert set(DATED) == {item.id for item in ITEMS.values() if item.kind == "date"}


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        ("2025-08-02", "Het begon op 2 augustus 2025."),
        ("2025-08", "Het begon in augustus 2025."),
        ("2025", "Het begon in 2025."),
    ],
)
def test_a_date_is_told_as_exactly_as_it_is_known(start: str, sentence: str) -> None:
    intake = intake_file({"pattern_start": start}, sources={"pattern_start": "document"})

    with override("nl"):
        assert statement_of_facts(intake)[1] == f"{sentence} Bron: uit een document."


def test_behaviour_is_told_by_place_the_most_frequent_first() -> None:
    answers = {
        "behaviour_home": {"ring": "once", "loiter": "daily", "damage": "never", "letters": "unknown"},
        "behaviour_elsewhere": {"contact_work": "weekly"},
        "behaviour_online": {"calls": "never"},
    }
    intake = intake_file(answers, sources={"behaviour_home": "seen"}, notes={"behaviour_home": "Elke\navond"})

    with override("en"):
        home, elsewhere = statement_of_facts(intake)[1:]

    assert home == (
        "Behaviour at home, and how often at its worst: driving past or standing outside (every day), "
        "ringing or knocking on windows (once). Source: seen by the professional. Note: “Elke avond”."
    )
    assert elsewhere == (
        "Behaviour elsewhere, and how often at its worst: "
        "contacting the client's work or school (every week)."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_statement_speaks_of_the_client_to_someone_else(language: str) -> None:
    worst = {
        grid: dict.fromkeys((row.code for row in ITEMS[grid].rows), "daily")
        for grid in ("behaviour_home", "behaviour_elsewhere", "behaviour_online")
    }

    with override(language):
        text = " ".join(statement_of_facts(intake_file(worst)))

    assert not {"you", "your", "u", "uw"} & set(text.lower().replace("(", " ").replace(",", " ").split())


def test_an_order_is_told_with_its_note() -> None:
    intake = intake_file({"orders": "breached"}, notes={"orders": "Sinds 12 december"})

    with override("en"):
        assert statement_of_facts(intake)[1] == (
            "No-contact order, area ban or exclusion order: order, breached. Note: “Sinds 12 december”."
        )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("absent", ["unknown", "declined", "not_asked", None])
def test_what_was_not_answered_is_not_told(absent: str | None, language: str) -> None:
    told = ("pattern_start", "last_incident", "orders", "behaviour_home", "behaviour_online")
    answers = dict.fromkeys(told, absent) if absent else {"orders": "none"}

    with override(language):
        assert statement_of_facts(intake_file(answers)) == ()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Hij belde", "“Hij belde”"),
        ('"Ik kom"', '"Ik kom"'),
        ("“Ik kom”", "“Ik kom”"),
        ("‘Ik kom’", "‘Ik kom’"),
        ('"Ik kom", riep hij', '‘"Ik kom", riep hij’'),
        ('"Ik kom" en "ik blijf"', '‘"Ik kom" en "ik blijf"’'),
        ("Eén\r\n\r\n  twee\n drie ", "“Eén twee drie”"),
        ("Links\u202erechts\x85", "“Links[U+202E]rechts”"),
        ("Een\x0btwee\u2028drie\x85vier", "“Een twee drie vier”"),
    ],
)
def test_words_stand_in_one_pair_of_quotation_marks_on_one_line(typed: str, shown: str) -> None:
    assert quoted(typed) == shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_doubts_what_was_told(language: str) -> None:
    with override(language):
        text = " ".join(" ".join(statement_of_facts(demo.intake(name))) for name in demo.NAMES).lower()

    for doubt in ("claim", "allege", "suppos", "beweer", "zou hebben", "naar eigen zeggen", "vermeend"):
        assert doubt not in text
