"""Build the document of a stored intake, and the PDF and the snapshot that a sign-off stores."""

from __future__ import annotations

import hashlib
import pickle  # nosec
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import date
from enum import Enum
from functools import partial
from typing import Final

from questionnaire.audit.sign_offs import sign_off_of
from questionnaire.documents.builder import build_document
from questionnaire.documents.document import Document
from questionnaire.documents.editions import FULL, NO_OPTIONS, Edition, EditionOptions
from questionnaire.documents.renderers.pdf import render_pdf
from questionnaire.documents.snapshot import snapshot
from questionnaire.domain import dates
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.breaches import by_answer
from questionnaire.domain.case_holders import NOBODY
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.organisation import NOTHING_ADDED, Added, OwnContact
from questionnaire.domain.review import NOT_REVIEWED, Review
from questionnaire.models import Intake, UnreadableError, User
from questionnaire.queries.case_holders import holders_of
from questionnaire.queries.cases import course_until, earlier_assessments
from questionnaire.queries.document_input import as_intake_file, review_of
from questionnaire.queries.organisation import SIGNED_TERMS, added_for, signed_terms
from questionnaire.queries.safety_plans import plan_version_for

#: The keys of the organisation's contacts and of its name in what a sign-off keeps, beside the languages.
_CONTACTS: Final = "contacts"
_NAME: Final = "organisation"


def document_for(
    intake: Intake,
    language: str,
    edition: Edition = FULL,
    options: EditionOptions = NO_OPTIONS,
    *,
    reader: User | None = None,
    intake_file: IntakeFile | None = None,
    review: Review | None = None,
    paper: bool = False,
    explained: bool = False,
) -> Document:
    """Return the document of an intake as it is stored now, see `build_document` and `prepared_document`."""
    prepared = prepared_document(
        intake, language, edition, options, reader=reader, intake_file=intake_file, review=review
    )
    return prepared(paper=paper, explained=explained)


def prepared_document(
    intake: Intake,
    language: str,
    edition: Edition = FULL,
    options: EditionOptions = NO_OPTIONS,
    *,
    reader: User | None = None,
    intake_file: IntakeFile | None = None,
    review: Review | None = None,
) -> partial[Document]:
    """Return what builds the document of an intake as it is stored now, and reads nothing itself.

    An edition for the own file contains the review, who holds the case, and the course and safety plan of the
    case as far as `reader` may see these; without a reader they are left out. So are the breaches that were
    written down after an earlier conversation. The client's page has the plan when it is ticked.
    `intake_file` and `review` replace what is stored.
    """
    if review is None:
        review = review_of(intake) if edition.reference else NOT_REVIEWED
    intake_file = intake_file or as_intake_file(intake)
    earlier = earlier_assessments(reader, intake) if reader else ()
    follow_up = _with_earlier_breaches(intake, earlier)
    unreadable = follow_up.unreadable or any(each.is_unreadable for each in intake_file.incidents)
    return partial(
        build_document,
        intake_file,
        language,
        edition,
        options,
        follow_up=follow_up,
        review=review,
        over_time=course_until(reader, intake) if reader and edition.own_file else (),
        holders=holders_of(intake.case) if edition.own_file else NOBODY,
        plan=plan_version_for(reader, intake) if reader and (edition.own_file or options.plan) else None,
        added=_added(intake, language, edition),
        is_whole=not unreadable and all(each.has_readable_answers for each in earlier),
    )


def fingerprint(prepared: partial[Document]) -> str:
    """Return a digest of all that a document is built from, on this day. Any difference gives another."""
    state = _state((prepared.args, prepared.keywords, dates.today()))
    return hashlib.sha256(repr(state).encode()).hexdigest()


def read_fingerprint(intake: Intake) -> str:
    """Return a digest of the document that a sign-off would store, without the review that goes on beside it.

    It differs when the rules, terms, texts or contacts that the document follows from have changed, though
    nobody wrote in the intake itself.
    """
    document = document_for(intake, intake.language, review=NOT_REVIEWED, paper=True)
    return hashlib.sha256(repr(_state(document)).encode()).hexdigest()


def _state(value: object) -> object:
    """Return all that is in a value, so that equal values are written alike in every process."""
    if is_dataclass(value):
        return type(value).__name__, [_state(getattr(value, each.name)) for each in fields(value)]
    if isinstance(value, Mapping):
        return "mapping", [(_state(key), _state(each)) for key, each in value.items()]
    if isinstance(value, (tuple, list)):
        return "sequence", [_state(each) for each in value]
    if isinstance(value, (set, frozenset)):
        return "set", sorted(repr(_state(each)) for each in value)
    if value is None or isinstance(value, (str, int, float, date, Enum)):
        return value
    return pickle.dumps(value)  # to compare, and never to be read


def _with_earlier_breaches(intake: Intake, earlier: Iterable[Intake]) -> FollowUp:
    """Return the follow-up with one register for the case up to this intake: an answer may come later."""
    own, before = intake.follow_up, [each.follow_up for each in earlier]
    breaches = by_answer(breach for each in (*before, own) for breach in each.breaches)
    return replace(own, breaches=breaches, unreadable=sum(each.unreadable for each in (*before, own)))


def _added(intake: Intake, language: str, edition: Edition) -> Added:
    """Return what the organisation adds. What was signed off keeps the contacts, name and terms of then.

    Only what says who made it has the name, so never what a client takes home.
    """
    if not (edition.own_file or edition.is_handout or edition.reference):
        return NOTHING_ADDED
    if edition.reference and (sign_off := sign_off_of(intake)):
        contacts = tuple(OwnContact(**each) for each in sign_off.content.get(_CONTACTS, ()))
        name, terms = sign_off.content.get(_NAME, ""), signed_terms(sign_off.content)
        added = Added(contacts, name=name, terms=terms)
    else:
        added = added_for(intake.team, language)
    if not edition.reference:
        added = replace(added, name="")
    return added if edition.own_file or edition.is_handout else Added(name=added.name)


def render_for_sign_off(intake: Intake, by: User) -> tuple[bytes, Mapping[str, object]]:
    """Return the PDF as it is once this person has signed today, and the snapshot. Raise PdfError.

    Raise UnreadableError when something of it cannot be read any more: nobody can have read it.
    """
    if not intake.is_readable:
        raise UnreadableError
    intake_file = as_intake_file(intake)
    review = replace(review_of(intake), signed_by=str(by), signed_on=dates.today())
    # No reader: whoever opens this PDF later may not be allowed to see the earlier assessments or the plan,
    # and the plan may be another by then.
    document = document_for(intake, intake.language, intake_file=intake_file, review=review, paper=True)
    added = added_for(intake.team, intake.language)
    contacts = [asdict(each) for each in added.contacts]
    kept = {_CONTACTS: contacts, _NAME: added.name, SIGNED_TERMS: asdict(added.terms)}
    return render_pdf(document), {**snapshot(intake_file), **kept}
