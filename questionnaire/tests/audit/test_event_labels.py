"""Every type of event has words of its own."""

from django.utils.translation import override

from questionnaire.audit import access_history
from questionnaire.audit.event_codes import EventCode
from questionnaire.audit.event_labels import label_of


def test_every_code_has_a_label_that_says_what_it_was() -> None:
    general = {str(access_history._OTHER_READ), str(access_history._OTHER_WRITE)}

    assert not general & {str(label_of(code)) for code in EventCode}


def test_the_labels_are_all_of_one_tense_in_dutch() -> None:
    """They stand below each other in one list."""
    with override("nl"):
        labels = {str(label_of(code)) for code in EventCode}

    assert not [label for label in labels if not label.startswith(("heeft ", "is ", "er is "))]


def test_an_event_of_a_later_version_gets_a_general_one() -> None:
    with override("en"):
        assert str(label_of("something.read")) == "read something else"
