"""`manage.py verify_events`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from questionnaire.audit.log import Head
from questionnaire.models import ChainHead, Event, Intake

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, object]:
    out = StringIO()
    try:
        call_command("verify_events", *arguments, stdout=out)
    except SystemExit as end:
        return out.getvalue(), end.code
    return out.getvalue(), 0


@pytest.mark.usefixtures("intake")
def test_a_whole_chain_prints_its_head() -> None:
    printed, code = run()

    assert code == 0
    assert Head.parse(printed.split()[-1]) == Head(1, ChainHead.objects.get().mac)


def test_a_chain_without_events_prints_no_head() -> None:
    printed, code = run()

    assert code == 0
    assert "0." in printed
    assert len(printed.splitlines()) == 1


@pytest.mark.usefixtures("unguarded")
def test_the_first_broken_event_and_missing_triggers_are_named(intake: Intake) -> None:
    Event.objects.update(code="something.else")

    printed, code = run()

    assert code == 1
    assert "events_never_change" in printed
    assert "1" in printed
    assert "something.else" in printed
    assert str(intake.uuid) in printed


@pytest.mark.usefixtures("intake", "unguarded")
def test_an_anchor_shows_that_events_were_cut_off() -> None:
    anchor = run()[0].split()[-1]
    Event.objects.all().delete()
    ChainHead.objects.all().delete()

    assert run()[1] == 0
    assert run("--anchor", anchor)[1] == 1


def test_what_is_no_anchor_is_refused() -> None:
    with pytest.raises(CommandError):
        run("--anchor", "yesterday")
