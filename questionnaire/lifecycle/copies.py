"""Make the copies of a case that someone outside can be entitled to: each for its own kind of person.

What one may read can hurt another. The client's copy has what they told; someone may force them to ask for
it, so it does not tell where they are. An authority gets what it can demand, and more only on request. The
person whom it is about can have caused the fear: their copy says nothing that follows from what was told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from questionnaire.documents.editions import (
    POLICE,
    PRIVATE,
    REPORT,
    REPORTED,
    RUNNING_NOTE,
    Edition,
    EditionOptions,
)
from questionnaire.documents.renderers.text import as_text
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ITEMS, SECTIONS
from questionnaire.domain.items import choice_text
from questionnaire.models import Intake
from questionnaire.queries.document_input import as_intake_file
from questionnaire.queries.documents import document_for


class Copy(StrEnum):
    """What is given out of a case: all of it, or the copy for one kind of person who is entitled to one."""

    WHOLE = "whole"
    CLIENT = "client"
    PERSON = "person"
    AUTHORITY = "authority"


_ABOUT_OTHERS: Final = tuple(
    item.id for section in SECTIONS if section.id == "others" for item in section.items
)
_CLIENT: Final[Edition] = replace(
    REPORT,
    code="access",
    name=gettext_lazy("Copy for the client"),
    header=gettext_lazy("Copy for the client"),
    purpose=gettext_lazy("For the client, who is entitled to a copy."),
    left_out=gettext_lazy("Others, the professional's own notes, and what is confidential are left out."),
    sections=("fear_for_others", "who", "behaviour", "incidents", "told", "limits"),
    never=(*REPORT.never, *PRIVATE, *_ABOUT_OTHERS),
    free_text=True,
    reference=True,
)
#: The client's own statements are included, though a report only has them when ticked.
CLIENT_STATEMENTS: Final = EditionOptions(frozenset({*ITEMS, REPORTED}) - frozenset(_CLIENT.never))
_AUTHORITY: Final[Edition] = replace(
    POLICE,
    code="authority",
    name=gettext_lazy("Copy for an authority"),
    header=gettext_lazy("Copy for an authority"),
    purpose=gettext_lazy("For a judge or an authority that can demand it by law."),
    sections=(
        *("fear_for_others", "who", "by_hand", "statement_of_facts", "breaches", "pattern_and_picture"),
        *("others", "told", "support", "limits"),
    ),
    consent="",
)
#: The editions of the copies that are made of what was told, by their code.
COPIES: Final[Mapping[str, Edition]] = {edition.code: edition for edition in (_CLIENT, _AUTHORITY)}
#: What can be in a copy on request, by its kind. The person knows what they are to the client; whatever else
#: was recorded about them was told by someone who may be in danger because of it.
OFFERED: Final[Mapping[Copy, tuple[str, ...]]] = {
    Copy.WHOLE: (),
    Copy.CLIENT: (),
    Copy.PERSON: ("relationship",),
    Copy.AUTHORITY: (*PRIVATE, RUNNING_NOTE),
}


#: The ties that both sides know of, in words that name no client.
_KNOWN_TIES: Final = frozenset(
    {"partner", "ex_partner", "brief_relationship", "family", "housemate", "colleague", "neighbour"}
)


def files(copy: Copy, intakes: Sequence[Intake], ticked: Sequence[str]) -> Mapping[str, bytes]:
    """Return the files of a copy that is not the whole, by name. `ticked` are among those on offer for it.

    The copy for the person is one text, whatever the number of conversations: that would tell of them.
    """
    if copy is Copy.PERSON:
        return {"1.txt": _for_person(intakes, ticked).encode()}
    text = _for_client if copy is Copy.CLIENT else _for_authority
    return {f"{number}.txt": text(each, ticked).encode() for number, each in enumerate(intakes, start=1)}


def _for_client(intake: Intake, _ticked: Sequence[str]) -> str:
    """Return the intake as text, without other persons and without the professional's own notes.

    Without a reader it has no safety plan either: someone may force the client to ask for this copy.
    """
    told = what_the_client_told(as_intake_file(intake))
    return as_text(document_for(intake, intake.language, _CLIENT, CLIENT_STATEMENTS, intake_file=told))


def what_the_client_told(whole: IntakeFile) -> IntakeFile:
    """Return an intake without what the professional wrote, and without others in the log of incidents."""
    # What it was taken from says that the client keeps a log.
    incidents = tuple(replace(incident, by="", witness="", source="") for incident in whole.incidents)
    return replace(whole, notes={}, reasons={}, running_note="", view="", incidents=incidents)


def _for_authority(intake: Intake, ticked: Sequence[str]) -> str:
    """Return the intake as text with what happened and what was said, without plans, advice and own views."""
    return as_text(document_for(intake, intake.language, _AUTHORITY, EditionOptions(frozenset(ticked))))


def _for_person(intakes: Sequence[Intake], ticked: Sequence[str]) -> str:
    """Return a text that is the same for everybody, but for what is ticked.

    It is made of what it shows and nothing else: no name, day, number or heading tells of a conversation.
    """
    with override(intakes[-1].language):
        facts = [*_facts(intakes, ticked)]
        return (
            "\n\n".join(
                [
                    _("Data about you"),
                    _("This organisation processes data about you. That is part of its task by law."),
                    *([_("What is recorded about you:") + "\n" + "\n".join(facts)] if facts else []),
                    _(
                        "The law allows that data are left out to protect others. "
                        "This copy does not say whether that was done."
                    ),
                    _(
                        "You can ask to have data corrected. "
                        "You can complain to the data protection officer of this organisation. "
                        "You can also go to the Dutch Data Protection Authority "
                        "(Autoriteit Persoonsgegevens)."
                    ),
                ]
            )
            + "\n"
        )


def _facts(intakes: Sequence[Intake], ticked: Sequence[str]) -> Iterator[str]:
    """Yield what both sides know of, as it was answered last."""
    item = ITEMS["relationship"]
    ties = [intake.answers.codes[item.id] & _KNOWN_TIES for intake in intakes if item.id in ticked]
    for code in next((tie for tie in reversed(ties) if tie), ()):
        yield "- " + _("Relationship: %(tie)s") % {"tie": choice_text(item.options, code)}
