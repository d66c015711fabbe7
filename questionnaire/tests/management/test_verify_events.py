"""`manage.py verify_events`."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from questionnaire.audit import seals
from questionnaire.audit.chains import Head
from questionnaire.audit.faults import Fault, FaultKind, Report
from questionnaire.management.commands import verify_events
from questionnaire.models import ChainHead, Event, Intake, Seal, SealLeaf

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, object]:
    out = StringIO()
    try:
        call_command("verify_events", *arguments, stdout=out)
    except SystemExit as end:
        return out.getvalue(), end.code
    return out.getvalue(), 0


@pytest.mark.usefixtures("intake")
def test_whole_chains_print_the_last_seal_to_keep() -> None:
    seals.seal_events()

    printed, code = run()

    assert code == 0
    assert "2." in printed
    assert Head.parse(printed.split()[-1]) == Head(1, Seal.objects.get().mac)


@pytest.mark.usefixtures("intake")
def test_without_a_seal_it_says_how_to_make_one() -> None:
    printed, code = run()

    assert code == 0
    assert "manage.py seal_events" in printed.splitlines()[-1]


@pytest.mark.usefixtures("unguarded")
def test_what_is_broken_and_missing_triggers_are_named(intake: Intake) -> None:
    Event.objects.update(code="something.else")

    printed, code = run()

    assert code == 1
    for named in ("events_never_change", "something.else", str(intake.uuid), f"case:{intake.case_id}"):
        assert named in printed


@pytest.mark.usefixtures("intake", "unguarded")
def test_an_anchor_shows_that_events_were_cut_off() -> None:
    seals.seal_events()
    anchor = run()[0].split()[-1]
    for model in (SealLeaf, Seal, ChainHead, Event):
        model.objects.all().delete()

    assert run()[1] == 0
    assert run("--anchor", anchor)[1] == 1


@pytest.mark.parametrize("option", [("--anchor", "yesterday"), ("--since", "yesterday"), ("--since", "h")])
def test_what_is_no_anchor_or_no_time_is_refused(option: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        run(*option)


@pytest.mark.parametrize(
    ("since", "ago"),
    [
        ("30m", timedelta(minutes=30)),
        ("1h", timedelta(hours=1)),
        ("7d", timedelta(days=7)),
        ("seal", timedelta(0)),
    ],
)
def test_the_newest_part_alone_is_checked(
    since: str, ago: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def verify(_anchors: object, since: object) -> Report:
        asked.append(since)
        return Report(0, None, ())

    monkeypatch.setattr(verify_events, "verify", verify)
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)

    assert run("--since", since)[1] == 0
    assert asked == [now - ago]


@pytest.mark.parametrize("kind", list(FaultKind))
def test_every_kind_of_fault_has_a_sentence_with_its_place(
    kind: FaultKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = Fault(kind, "case:x", 12, ("case:y", 7) if kind is FaultKind.MOVED else None)
    monkeypatch.setattr(verify_events, "verify", lambda *_given: Report(0, None, (fault,)))

    printed, code = run()

    assert code == 1
    of_no_chain = kind in {FaultKind.SEAL_CHANGED, FaultKind.SEAL_REMOVED, FaultKind.ANCHOR_MISSING}
    assert ("12" in printed) == (kind is not FaultKind.CHAIN_MISSING)
    assert ("case:x" in printed) == (not of_no_chain)
    assert ("case:y 7" in printed) == (kind is FaultKind.MOVED)
