"""The export of a whole case, and the copy for the client, without others and own notes."""

from __future__ import annotations

import json
import re
import stat
import zipfile
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from questionnaire import demo
from questionnaire.actions import documents as document_actions
from questionnaire.actions import follow_up as follow_up_actions
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.case_holders import HOLDERS
from questionnaire.actions.follow_up import StepSubmission, step_fingerprint, stored_steps
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.case_holders import CaseHolders, Holder
from questionnaire.domain.catalogue import ITEMS, SECTIONS
from questionnaire.domain.earlier_versions import EARLIER_STEPS
from questionnaire.domain.follow_up import Consultation
from questionnaire.management.commands.demo import add
from questionnaire.models import Event, Intake, Proposal, Team, User
from questionnaire.models.records_before import BEFORE, UNDO_PERIOD
from questionnaire.tests.factories import agreed, start_in, write_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(alice: User, team: Team) -> Intake:
    """Return a complete invented conversation with a PDF; its case has a second one."""
    name = demo.COMPLETE[0]
    intake = add(alice, team, demo.intake(name), demo.follow_up(name))
    holders = CaseHolders(Holder("J. Smit", "zqreach"))
    sent = {HOLDERS: StepSubmission(holders, step_fingerprint(stored_steps(intake).get(HOLDERS)))}
    follow_up_actions.record_steps(alice, intake, sent)
    document_actions.store_document(alice, intake, "full", "nl", b"%PDF-1.7")
    start_in(intake.case, alice, date(2026, 5, 7))
    intake_actions.start_intake(alice, team, "of another case", date(2026, 3, 23), "nl")
    return Intake.objects.get(pk=intake.pk)


def export(intake: Intake, folder: Path, *arguments: str) -> zipfile.ZipFile:
    path = folder / "copy.zip"
    agreed(intake, Proposal.Kind.EXPORT, "client" if "--for" in arguments else "whole")
    call_command("export", str(intake.pk), str(path), "--by", "alice", "--reason", "asked", *arguments)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return zipfile.ZipFile(path)


def normalised(text: str) -> str:
    """Return the words of a text, without line breaks and quotation marks."""
    return " ".join(re.findall(r"\w+", text))


def test_an_export_contains_every_row_event_and_pdf_decrypted(case: Intake, tmp_path: Path) -> None:
    archive = export(case, tmp_path)

    exported = json.loads(archive.read("case.json"))
    first, second = exported["intakes"]
    document = case.documents.get()
    assert first["content"] == case.content
    assert {row["content"]["what"] for row in exported["case"]["incidents"]} == {
        incident.content["what"] for incident in case.incidents.all()
    }
    assert len(first["step"]) == case.steps.count() > 0
    assert {"remark", "signoff"} <= set(first)
    (holders,) = exported["case"]["holders"]
    assert holders["content"] == case.case.holders.get().content
    assert holders["content"]["lead"]["reach"] == "zqreach"
    assert (second["on"], second["case_id"]) == ("2026-05-07", str(case.case_id))
    assert exported["case"]["reference"] == case.case.reference
    assert archive.read(f"{document.uuid}.pdf") == b"%PDF-1.7"
    assert exported["events"][0]["actor"] == "alice"
    # Without the start of the other case, and the two events of this export itself.
    assert len(exported["events"]) == Event.objects.count() - 3
    assert not any("wrapped_key" in row for row in (first, exported["case"]))


def test_an_export_records_an_event_for_each_intake(case: Intake, tmp_path: Path) -> None:
    export(case, tmp_path)

    events = Event.objects.filter(code=EventCode.CASE_EXPORTED)
    of_case = Intake.objects.filter(case=case.case_id)
    assert [event.intake for event in events] == list(
        of_case.order_by("started_at").values_list("pk", flat=True)
    )
    assert len(events) == 2
    assert {event.reason for event in events} == {"asked"}


