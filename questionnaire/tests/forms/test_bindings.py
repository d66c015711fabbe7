"""The input in the controls of an item, and the answer it is parsed to."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override

from questionnaire.domain import dates
from questionnaire.domain.catalogue import ITEMS
from questionnaire.forms.bindings import ItemInput, answer_from_input, input_from_post


@pytest.mark.parametrize(
    ("item_id", "typed", "message"),
    [
        ("pattern_start", ItemInput(text=" 31-02-2026 "), "31-02-2026 is a day that does not exist"),
        ("pattern_start", ItemInput(text="1/1/2999"), "1/1/2999 is in the future"),
        ("feared_events", ItemInput(codes=("kill", "none")), "“Nothing” cannot go together"),
        ("feared_events", ItemInput(codes=("kill",), absent="declined"), "also “Prefers not to say”"),
        ("fear_own_words", ItemInput(text="bang", absent="unknown"), "also “Client doesn't know”"),
        (
            "behaviour_home",
            ItemInput(cells={"ring": "daily"}, absent="not_asked"),
            "also “Deliberately not asked”",
        ),
        ("pattern_start", ItemInput(text="03-2026", absent="unknown"), "Only one of the two"),
        ("fear_own_words", ItemInput(text="x" * 20_001), "20001"),
        ("fear_own_words", ItemInput(text="a\x00b"), "NUL"),
        ("fear_level", ItemInput(codes=("11",)), "'11'"),
        ("danger_now", ItemInput(codes=("perhaps",)), "'perhaps'"),
    ],
)
def test_invalid_input_is_an_error_in_the_language_of_the_page(
    item_id: str, typed: ItemInput, message: str
) -> None:
    with override("en"), pytest.raises(ValidationError) as error:
        answer_from_input(ITEMS[item_id], typed)

    assert message in " ".join(error.value.messages)


def test_a_date_in_the_future_is_an_error_and_today_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "today", lambda: date(2026, 3, 23))

    assert answer_from_input(ITEMS["pattern_start"], ItemInput(text="23-03-2026")) == "2026-03-23"
    with pytest.raises(ValidationError):
        answer_from_input(ITEMS["pattern_start"], ItemInput(text="24-03-2026"))


@pytest.mark.parametrize("blank", ["", " ", "\r\n", "\u200b"])
def test_text_of_which_nothing_is_visible_is_no_answer(blank: str) -> None:
    item = ITEMS["fear_own_words"]

    assert answer_from_input(item, input_from_post(item, MultiValueDict({item.id: [blank]}))) is None


def test_a_choice_without_a_code_is_no_choice() -> None:
    item = ITEMS["children"]
    posted = MultiValueDict({item.id: ["cares_for", "shared", ""]})

    assert answer_from_input(item, input_from_post(item, posted)) == ("cares_for", "shared")


def test_the_line_ends_that_a_browser_posts_become_plain_ones() -> None:
    item = ITEMS["fear_own_words"]

    assert (
        answer_from_input(item, input_from_post(item, MultiValueDict({item.id: ["een\r\ntwee\rdrie\n"]})))
        == "een\ntwee\ndrie\n"
    )
