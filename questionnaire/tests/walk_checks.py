"""Compare what a walk was answered, and all that is stored, with the model of `tests/walks.py`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from questionnaire.actions import intakes as intake_actions
from questionnaire.actions.levels import differing_columns
from questionnaire.audit import log as audit_log
from questionnaire.lifecycle import stored_content
from questionnaire.lifecycle.rights import faults
from questionnaire.models import (
    SIGNED_LOG,
    Access,
    Event,
    HeldPost,
    Intake,
    Membership,
    Proposal,
    SafetyPlan,
    Session,
    SignOff,
    Step,
    Team,
    User,
)
from questionnaire.tests.conftest import account
from questionnaire.tests.people import PASSWORD
from questionnaire.tests.walk_tables import FIELDS
from questionnaire.tests.walks import Case, Paper, Person, World

WORD: Final = re.compile(r"kanarie[0-9]{5}q")
#: The events that a step may cause besides its own, of the same person.
_BESIDES: Final = frozenset({"intake.look_refused", "case.no_reviewer_left"})
#: That of a server, every minute.
_OF_A_SERVER: Final = "events.sealed"
#: What of a signed intake never changes; its follow-up does.
_OF_THE_SIGNED: Final = ("answers", "notes", "sources", "reasons", "running_note", "view", SIGNED_LOG)
#: The code of the step of the follow-up that is written, and the part of the plan.
STEP: Final = "consult_police"
PLAN_PART: Final = "home"


class Compared:
    """Everyone, every intake, and the world as the model expects it."""

    def __init__(
        self, people: Mapping[str, Person], cases: Mapping[str, Case], papers: Mapping[str, Paper]
    ) -> None:
        self.world = World(dict(people), dict(cases), dict(papers))
        self.users = {name: _account(name, person) for name, person in people.items()}
        self.intakes = {name: _start(name, self.users[paper.author]) for name, paper in papers.items()}
        self._case_names = {self.intakes[name].case_id: name for name in cases}
        #: Of each signed intake all that it says, and the hash of its PDF.
        self.signed: dict[str, tuple[Any, str]] = {}
        self.seen = newest()

    def compare(self, said: str, response: Any, allowed: frozenset[str] | set[str]) -> None:
        """Assert that a response shows no words but these, and that what is stored is as expected."""
        words = set(WORD.findall(response.content.decode())) | set(WORD.findall(str(response.headers)))
        assert words <= allowed, f"{said}: shows {words - allowed}"
        found, expected = self._stored(), self._expected()
        differing = {key: (found[key], expected[key]) for key in expected if found[key] != expected[key]}
        assert not differing, f"{said}: stored and expected: {differing}"
        for name, (content, digest) in self.signed.items():
            signed = SignOff.objects.select_related("document").get(intake=self.intakes[name].pk)
            assert self.signed_content(name) == content, said
            assert sha256(bytes(signed.document.pdf)).hexdigest() == digest, said

    def signed_content(self, name: str) -> dict[str, Any]:
        content = Intake.objects.get(pk=self.intakes[name].pk).content
        return {key: content[key] for key in _OF_THE_SIGNED if key in content}

    def compare_events(self, said: str, expected: list[tuple[str, str, str]]) -> None:
        """Assert which events there are since `seen`: by whom, with which code, about which intake if any."""
        rows = Event.objects.filter(seq__gt=self.seen).exclude(code=_OF_A_SERVER).order_by("seq")
        found = [(event.actor and event.actor.username, event.code, event.intake) for event in rows]
        self.seen = newest()
        own = [each for each in found if each[1] not in _BESIDES]
        assert [each[:2] for each in own] == [each[:2] for each in expected], said
        for (_who, _code, about), (_actor, _told, intake) in zip(expected, own, strict=True):
            assert intake == (self.intakes[about].pk if about else intake), said
        actors = {each[0] for each in found}
        assert len(actors) <= 1 or actors <= {each[0] for each in expected}, said

    def compare_whole(self) -> None:
        """Assert that events, rights and content are as the program wrote them, and levels follow from it."""
        assert audit_log.verify().first_broken is None
        assert list(faults()) == []
        assert list(stored_content.faults()) == []
        for intake in Intake.objects.select_related("case", "team"):
            assert differing_columns(intake) == []
            # Nobody answered these, so nothing may count as no.
            assert set(intake.content["answers"]) <= {"fear_own_words"}

    def _expected(self) -> dict[str, object]:
        world = self.world
        people = {
            name: (person.has_role, not person.is_closed, person.screen != "none", person.words)
            for name, person in world.people.items()
        }
        papers = {name: self._expected_paper(name, paper) for name, paper in world.papers.items()}
        cases = {
            f"case {name}": (
                case.is_shielded,
                case.access,
                dict(case.opened),
                dict(case.log),
                case.plan,
                case.lift,
            )
            if world.papers_of(name)
            else None
            for name, case in world.cases.items()
        }
        return {**people, **papers, **cases}

    def _expected_paper(self, name: str, paper: Paper) -> object:
        if paper.state == "erased":
            return None
        notes, said = dict(paper.notes), (paper.consultations, paper.step)
        return (paper.state, paper.author, paper.corrects, paper.previous, dict(paper.fields), *said, notes)

    def _stored(self) -> dict[str, object]:
        """Return what the database says of each person, case and intake, in the form of the model."""
        names = {intake.pk: name for name, intake in self.intakes.items()}
        rows = list(Intake.objects.select_related("case", "author").filter(pk__in=names))
        papers = {names[intake.pk]: _paper(intake, names) for intake in rows}
        of_cases = {intake.case_id: intake for intake in rows}
        cases: dict[str, object] = {f"case {name}": None for name in self.world.cases}
        for pk, intake in of_cases.items():
            cases[f"case {self._case_names[pk]}"] = _case(intake, names)
        return {**self._stored_people(), **dict.fromkeys(names.values()), **papers, **cases}

    def _stored_people(self) -> dict[str, object]:
        kept: dict[int, set[str]] = {}
        for row in HeldPost.objects.all():
            kept.setdefault(row.user_id, set()).update(WORD.findall(str(row.content)))
        with_role = {row.user_id for row in Membership.objects.all().in_force()}
        active = set(User.objects.filter(is_active=True).values_list("pk", flat=True))
        signed_in = set(Session.objects.values_list("user", flat=True))
        return {
            name: (pk in with_role, pk in active, pk in signed_in, kept.get(pk, set()))
            for name, pk in ((name, user.pk) for name, user in self.users.items())
        }


def newest() -> int:
    """Return the number of the newest event."""
    return Event.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def _case(intake: Intake, names: Mapping[UUID, str]) -> object:
    case = intake.case
    rows = Access.objects.filter(case=case).select_related("user")
    access = {(row.user.username, row.kind) for row in rows if row.kind != Access.Kind.OPENED}
    opened = {
        row.user.username: row.seen_by_id is not None
        for row in rows
        if row.kind == Access.Kind.OPENED and row.until and row.until > timezone.now()
    }
    log = {row.content["what"]: row.removed_at is not None for row in case.incidents.all()}
    plan = SafetyPlan.objects.filter(case=case).first()
    newest_plan = plan.newest if plan else None
    said = newest_plan.content["parts"].get(PLAN_PART, {}).get("text", "") if newest_plan else ""
    waits = Proposal.objects.filter(case=case.pk, state=Proposal.State.WAITING).select_related("asked_by")
    lift = next(
        ((row.asked_by.username, names[row.intake]) for row in waits if row.asked_by and row.intake), None
    )
    return (case.shielded, access, opened, log, said, lift)


def _paper(intake: Intake, names: Mapping[UUID, str]) -> object:
    content = intake.content
    texts = {
        "running_note": content["running_note"],
        FIELDS["bob"]: intake.answers.get("fear_own_words"),
        FIELDS["cara"]: content["notes"].get("fear_own_words"),
    }
    steps = list(intake.steps.all())
    consultations = {row.content["result"] for row in steps if row.kind == Step.Kind.CONSULTATION}
    outcomes = [row.content["why"] for row in steps if row.content.get("what") == STEP]
    notes = {
        row.content["note"]: (row.to.username, row.read_at is not None) for row in intake.handovers.all()
    }
    return (
        intake.state,
        intake.author.username,
        names.get(intake.corrects_id, "") if intake.corrects_id else "",
        names.get(intake.previous_id, "") if intake.previous_id else "",
        {key: text for key, text in texts.items() if text},
        consultations,
        *(outcomes or [""]),
        notes,
    )


def _account(name: str, person: Person) -> User:
    team = Team.objects.get_or_create(name=person.team)[0]
    user = account(name, team, Membership.Role(person.role))
    user.set_password(PASSWORD)
    user.save()
    return user


def _start(name: str, author: User) -> Intake:
    team = author.memberships.get().team
    return intake_actions.start_intake(author, team, name, date(2026, 3, 23), "nl")
