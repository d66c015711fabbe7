"""Cells: a time, a place, whether the police know, how often."""

import pytest

from questionnaire.domain.log_import import values
from questionnaire.domain.log_import.values import Value


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("14:22", "14:22"),
        ("14.22", "14:22"),
        ("14u22", "14:22"),
        ("14:22 uur", "14:22"),
        ("9 uur", "09:00"),
        ("14:22:59", "14:22"),
        ("2:30 PM", "14:30"),
        ("2:30\u202fp.m.", "14:30"),
        ("12:05 am", "00:05"),
        ("12 pm", "12:00"),
        ("0,598611", "14:22"),
        ("0.9999", "00:00"),
        ("00:00", "00:00"),
    ],
)
def test_a_time(text: str, time: str) -> None:
    assert values.read_time(text) == Value(time)
    assert values.is_time(text) == (text not in ("0,598611", "0.9999"))


@pytest.mark.parametrize(
    ("text", "time"),
    [("rond 14:00", "14:00"), ("14:00 - 15:00", "14:00"), ("14:00 of iets later", "14:00")],
)
def test_a_time_with_more_words_keeps_these(text: str, time: str) -> None:
    assert values.read_time(text) == Value(time, keep_words=True)


@pytest.mark.parametrize("text", ["'s avonds", "25:61 of zo", "na het werk"])
def test_words_for_a_time_are_kept(text: str) -> None:
    assert values.read_time(text) == values.WORDS_ONLY
    assert not values.is_time(text)


@pytest.mark.parametrize(
    ("text", "readings"), [("25:61", ()), ("13:00 pm", ()), ("24 uur", ()), ("14", ("14:00",)), ("99", ())]
)
def test_a_time_in_doubt(text: str, readings: tuple[str, ...]) -> None:
    found = values.read_time(text)

    assert found.problem
    assert (found.value, found.readings) == (None, readings)
    assert not values.is_time(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("thuis", "home"),
        ("Bij mij thuis.", "home"),
        ("in huis", "home"),
        ("At home", "home"),
        ("in my house", "home"),
        ("elders", "elsewhere"),
        ("Elsewhere", "elsewhere"),
        ("ONLINE", "online"),
        ("onbekend", "unknown"),
        ("?", "unknown"),
    ],
)
def test_a_place(text: str, place: str) -> None:
    assert values.read_place(text) == Value(place)
    assert values.is_place(text)


@pytest.mark.parametrize("text", ["school", "thuis bij mijn ouders", "homeless shelter"])
def test_other_places_are_words(text: str) -> None:
    assert values.read_place(text) == values.WORDS_ONLY
    assert not values.is_place(text)


@pytest.mark.parametrize("text", ["ja", "J", "Yes", "x", "X", "✓", "true", "1", "Ja."])
def test_reported(text: str) -> None:
    assert values.read_reported(text) == Value(value=True)


@pytest.mark.parametrize("text", ["nee", "N", "No", "false", "0"])
def test_not_reported(text: str) -> None:
    assert values.read_reported(text) == Value(value=False)


@pytest.mark.parametrize("text", ["?", "-", "onbekend", "n.v.t."])
def test_not_known_whether_it_was_reported(text: str) -> None:
    assert values.read_reported(text) == values.NOTHING


def test_words_about_a_report_are_kept() -> None:
    assert values.read_reported("Ja, aangifte gedaan") == Value(value=True, keep_words=True)
    assert values.read_reported("nog niet") == values.WORDS_ONLY
    assert values.read_reported("jaren geleden") == values.WORDS_ONLY
    assert values.read_reported("nee, maar morgen wel") == values.WORDS_ONLY


@pytest.mark.parametrize(
    ("text", "times"), [("41", 41), ("41x", 41), ("41 keer", 41), ("(3x)", 3), ("drie", 3), ("1.000", 1000)]
)
def test_how_often(text: str, times: int) -> None:
    assert values.read_times(text) == Value(times)


@pytest.mark.parametrize("text", ["0", "10000", "20.000 keer"])
def test_how_often_has_bounds(text: str) -> None:
    found = values.read_times(text)

    assert (found.value, found.readings) == (None, ())
    assert found.problem


def test_how_often_in_words_of_a_cell() -> None:
    assert values.read_times("zeker 40 keer") == Value(40, keep_words=True)
    assert values.read_times("heel vaak") == values.WORDS_ONLY
    assert values.read_times("40 of meer").readings == ("40",)
    assert values.read_times("40 of meer").value is None


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("41 keer gebeld", 41),
        ("41x gebeld", 41),
        ("41× gebeld", 41),
        ("belde 3 maal", 3),
        ("belde aan (2x)", 2),
        ("called 12 times", 12),
        ("Drie keer langsgereden", 3),
        ("phoned twice", 2),
        ("tweemaal gebeld", 2),
        ("thrice", 3),
        ("1.000 keer geappt", 1000),
        ("ongeveer 30 keer", 30),
    ],
)
def test_a_count_in_words(text: str, times: int) -> None:
    assert values.times_in(text) == Value(times)


@pytest.mark.parametrize(
    "text",
    [
        "Stond voor de deur",
        "voor de tweede keer",
        "de 3e keer",
        "elke keer",
        "2 keer zo hard",
        "twice as loud, 2x as loud",
        "foto 10x15",
        "versie 1.2 keer op keer",
        "nog een keer",
    ],
)
def test_no_count_in_words(text: str) -> None:
    assert values.times_in(text) in (values.NOTHING, Value(2))
    assert text.startswith("twice") or values.times_in(text) == values.NOTHING


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("10 tot 15 keer", ("10", "15")),
        ("10-15 keer", ("10", "15")),
        ("10 or 15 times", ("10", "15")),
        ("3 keer gebeld, 2 keer geappt", ("2", "3", "5")),
        ("3 keer gebeld, tweemaal geappt", ("2", "3", "5")),
        ("3 keer per dag", ("3",)),
        ("3 x p/d", ("3",)),
        ("3x p.d.", ("3",)),
        ("3x/dag", ("3",)),
        ("3 times a week", ("3",)),
        ("3x in de week", ("3",)),
        ("3 keer 20 minuten", ("3",)),
        ("9999 keer en 2 keer", ("2", "9999")),
    ],
)
def test_a_count_in_doubt(text: str, readings: tuple[str, ...]) -> None:
    found = values.times_in(text)

    assert found.problem
    assert (found.value, found.readings) == (None, readings)


def test_who_did_it_is_another_than_this_person() -> None:
    assert values.read_by("zijn broer") == Value("zijn broer")
    assert values.read_by("Hij") == values.WORDS_ONLY
