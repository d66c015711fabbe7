"""All that is held on a case, and the copy in which others and the professional's notes do not stand."""

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

from questionnaire import demo
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit.log import Code
from questionnaire.domain.catalogue import ITEMS, SECTIONS
from questionnaire.management.commands.demo import add
from questionnaire.models import Event, Intake, Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(alice: User, team: Team) -> Intake:
    """A whole invented conversation with a PDF, and a second one of the same case."""
    name = demo.COMPLETE[0]
    intake = add(alice, team, demo.intake(name), demo.follow_up(name))
    intake_actions.store_document(alice, intake, "full", "nl", b"%PDF-1.7")
    second = intake_actions.start_intake(alice, team, "second", date(2026, 3, 23), "nl")
    Intake.objects.filter(pk=second.pk).update(case=intake.case)
    return Intake.objects.get(pk=intake.pk)


def export(intake: Intake, folder: Path, *arguments: str) -> zipfile.ZipFile:
    path = folder / "copy.zip"
    call_command("export", str(intake.pk), str(path), "--by", "alice", "--reason", "asked", *arguments)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return zipfile.ZipFile(path)


def words_of(text: str) -> str:
    """The words alone, however they are broken into lines and quoted."""
    return " ".join(re.findall(r"\w+", text))


def test_everything_stands_in_it_and_opens(case: Intake, tmp_path: Path) -> None:
    archive = export(case, tmp_path)

    told = json.loads(archive.read("case.json"))
    first, second = told["intakes"]
    document = case.documents.get()
    assert first["content"] == case.content
    assert {row["content"]["what"] for row in first["incident"]} == {
        incident.content["what"] for incident in case.incidents.all()
    }
    assert len(first["step"]) == case.steps.count() > 0
    assert {"remark", "signoff"} <= set(first)
    assert second["reference"] == "second"
    assert archive.read(f"{document.uuid}.pdf") == b"%PDF-1.7"
    assert told["events"][0]["actor"] == "alice"
    assert len(told["events"]) == Event.objects.count() - 2
    assert "wrapped_key" not in first


def test_each_intake_of_it_has_its_event(case: Intake, tmp_path: Path) -> None:
    export(case, tmp_path)

    told = Event.objects.filter(code=Code.CASE_EXPORTED)
    assert {event.intake for event in told} == set(Intake.objects.values_list("pk", flat=True))
    assert {event.reason for event in told} == {"asked"}


def test_the_redacted_copy_leaves_out_others_notes_and_safety_data(case: Intake, tmp_path: Path) -> None:
    archive = export(case, tmp_path, "--redacted")

    assert archive.namelist() == ["1.txt", "2.txt"]
    text = words_of(archive.read("1.txt").decode())
    content = case.content
    others = [item.id for part in SECTIONS if part.id == "others" for item in part.items]
    hidden = [*others, *(item.id for item in ITEMS.values() if item.private or item.internal)]
    left_out = [content["answers"].get(item_id) for item_id in hidden if ITEMS[item_id].kind == "text"]
    left_out += [*content["notes"].values(), *content["reasons"].values(), content["view"]]
    assert words_of(content["answers"]["fear_own_words"]) in text
    assert len([words for words in left_out if words]) > 3
    assert [words for words in left_out if words and words_of(words) in text] == []


def test_a_file_that_is_there_stays(case: Intake, tmp_path: Path) -> None:
    (tmp_path / "copy.zip").write_text("precious")

    with pytest.raises(CommandError):
        export(case, tmp_path)

    assert (tmp_path / "copy.zip").read_text() == "precious"
    assert not Event.objects.filter(code=Code.CASE_EXPORTED).exists()


@pytest.mark.parametrize(("number", "name"), [("known", "nobody"), ("unknown", "alice")])
def test_what_is_not_there_is_refused(intake: Intake, tmp_path: Path, number: str, name: str) -> None:
    uuid = intake.uuid if number == "known" else uuid4()

    with pytest.raises(CommandError):
        call_command("export", str(uuid), str(tmp_path / "x"), "--by", name, "--reason", "x")

    assert list(tmp_path.iterdir()) == []
