"""A reason of substance is a sentence; what only gets someone past the question is refused."""

import pytest

from questionnaire.domain.reasons import is_of_substance


@pytest.mark.parametrize(
    "reason",
    [
        "Ik vervang Alice, die vandaag ziek is.",
        "Cliënt belt in paniek, Alice is onbereikbaar.",
        "She calls from the street; her ex follows her.",
        "ik neem waar tijdens de vakantie van Alice",
        "Крисс болен, я заменяю его сегодня.",
    ],
)
def test_a_sentence_is_of_substance(reason: str) -> None:
    assert is_of_substance(reason)


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "x",
        "...................................",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "aaaa bbbb cccc dddd eeee ffff gggg",
        "test test test test test test test",
        "x y z a b c d e f g h i j k l m n",
        "1234 5678 9012 3456 7890 1234 5678",
        "nodig nodig nodig voor werk",
        "ab ba aab bba aba bab abba baab abab",
        "Alice is ziek.",
        "is op nu in",
    ],
)
def test_what_says_nothing_is_refused(reason: str) -> None:
    assert not is_of_substance(reason)
