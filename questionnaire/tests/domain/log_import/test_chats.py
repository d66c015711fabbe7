"""Exports of chats, and lists of calls: whose they are, and how many came on a day."""

import pytest

from questionnaire.domain.incidents import MOST_TIMES, Incident
from questionnaire.domain.log_import.rows import Sender
from questionnaire.domain.text import MAX_CHARACTERS
from questionnaire.tests.domain.log_import.reading import read, table, told

CHAT = """[2026-03-12, 14:22:33] Een: Hoi
[2026-03-12, 14:23:33] Twee: Stop
[2026-03-12, 14:25:33] Een: Nee
[2026-03-13, 14:25:33] Een: Wel
"""


def test_senders_are_offered_with_how_many_messages_they_sent() -> None:
    log = read(CHAT)

    assert (log.kind, log.ask_sender, log.by_day) == ("chat", True, True)
    assert log.senders == (Sender("Een", 3), Sender("Twee", 1))
    assert (log.incidents, log.ignored) == ((), {"sender": 4})


def test_messages_of_a_day_count_as_one_incident() -> None:
    log = read(CHAT, senders=["Een"])

    assert [(row.rows, row.ignored) for row in log.rows] == [((1, 3), ""), ((2,), "sender"), ((4,), "")]
    assert [(each.date, each.time, each.times, each.what) for each in log.incidents] == [
        ("2026-03-12", "", 2, "14:22 Hoi\n14:25 Nee"),
        ("2026-03-13", "14:25", 1, "Wel"),
    ]
    assert {(each.place, each.source) for each in log.incidents} == {("online", "chat")}
    assert not log.ask_sender


def test_messages_can_be_counted_one_by_one() -> None:
    log = read(CHAT, senders=["Een", "Twee"], by_day=False)

    assert [(each.time, each.times) for each in log.incidents] == [
        ("14:22", 1),
        ("14:23", 1),
        ("14:25", 1),
        ("14:25", 1),
    ]
    assert not log.by_day


def test_what_does_not_fit_in_one_incident_goes_on_in_the_next() -> None:
    long = "a" * (MAX_CHARACTERS // 2)
    log = read("".join(f"[2026-03-12, 14:2{n}:00] Een: {long}\n" for n in range(3)), senders=["Een"])

    assert [each.times for each in log.incidents] == [1, 1, 1]
    assert [each.what for each in log.incidents] == [long] * 3
    assert [row.double_of for row in log.rows] == [None, None, None]


def test_no_day_has_more_messages_than_its_incidents_count() -> None:
    log = read("[2026-03-12, 14:22:00] Een:\n" * 15_000, senders=["Een"])

    assert sum(each.times for each in log.incidents) == 15_000
    assert max(each.times for each in log.incidents) < MOST_TIMES


def test_a_message_that_is_too_long_is_a_doubt() -> None:
    log = read(f"[2026-03-12, 14:22:00] Een: {'a' * (MAX_CHARACTERS + 1)}\n", senders=["Een"])

    assert told(log) == ["? what"]


def test_messages_of_a_day_in_doubt_are_one_doubt() -> None:
    log = read("[3/4/26, 2:22 PM] Een: a\n[3/4/26, 2:23 PM] Een: b\n", senders=["Een"])

    assert [(row.rows, row.doubts[0].written, row.doubts[0].readings) for row in log.rows] == [
        ((1, 2), "3/4/26", ("2026-04-03", "2026-03-04"))
    ]


@pytest.mark.parametrize(
    "line",
    [
        "12-03-2026 14:22 - Een: Hoi",
        "12-03-2026, 14:22 - Een: Hoi",
        "12-03-26 14.22 - Een: Hoi",
        "12-03-2026 om 14:22 - Een: Hoi",
        "\u200e[12-03-2026, 14:22:33] Een: Hoi",
        "[12-03-2026 14:22:33] \u200eEen: \u200eHoi",
        "[12-03-2026, 2:22:33\u202fPM] Een: Hoi",
        "[12-03-2026, 2:22:33 p.m.] ~\u202fEen: Hoi",
        "12.03.2026, 14:22 – Een: Hoi",
        "2026-03-12, 14:22 - Een: Hoi",
    ],
)
def test_forms_of_a_message(line: str) -> None:
    log = read(f"{line}\n{line}\n", order="dmy", senders=["Een"])

    assert [(each.date, each.times, each.what) for each in log.incidents] == [
        ("2026-03-12", 2, "14:22 Hoi\n14:22 Hoi")
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Berichten en gesprekken zijn end-to-end versleuteld. Niemand kan ze lezen.",
        "Een: \u200eMessages and calls are end-to-end encrypted. No one can read them.",
        "Je beveiligingscode voor Een is gewijzigd.",
        "Een heeft het onderwerp gewijzigd in: Nieuws",
        "You blocked this contact.",
        "Gemiste spraakoproep",
        "Een left",
        "Een: \u200eYour security code with Een changed.",
    ],
)
def test_notices_of_the_app(line: str) -> None:
    log = read(f"2026-03-12 14:22 - Een: Hoi\n2026-03-12 14:23 - {line}\n", senders=["Een"])

    assert told(log) == ["2026-03-12 Hoi", "system"]