def test_an_export_has_the_safety_plan_with_every_version(case: Intake, alice: User, tmp_path: Path) -> None:
    assert json.loads(export(case, tmp_path).read("case.json"))["safety_plan"] is None
    write_plan(alice, case, home="zpoud", keys="zpsleutel")
    write_plan(alice, case, home="zpnieuw")

    (tmp_path / "copy.zip").unlink()
    plan = json.loads(export(case, tmp_path).read("case.json"))["safety_plan"]

    assert [(row["number"], row["by"], row["content"]["changed"]) for row in plan["versions"]] == [
        (1, "alice", ["home", "keys"]),
        (2, "alice", ["home"]),
    ]
    assert plan["versions"][0]["content"]["parts"]["home"] == {"text": "zpoud"}
    assert "wrapped_key" not in plan


def test_the_copy_for_the_client_has_no_word_of_the_safety_plan(
    case: Intake, alice: User, tmp_path: Path
) -> None:
    write_plan(alice, case, home="zpoud", keys="zpsleutel")

    archive = export(case, tmp_path, "--for", "client")

    copies = " ".join(archive.read(name).decode() for name in archive.namelist())
    assert "zpoud" not in copies
    assert "zpsleutel" not in copies
    assert "Veiligheidsplan" not in copies


def test_the_copy_for_the_client_leaves_out_others_notes_and_safety_data(
    case: Intake, tmp_path: Path
) -> None:
    archive = export(case, tmp_path, "--for", "client")

    assert archive.namelist() == ["1.txt", "2.txt"]
    copy = normalised(archive.read("1.txt").decode())
    content = case.content
    others = [item.id for part in SECTIONS if part.id == "others" for item in part.items]
    hidden = [*others, *(item.id for item in ITEMS.values() if item.private or item.internal)]
    left_out = [content["answers"].get(item_id) for item_id in hidden if ITEMS[item_id].kind == "text"]
    left_out += [*content["notes"].values(), *content["reasons"].values(), content["view"]]
    for item_id in ("fear_own_words", "client_wishes"):
        assert normalised(content["answers"][item_id]) in copy
    assert len([text for text in left_out if text]) > 3
    assert [text for text in left_out if text and normalised(text) in copy] == []


def test_an_export_never_overwrites_a_file(case: Intake, tmp_path: Path) -> None:
    (tmp_path / "copy.zip").write_text("precious")

    with pytest.raises(CommandError):
        export(case, tmp_path)

    assert (tmp_path / "copy.zip").read_text() == "precious"
    assert not Event.objects.filter(code=EventCode.CASE_EXPORTED).exists()


@pytest.mark.parametrize(("number", "name"), [("known", "nobody"), ("unknown", "alice")])
def test_the_command_refuses_an_unknown_intake_or_person(
    intake: Intake, tmp_path: Path, number: str, name: str
) -> None:
    uuid = intake.uuid if number == "known" else uuid4()

    with pytest.raises(CommandError):
        call_command("export", str(uuid), str(tmp_path / "x"), "--by", name, "--reason", "x")

    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_undone_any_more_is_not_exported(case: Intake, alice: User, tmp_path: Path) -> None:
    said = Consultation("police", "Zqperson", date(2026, 3, 23), "14:30", "belt terug")
    step = follow_up_actions.add_consultation(alice, case, said)
    follow_up_actions.remove_consultation(alice, case, step.uuid)
    assert "Zqperson" in export(case, tmp_path).read("case.json").decode()

    case.refresh_from_db()
    late = (timezone.now() - UNDO_PERIOD).isoformat()
    case.content = {**case.content, BEFORE: [{**each, "at": late} for each in case.content[BEFORE]]}
    case.content.pop(EARLIER_STEPS)  # as the sign-off does: until then it can be put back, and is exported
    case.save(update_fields=["content"])

    (tmp_path / "later").mkdir()
    exported = export(case, tmp_path / "later").read("case.json").decode()
    assert "Zqperson" not in exported
    assert BEFORE not in exported
