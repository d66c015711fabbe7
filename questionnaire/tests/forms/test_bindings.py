"""What was typed, and what it is read as."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override

from questionnaire.domain import dates
from questionnaire.domain.catalogue import ITEMS
from questionnaire.forms.bindings import Typed, dutch_date, iso_date, read, typed_in


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("2026-03-23", "2026-03-23"),
        ("2026-03", "2026-03"),
        ("23-03-2026", "2026-03-23"),
        ("3-3-2026", "2026-03-03"),
        ("23/03/2026", "2026-03-23"),
        ("23.3.2026", "2026-03-23"),
        ("23 03 2026", "2026-03-23"),
        ("03-2026", "2026-03"),
        ("3-2026", "2026-03"),
        ("", None),
    ],
)
def test_dates_as_people_type_them(typed: str, iso: str | None) -> None:
    assert iso_date(typed) == iso


@pytest.mark.parametrize("typed", ["gisteren", "2026", "23-03-26", "23-03-2026-1", "٢٣-٠٣-٢٠٢٦"])
def test_what_is_no_date(typed: str) -> None:
    with override("en"), pytest.raises(ValidationError, match="cannot be read as a date"):
        iso_date(typed)


@pytest.mark.parametrize("iso", ["2026-03-23", "2026-03"])
def test_a_date_is_typed_as_it_is_shown(iso: str) -> None:
    assert iso_date(dutch_date(iso)) == iso


@pytest.mark.parametrize(
    ("item_id", "typed", "said"),
    [
        ("pattern_start", Typed(text=" 31-02-2026 "), "31-02-2026 is a day that does not exist"),
        ("pattern_start", Typed(text="1/1/2999"), "1/1/2999 is in the future"),
        ("feared_events", Typed(codes=("kill", "none")), "“Nothing” cannot go together"),
        ("feared_events", Typed(codes=("kill",), absent="declined"), "also “Prefers not to say”"),
        ("fear_own_words", Typed(text="bang", absent="unknown"), "also “Client doesn't know”"),
        (
            "behaviour_home",
            Typed(cells={"ring": "daily"}, absent="not_asked"),
            "also “Deliberately not asked”",
        ),
        ("pattern_start", Typed(text="03-2026", absent="unknown"), "Only one of the two"),
        ("fear_own_words", Typed(text="x" * 20_001), "20001"),
        ("fear_own_words", Typed(text="a\x00b"), "NUL"),
        ("fear_level", Typed(codes=("11",)), "'11'"),
        ("danger_now", Typed(codes=("perhaps",)), "'perhaps'"),
    ],
)
def test_what_is_refused_is_said_to_the_person_typing(item_id: str, typed: Typed, said: str) -> None:
    with override("en"), pytest.raises(ValidationError) as refused:
        read(ITEMS[item_id], typed)

    assert said in " ".join(refused.value.messages)


def test_a_date_in_the_future_is_refused_and_today_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "today", lambda: date(2026, 3, 23))

    assert read(ITEMS["pattern_start"], Typed(text="23-03-2026")) == "2026-03-23"
    with pytest.raises(ValidationError):
        read(ITEMS["pattern_start"], Typed(text="24-03-2026"))


@pytest.mark.parametrize("blank", ["", " ", "\r\n", "\u200b"])
def test_invisible_text_is_no_answer(blank: str) -> None:
    item = ITEMS["fear_own_words"]

    assert read(item, typed_in(item, MultiValueDict({item.id: [blank]}))) is None


def test_a_browsers_line_ends_are_plain_ones() -> None:
    item = ITEMS["fear_own_words"]

    assert (
        read(item, typed_in(item, MultiValueDict({item.id: ["een\r\ntwee\rdrie\n"]}))) == "een\ntwee\ndrie\n"
    )
