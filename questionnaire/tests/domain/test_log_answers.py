"""What the log offers beside the questions, and where it and the answers differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.domain.advice.pattern import pattern
from questionnaire.domain.answers import Answers, parse_answer
from questionnaire.domain.catalogue import ITEMS
from questionnaire.domain.dates import first_day
from questionnaire.domain.incidents import Incident
from questionnaire.domain.log_answers import GRIDS, LOG_ITEMS, Offer, contradictions, offers

ON = date(2026, 3, 23)


def answered(**answers: object) -> Answers:
    return Answers.parse(answers, ON)


def days(*ago: int) -> tuple[Incident, ...]:
    """Return a log with an incident so many days before the conversation."""
    return tuple(Incident((ON - timedelta(days=each)).isoformat()) for each in ago)


def offered(
    log: Sequence[Incident], item: str, row: str = "", /, **answers: object
) -> tuple[str, str] | None:
    """Return the sentence and the value of an offer; None without."""
    found = [each for each in offers(answered(**answers), log, ON) if (each.item, each.row) == (item, row)]
    assert len(found) <= 1
    return (found[0].said, found[0].value) if found else None


def differs(log: Sequence[Incident], /, **answers: object) -> list[str]:
    return [each.sentence for each in contradictions(answered(**answers), log, ON)]


# --- Dates --------------------------------------------------------------------------------------------------


def test_first_and_last_date_are_offered_as_certain_as_they_are() -> None:
    log = (
        Incident("2025-06-10", precision="about"),
        Incident("2026-03-12", until="2026-03-14"),
        Incident("2026-03-13"),
        Incident(precision="", what="Undated"),
    )
    assert offered(log, "pattern_start") == ("the first incident is of about 10 June 2025", "2025-06")
    assert offered(log, "last_incident") == ("the last incident is of 14 March 2026", "2026-03-14")
    month = (Incident("2025-06-10", precision="month"),)
    assert offered(month, "pattern_start") == ("the first incident is of June 2025", "2025-06")
    year = (Incident("2024", precision="about"),)
    assert offered(year, "pattern_start") == ("the first incident is of about 2024", "")


@pytest.mark.parametrize(
    ("item", "answer", "is_offered"),
    [
        ("pattern_start", "2025-06-10", False),
        ("pattern_start", "2025-05", False),
        ("pattern_start", "2025-07", True),
        ("pattern_start", "unknown", True),
        ("pattern_start", "not_asked", True),
        ("last_incident", "2026-03-14", False),
        ("last_incident", "2026-03-20", False),
        ("last_incident", "2026-02", True),
        ("last_incident", "declined", True),
    ],
)
def test_a_date_is_offered_where_the_log_knows_more(item: str, answer: str, is_offered: bool) -> None:
    log = (Incident("2025-06-10"), Incident("2026-03-14"))
    assert bool(offered(log, item, **{item: answer})) == is_offered


@pytest.mark.parametrize(
    ("answer", "incident", "sentence"),
    [
        (
            "2025-07",
            Incident("2025-06-10"),
            "The answer says: July 2025. The log says: an incident of 10 June 2025.",
        ),
        ("2025-06-11", Incident("2025-06-10", precision="about"), ""),
        (
            "2025-06-20",
            Incident("2025-06-10", precision="about"),
            "20 June 2025. The log says: an incident of about 10",
        ),
        ("2025-06-30", Incident("2025-06", precision="month"), ""),
        (
            "2025-07-01",
            Incident("2025-06", precision="month"),
            "1 July 2025. The log says: an incident of June 2025.",
        ),
        ("2025-07-01", Incident("2025", precision="about"), ""),
        ("2025-06", Incident("2025-06-10"), ""),
        ("unknown", Incident("2025-06-10"), ""),
        ("declined", Incident("2025-06-10"), ""),
    ],
)
def test_a_start_after_the_first_incident_differs(answer: str, incident: Incident, sentence: str) -> None:
    found = differs((incident, Incident("2026-03-01")), pattern_start=answer)
    assert len(found) == bool(sentence)
    assert sentence in "".join(found)


@pytest.mark.parametrize(
    ("answer", "incident", "sentence"),
    [
        (
            "2026-02",
            Incident("2026-03-10"),
            "The answer says: February 2026. The log says: an incident of 10 March 2026.",
        ),
        ("2026-03-01", Incident("2026-02-10", until="2026-03-10"), "an incident of 10 March 2026"),
        ("2026-03", Incident("2026-03-10"), ""),
        ("2026-03-05", Incident("2026-03-10", precision="about"), ""),
        ("2026-03-05", Incident("2026-03", precision="month"), ""),
        ("2026-03-20", Incident("2026-03-10"), ""),
        ("not_asked", Incident("2026-03-10"), ""),
    ],
)
def test_a_last_incident_before_that_of_the_log_differs(
    answer: str, incident: Incident, sentence: str
) -> None:
    found = differs((incident,), last_incident=answer)
    assert len(found) == bool(sentence)
    assert sentence in "".join(found)


def test_what_was_added_after_the_conversation_says_nothing_of_its_answers() -> None:
    later = (Incident("2026-04-02", "home", what="Aangebeld", reported=True), Incident("2026-04"))
    answers: dict[str, object] = {
        "last_incident": "2026-03-01",
        "behaviour_home": {"ring": "never"},
        "contact_frequency": "not_lately",
        "police_contact": ["none"],
    }
    assert differs(later, **answers) == []
    assert offers(Answers({}), later, ON) == ()
    assert len(contradictions(answered(**answers), later, date(2026, 4, 2))) == 4


# --- How often ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("log", "value"),
    [
        (days(*range(24)), "daily"),
        (days(*range(23)), "several_weekly"),
        (days(0, 3, 8, 10, 15, 16, 22, 27), "several_weekly"),
        (days(0, 1, 2, 3, 8, 15, 22), "weekly"),
        (days(1, 9, 25), "weekly"),
        (days(1, 2, 3, 4, 5), ""),
        (days(27), ""),
        (days(1, 1, 1, 8, 8), ""),
    ],
)
def test_how_often_now_is_what_certain_days_of_four_weeks_show(log: tuple[Incident, ...], value: str) -> None:
    found = offered(log, "contact_frequency")
    assert found is not None
    assert found[1] == value
    assert value == "" or parse_answer(ITEMS["contact_frequency"], value, ON) == value


def test_days_that_are_not_in_four_weeks_or_not_certain_are_no_offer() -> None:
    uncertain = (Incident("2026-03"), Incident("2026-03-20", precision="about"))
    for log in (days(28, 40), (), tuple(replace(each, precision=each.precision) for each in uncertain[1:])):
        assert offered(log, "contact_frequency") is None
    assert offered(days(1, 9), "contact_frequency") == (
        "in four weeks up to 23 March 2026, something on 2 days, the last 22 March 2026",
        "",
    )


@pytest.mark.parametrize(
    ("answer", "log", "is_offered", "does_differ"),
    [
        ("daily", days(*range(26)), False, False),
        ("several_weekly", days(*range(26)), True, True),
        ("daily", days(1, 9, 25), False, False),
        ("weekly", days(1, 9, 25), False, False),
        ("less", days(1, 9, 25), True, True),
        ("less", days(1), False, False),
        ("not_lately", days(1), False, True),
        ("not_lately", days(30), False, False),
        ("unknown", days(1, 9, 25), True, False),
        ("declined", days(1, 9, 25), True, False),
    ],
)
def test_less_often_than_the_log_shows_differs(
    answer: str, log: tuple[Incident, ...], is_offered: bool, does_differ: bool
) -> None:
    assert bool(offered(log, "contact_frequency", contact_frequency=answer)) == is_offered
    assert bool(differs(log, contact_frequency=answer)) == does_differ


def test_how_often_is_told_with_the_days_of_the_log() -> None:
    assert differs(days(3), contact_frequency="not_lately") == [
        "The answer says: not in the past four weeks. "
        "The log says: in four weeks up to 23 March 2026, something on 1 day: 20 March 2026."
    ]


# --- Behaviour ----------------------------------------------------------------------------------------------


def calls(*ago: int, times: int = 1) -> tuple[Incident, ...]:
    return tuple(replace(each, place="online", what="Gebeld", times=times) for each in days(*ago))


@pytest.mark.parametrize(
    ("log", "column", "said"),
    [
        (calls(3), "once", "1 time (20 March 2026)"),
        (calls(3, 50, 60), "sometimes", "3 times, the last of 20 March 2026"),
        (calls(3, times=41), "sometimes", "41 times, the last of 20 March 2026"),
        (calls(3, 10, 17, 24), "weekly", "4 times, the last of 20 March 2026"),
        (calls(3, 10, 17), "sometimes", "3 times, the last of 20 March 2026"),
        (calls(3, 10, 18, 25), "sometimes", "4 times, the last of 20 March 2026"),
        (calls(1, 40, 47, 50, 54, 61), "weekly", "6 times, the last of 22 March 2026"),
        (calls(3, 4, 5, 6, 7, 8), "daily", "6 times, the last of 20 March 2026"),
        (calls(3, 4, 5, 6, 7), "sometimes", "5 times, the last of 20 March 2026"),
    ],
)
def test_a_kind_of_behaviour_is_offered_as_often_as_certain_days_show(
    log: tuple[Incident, ...], column: str, said: str
) -> None:
    assert offered(log, "behaviour_online", "calls") == (said, column)


def test_days_known_by_month_make_it_no_more_than_sometimes() -> None:
    log = tuple(replace(each, precision="month", date=each.date[:7]) for each in calls(3, 4, 5, 6, 7, 8, 9))
    assert offered(log, "behaviour_online", "calls") == ("7 times, the last of March 2026", "sometimes")


@pytest.mark.parametrize(
    ("given_column", "is_offered"),
    [("never", True), ("once", True), ("sometimes", False), ("daily", False), ("unknown", True)],
)
def test_a_cell_is_offered_where_the_log_shows_more(given_column: str, is_offered: bool) -> None:
    answer = {"behaviour_online": {"calls": given_column}}
    assert bool(offered(calls(3, 50), "behaviour_online", "calls", **answer)) == is_offered
    assert bool(offered(calls(3, 50), "behaviour_online", "calls", behaviour_online="declined")) is True


def test_places_are_counted_and_nothing_is_taken_over_from_that() -> None:
    log = tuple(replace(each, place="home", what="Weer raak") for each in days(3, 9))
    assert offered(log, "behaviour_home") == ("at home 2 times, the last of 20 March 2026", "")
    assert offered(log, "behaviour_online") is None


@pytest.mark.parametrize(
    ("given_column", "times", "does_differ"),
    [
        ("never", 1, True),
        ("once", 1, False),
        ("once", 2, True),
        ("sometimes", 9, False),
        ("unknown", 9, False),
    ],
)
def test_never_and_once_differ_from_more(given_column: str, times: int, does_differ: bool) -> None:
    found = differs(calls(3, times=times), behaviour_online={"calls": given_column})
    assert bool(found) == does_differ


def test_both_sides_are_told_and_no_more() -> None:
    assert differs(calls(3, 5, 9), behaviour_online={"calls": "never"}) == [
        "Unwanted calls. The answer says: never. The log says: 3 times, the last of 20 March 2026."
    ]


def test_a_table_of_never_differs_from_incidents_at_that_place() -> None:
    never = {row.code: "never" for row in ITEMS["behaviour_home"].rows}
    log = tuple(replace(each, place="home", what="Weer raak") for each in days(3, 9))
    assert differs(log, behaviour_home=never) == [
        "The answer says: never, for everything in this table. "
        "The log says: at home 2 times, the last of 20 March 2026."
    ]
    assert differs(log, behaviour_home={**never, "ring": "unknown"}) == []
    ring = tuple(replace(each, what="Aangebeld") for each in log)
    assert [each[:20] for each in differs(ring, behaviour_home=never)] == ["Ringing or knocking "]
    assert differs(days(3), behaviour_home=never) == []


# --- Police, and all together -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "reported", "does_differ"),
    [
        (["none"], True, True),
        (["none"], None, False),
        (["none"], False, False),
        (["notified"], True, False),
        ("unknown", True, False),
        ("declined", True, False),
    ],
)
def test_no_contact_with_the_police_differs_from_a_report(
    answer: object, reported: bool | None, does_differ: bool
) -> None:
    log = tuple(replace(each, reported=reported) for each in days(3))
    found = differs(log, police_contact=answer)
    assert found == (
        ["The answer says: no contact yet. The log says: the police know of it: 1 time (20 March 2026)."]
        if does_differ
        else []
    )


def test_an_offer_is_a_sentence_with_where_it_comes_from() -> None:
    assert Offer("behaviour_home", "3 times", "ring", "weekly").sentence == (
        "Ringing or knocking on windows. From the log: 3 times."
    )
    assert Offer("last_incident", "the last").sentence == "From the log: the last."


def test_an_empty_log_offers_nothing_and_differs_from_nothing() -> None:
    everything = {"pattern_start": "2026-01", "last_incident": "2026-02", "contact_frequency": "not_lately"}
    assert offers(Answers({}), (), ON) == ()
    assert differs((), **everything, police_contact=["none"]) == []


WHATS = ("", "Aangebeld", "Gebeld", "Appjes", "Stond voor de deur", "Volgde me", "I called 112")
LOGS = st.lists(
    st.builds(
        lambda ago, place, what, reported, times: Incident(
            (ON - timedelta(days=ago)).isoformat(), place, what=what, reported=reported, times=times
        ),
        st.integers(-20, 400),
        st.sampled_from(("home", "elsewhere", "online", "unknown")),
        st.sampled_from(WHATS),
        st.sampled_from((True, False, None)),
        st.integers(1, 5),
    ),
    max_size=12,
)
COLUMNS = st.sampled_from([column.code for column in ITEMS["behaviour_home"].columns])
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "pattern_start": st.sampled_from(("2025-01", "2026-03-01", "unknown", "declined")),
        "last_incident": st.sampled_from(("2025-01", "2026-03-01", "not_asked")),
        "contact_frequency": st.sampled_from((*ITEMS["contact_frequency"].codes, "unknown")),
        "police_contact": st.sampled_from((["none"], ["notified"], "unknown")),
        **{
            grid: st.dictionaries(
                st.sampled_from([row.code for row in ITEMS[grid].rows]), COLUMNS, max_size=8
            )
            for grid in GRIDS
        },
    },
)


@given(LOGS, ANSWERS)
def test_offers_and_contradictions_keep_their_promises(
    log: list[Incident], raw: Mapping[str, object]
) -> None:
    answers = answered(**raw)
    found = offers(answers, log, ON)
    for offer in found:
        item = ITEMS[offer.item]
        if offer.value:
            value = {offer.row: offer.value} if offer.row else offer.value
            taken = parse_answer(item, value, ON)
            assert taken is not None
            assert offer.value not in ("never", "not_lately", "less")
            # What is taken over is offered no more, and differs no more.
            cells = answers.get(offer.item)
            merged = (
                {**cells, **value} if isinstance(cells, Mapping) and isinstance(value, Mapping) else value
            )
            after = answers.with_value(offer.item, parse_answer(item, merged, ON))
            assert offer not in offers(after, log, ON)
            same = (offer.item, offer.row)
            assert same not in [(each.item, each.row) for each in contradictions(after, log, ON)]
    for each in contradictions(answers, log, ON):
        assert answers.state(each.item) == "answered"
        assert each.item in LOG_ITEMS
        assert (each.item, each.row) in [(offer.item, offer.row) for offer in found] or each.item in (
            "police_contact",
            "contact_frequency",
        )


@given(LOGS, ANSWERS)
def test_the_pattern_never_begins_later_than_the_log_or_the_answer(
    log: list[Incident], raw: Mapping[str, object]
) -> None:
    answers = answered(**raw)
    since = pattern(answers, log).since
    known = [each.date for each in log] + list(filter(None, [answers.text("pattern_start")]))
    assert since == min(known, key=first_day, default=None)