@pytest.mark.parametrize(
    "text",
    ["What is your security code", "I changed the locks", "ik heb je geblokkeerd", "dit is versleuteld"],
)
def test_words_of_a_notice_in_a_message_are_those_of_the_sender(text: str) -> None:
    log = read(f"2026-03-12 14:22 - Een: {text}\n2026-03-12 14:23 - Een: ja", senders=["Een"])

    assert log.incidents[0].times == 2
    assert log.incidents[0].what.startswith(f"14:22 {text}")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("Gemiste spraakoproep van Een", "Gemiste spraakoproep"),
        ("Missed voice call from Een at 14:23", "Missed voice call"),
        ("Een: \u200eMissed video call", "Missed video call"),
    ],
)
def test_a_missed_call_of_the_sender_counts(line: str, what: str) -> None:
    log = read(f"2026-03-12 14:22 - Een: Hoi\n2026-03-13 14:23 - {line}\n", senders=["Een"])

    assert told(log) == ["2026-03-12 Hoi", f"2026-03-13 {what}"]


def test_a_notebook_is_no_chat() -> None:
    lines = (
        "12-03-2026 14:22 - Politie: gebeld",
        "13-03-2026 15:00 - School: gesprek",
        "14-03-2026 15:00 - Huis: x",
    )

    assert read("\n".join(lines)).kind == "lines"
    assert read("12-03-2026 14:22 - Politie: gebeld\n").kind == "lines"


def test_the_kind_can_be_chosen() -> None:
    assert read(CHAT, kind="lines").kind == "lines"
    assert told(read("\nKop\n\n2026-03-12 14:22 - Een: x", kind="chat", senders=["Een"])) == [
        "system",
        "2026-03-12 x",
    ]
    assert read("2026-03-12,x\n2026-03-13,y", kind="lines").kind == "lines"
    assert read("geen tabel", kind="table").kind == "lines"


# --- Calls --------------------------------------------------------------------------------------------------

CALLS = table(
    ("Datum", "Tijd", "Nummer", "Soort", "Duur"),
    ("2026-03-12", "14:22", "0600000001", "Gemist", "0:00"),
    ("2026-03-12", "14:23", "0600000002", "Inkomend", "0:10"),
    ("2026-03-12", "14:24", "0600000001", "Gemist", "0:00"),
    ("2026-03-13", "14:25", "0600000001", "Uitgaand", "0:10"),
    ("", "", "", "", ""),
    ("", "14:26", "0600000001", "Gemist", "0:00"),
    ("2026-03-14", "laat", "0600000001", "Gemist", ""),
)


def test_calls_of_a_number_count_by_day() -> None:
    log = read(CALLS, senders=["0600000001"])

    assert (log.kind, log.senders) == (
        "calls",
        (Sender("0600000001", 4, chosen=True), Sender("0600000002", 1)),
    )
    assert told(log) == [
        "header",
        "2026-03-12 14:22 Nummer: 0600000001, Gemist, Duur: 0:00\n"
        "14:24 Nummer: 0600000001, Gemist, Duur: 0:00",
        "sender",
        "outgoing",
        "empty",
        "? date",
        "2026-03-14 Tijd: laat, Nummer: 0600000001, Gemist",
    ]
    assert [each.times for each in log.incidents] == [2, 1]
    assert {each.source for each in log.incidents} == {"calls"}


def test_calls_one_by_one() -> None:
    log = read(CALLS, senders=["0600000001"], by_day=False)

    assert [(each.date, each.time, each.times) for each in log.incidents] == [
        ("2026-03-12", "14:22", 1),
        ("2026-03-12", "14:24", 1),
        ("2026-03-14", "", 1),
    ]


def test_calls_of_more_numbers_have_to_be_chosen() -> None:
    assert read(CALLS).ask_sender
    assert read(CALLS).ignored["sender"] == 5


def test_calls_of_one_number_need_not_be_chosen() -> None:
    log = read(table(("Datum", "Nummer", "Duur"), ("2026-03-12", "0600000001", "0:00")))

    assert log.senders == (Sender("0600000001", 1, chosen=True),)
    assert len(log.incidents) == 1


def test_calls_without_a_number_all_count() -> None:
    log = read(table(("Datum", "Soort oproep", "Duur"), ("2026-03-12", "gemist", "0:00")))

    assert (log.kind, log.senders, len(log.incidents)) == ("calls", (), 1)


def test_a_table_can_be_chosen_to_be_calls() -> None:
    rows = (("Datum", "Naam"), ("2026-03-12", "Een"), ("2026-03-12", "Een"))

    assert [each.times for each in read(table(*rows), kind="calls").incidents] == [2]
    assert [each.times for each in read(table(*rows), kind="table").incidents] == [1, 1]


def test_a_message_in_which_another_export_was_copied_stays_whole() -> None:
    copied = "12-03-2026 20:17 - Twee: niet van Een"
    log = read(
        f"[12-03-2026, 14:22:00] Een: Kijk\n{copied}\n[12-03-2026, 20:18:00] Twee: Nee", senders=["Een"]
    )

    assert [row.rows for row in log.rows if not row.ignored] == [(1, 2)]
    assert log.rows[0].draft == Incident(
        time="14:22", place="online", what=f"Kijk\n{copied}", precision="", source="chat"
    )
