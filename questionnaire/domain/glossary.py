"""List the words of the pages and of the field, each with what it means here.

A Dutch word stands as it is, with the English one beside it, in either language: people meet both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True, slots=True)
class Word:
    """A word in Dutch and in English, with its meaning in the active language."""

    dutch: str
    english: str
    meaning: StrPromise


PAGE_WORDS: Final = (
    Word("gesprek", "conversation", _("One conversation with a client, with the answers.")),
    Word("casus", "case", _("All conversations about one client and one person.")),
    Word(
        "deze persoon",
        "this person",
        _("Whoever the client is afraid of, or has trouble with. It is no verdict."),
    ),
    Word("deel", "part", _("The questions about one subject. Open the parts in any order.")),
    Word(
        "kernvragen", "core questions", _("The questions that decide how soon to act, and the first steps.")
    ),
    Word("nog te vragen", "still to ask", _("What was not asked yet, and what an answer could still add.")),
    Word(
        "voorval, logboek",
        "incident, log",
        _("One thing that happened. The log has all that happened in a case, in order of time."),
    ),
    Word("feitenrelaas", "statement of facts", _("What happened, one sentence an incident.")),
    Word("patroon", "pattern", _("What happens again and again: at home, elsewhere and online.")),
    Word(
        "signaal",
        "signal",
        _("An answer that counts for the advice. It proves nothing. There can be danger without signals."),
    ),
    Word(
        "gevaarsignaal",
        "danger sign",
        _("An answer that stands for danger by itself, such as a threat, violence or a breached order."),
    ),
    Word(
        "ook zorgelijk",
        "also concerning",
        _("Signals that stand beside the danger signs. They are no danger sign by themselves."),
    ),
    Word(
        "vertrouwelijk",
        "confidential",
        _("It stands in your own file. A version for others has it only when you tick it."),
    ),
    Word(
        "eigen inschatting",
        "own assessment",
        _("What you think yourself. It is for your own file, and in no version for others."),
    ),
    Word(
        "samenvatting",
        "summary",
        _("What follows from the answers: the fear first, then how soon, the steps, and why."),
    ),
    Word("versie", "edition", _("The summary for someone else, such as the police or Veilig Thuis.")),
    Word("opvolging", "follow-up", _("For each advice: done, planned or not done, who and when.")),
    Word("overleg", "consultation", _("With whom you consulted, when, and the result.")),
    Word(
        "regie en contactpersoon",
        "who holds the case",
        _("Who leads the case, and the fixed contact of the client. It gives nobody access."),
    ),
    Word(
        "veiligheidsplan",
        "safety plan",
        _("What you agree with the client, step by step. The danger can still be there."),
    ),
    Word(
        "toetsing",
        "review",
        _("A colleague reads it too: the reviewer. Nobody reviews their own words."),
    ),
    Word(
        "vaststellen",
        "sign off",
        _("The reviewer ends the review. Answers, words and PDF then stay as they are."),
    ),
    Word(
        "herbeoordeling",
        "reassessment",
        _("The next conversation in the same case. What was said last time stands beside each question."),
    ),
    Word(
        "afschermen",
        "shield",
        _("Only people who are named see the case. Others only see that something is shielded."),
    ),
    Word(
        "openen met een reden",
        "open with a reason",
        _("You read the case of a colleague for eight hours. The author and the reviewers see who and why."),
    ),
    Word("overdragen", "hand over", _("A colleague becomes the author of a case, with a note from you.")),
)

FIELD_WORDS: Final = (
    Word(
        "aandachtsfunctionaris",
        "attention officer",
        _("The colleague whom you consult first. In this program this is the reviewer."),
    ),
    Word(
        "meldcode",
        "reporting code",
        _("Five steps when you suspect violence at home or child abuse, from signals to a decision."),
    ),
    Word(
        "Veilig Thuis",
        "Safe at Home",
        _("Gives advice and takes reports about violence at home and child abuse. Advice needs no name."),
    ),
    Word("wijkagent", "district officer", _("The police officer of a neighbourhood.")),
    Word(
        "risicoscreening (SASH)",
        "risk screening",
        _("The police can do one: ask for it. This program does not replace it."),
    ),
    Word(
        "Afspraak op Locatie (AOL)",
        "location agreement",
        _("The police record what was agreed for an address, for officers to find. Calling stays necessary."),
    ),
    Word(
        "AWARE",
        "alarm",
        _("An alarm for the client. It differs by region. An alarm alone does not make anyone safe."),
    ),
    Word(
        "contactverbod, gebiedsverbod",
        "no-contact order, area ban",
        _("The public prosecutor or a court can impose these. Write down every breach."),
    ),
    Word(
        "huisverbod",
        "exclusion order",
        _("The mayor can impose it for a time on someone who lives in the home or is there often."),
    ),
    Word(
        "belaging",
        "stalking as an offence",
        _("Incidents need not be punishable one by one. Together they can be."),
    ),
    Word(
        "Slachtofferhulp Nederland",
        "Victim Support Netherlands",
        _("Helps clients with what happened, with the law and with practical things."),
    ),
    Word(
        "Zorg- en Veiligheidshuis",
        "Safety House",
        _("Where organisations meet about cases that one of them cannot solve alone."),
    ),
)

WORDS: Final = (*PAGE_WORDS, *FIELD_WORDS)
