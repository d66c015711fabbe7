"""The full edition: everything in the file, in the order of the summary, the fear first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from questionnaire.documents import wording
from questionnaire.documents.parts import (
    Advised,
    Block,
    Document,
    Duties,
    Duty,
    Excerpt,
    Fact,
    Facts,
    Front,
    Log,
    Paragraph,
    Quotation,
    Remark,
    Rest,
    Section,
    Steps,
    Subheading,
    Table,
    Words,
)
from questionnaire.domain import catalogue
from questionnaire.domain.advice import Advice, Because
from questionnaire.domain.answers_file import IntakeFile
from questionnaire.domain.catalogue import ITEMS, SECTION_OF
from questionnaire.domain.dates import words
from questionnaire.domain.items import ABSENT_CODES, NOT_REACHED
from questionnaire.domain.open_questions import OpenQuestion
from questionnaire.domain.rules import BEHAVIOUR
from questionnaire.domain.summary import Summary, summarise
from questionnaire.domain.text import shown
from questionnaire.domain.timeline import PLACES, in_time_order

#: A page takes longer the more free text it has, so paper holds no more characters of it than this.
MOST_ON_PAPER: Final = 60_000

_STEPS_ON_FRONT: Final = 3
_WORDS_ON_FRONT: Final = 600
_WISHES_ON_FRONT: Final = 240
_NAME_IN_HEADER: Final = 60
_OPEN_ON_FRONT: Final = 4
_REASONS_ON_FRONT: Final = 4
_REASONS_LATER: Final = 2
_TITLES_NAMED: Final = 2

#: Scripts that the font of the paper does not have.
_OTHER_SCRIPT: Final = re.compile(
    "[\u0530-\u1cff\u2c60-\ud7ff\uf900-\ufdff\ufe70-\ufefc\U00010000-\U0001efff]"
)

_FEAR: Final = tuple(item.id for item in SECTION_OF["fear_level"].items)
_WISHES: Final = ("client_wishes", "consent_share")
_OTHERS: Final = tuple(item.id for item in SECTION_OF["children"].items)
_SUPPORT: Final = (
    *(item.id for item in SECTION_OF["daily_life"].items),
    "police_contact",
    "other_help",
    "evidence_kept",
)
_COURSE: Final = ("pattern_start", "last_incident", "contact_frequency")
_ELSEWHERE: Final = frozenset(
    (*_FEAR, *_WISHES, *_OTHERS, *_SUPPORT, *_COURSE, *BEHAVIOUR, "professional_concern")
)


def full(intake: IntakeFile, language: str, *, paper: bool = False) -> Document:
    """The document of an intake in a language.

    On `paper` the sections leave out what page one (`front`) holds, and free text is bounded; elsewhere the
    sections hold everything.
    """
    with override(language):
        return _Full(intake, language, paper=paper).document()


class _Full:
    """Writes the parts in the order in which they are read, so that a bound on free text cuts the end."""

    def __init__(self, intake: IntakeFile, language: str, *, paper: bool) -> None:
        self.intake = intake
        self.language = language
        self.paper = paper
        self.left = MOST_ON_PAPER
        self.summary: Summary = summarise(intake.answers, intake.incidents, intake.date)
        self.advised = tuple(
            _advised(number, advice, self.summary.danger_signs)
            for number, advice in enumerate(self.summary.advice, start=1)
        )
        self.unprintable = False

    def document(self) -> Document:
        intake = self.intake
        front = self.front()
        writers = (
            self.fear,
            self.wishes,
            self.steps,
            self.pattern,
            self.concerns,
            self.others,
            self.reporting_code,
            self.support,
            self.open_questions,
            self.reassess,
            self.own_view,
            self.limits,
        )
        sections = [section for write in writers if (section := write()).blocks]
        held = _("Conversation on %(date)s") % {"date": words(intake.date.isoformat())}
        author = _shortened(intake.author, _NAME_IN_HEADER)
        reference = _shortened(intake.reference, _NAME_IN_HEADER)
        name = _("Conversation report")
        return Document(
            language=self.language,
            title=f"{reference} · {name}" if reference else name,
            reference=reference,
            state=_("DRAFT"),
            held=f"{held}, {author}" if author else held,
            version=_("Questionnaire version %(version)s") % {"version": catalogue.VERSION},
            emergency=next((step for step in self.advised if step.code == "call_112"), None),
            front=front,
            sections=tuple(sections),
        )

    # --- Page one ------------------------------------------------------------------------------------------

    def front(self) -> Front:
        summary, answers = self.summary, self.intake.answers
        own_words = self.free(summary.fear.words) if summary.fear.words else None
        wishes = self.free(summary.wishes) if summary.wishes else None
        self.own_words, self.own_wishes = own_words, wishes
        return Front(
            headline=summary.fear.opening,
            words=_excerpt(own_words, _WORDS_ON_FRONT),
            no_words=self.state("fear_own_words") if own_words is None else "",
            fear=Facts(
                tuple(
                    Fact(item_id, wording.label(item_id), self.values(item_id), self.marks(item_id))
                    for item_id in _FEAR[1:]
                    if answers.state(item_id) == "answered"
                )
            ),
            wishes=_excerpt(wishes, _WISHES_ON_FRONT),
            urgency_code=summary.urgency.code,
            urgency=summary.urgency.label,
            police=summary.police_urgency.label,
            danger_signs=tuple(wording.reason(sign) for sign in summary.danger_signs),
            steps=self.advised[:_STEPS_ON_FRONT],
            pattern=summary.pattern.sentence,
            open_questions=self.first_open_questions(),
        )

    def first_open_questions(self) -> tuple[str, ...]:
        questions = self.summary.open_questions
        lines = [_open_in_short(question) for question in questions[:_OPEN_ON_FRONT]]
        if more := len(questions) - len(lines):
            lines.append(ngettext("%(count)s more", "%(count)s more", more) % {"count": more})
        return tuple(lines)

    # --- The sections, in their order ----------------------------------------------------------------------

    def fear(self) -> Section:
        blocks: list[Block] = []
        answered = [item_id for item_id in _FEAR if self.intake.answers.state(item_id) == "answered"]
        if self.own_words and not (self.paper and len(self.own_words) <= _WORDS_ON_FRONT):
            blocks.append(Quotation(wording.label(_FEAR[0]), self.own_words))
        if self.paper:
            blocks += self.facts(item_id for item_id in answered if self.has_remarks(item_id))
            return Section("fear", _("More about the fear"), tuple(blocks))
        blocks += self.facts(item_id for item_id in _FEAR if item_id != _FEAR[0] or not self.own_words)
        if self.own_words and self.has_more(_FEAR[0]):
            blocks += self.facts((_FEAR[0],))
        return Section("fear", self.summary.fear.opening, tuple(blocks))

    def wishes(self) -> Section:
        blocks: list[Block] = []
        if self.own_wishes and not (self.paper and len(self.own_wishes) <= _WISHES_ON_FRONT):
            blocks.append(Quotation(wording.label("client_wishes"), self.own_wishes))
        answered = self.intake.answers.state("client_wishes") == "answered"
        if not answered or self.has_more("client_wishes"):
            blocks += self.facts(("client_wishes",))
        blocks += self.facts(("consent_share",))
        if self.intake.running_note:
            blocks.append(Quotation(_("The client says"), self.free(self.intake.running_note)))
        return Section("wishes", _("What the client wants and says"), tuple(blocks))

    def steps(self) -> Section:
        if self.paper:
            how = Paragraph(_("Write beside a step who does it and when, or why not."))
            return Section("steps", _("Also advised"), (how, *_by_level(self.advised[_STEPS_ON_FRONT:])))
        return Section(
            "steps",
            _("Do now"),
            (*self.danger_signs(), *_by_level(self.advised)),
        )

    def danger_signs(self) -> list[Block]:
        signs = tuple(wording.reason(sign) for sign in self.summary.danger_signs)
        return [Facts((Fact("", _("Danger signs"), signs),))] if signs else []

    def pattern(self) -> Section:
        blocks = self.behaviours()
        beside = [self.fact(item_id, self.not_raised_cells) for item_id in BEHAVIOUR]
        beside += [
            self.fact(item_id) for item_id in _COURSE if self.intake.answers.state(item_id) == "answered"
        ]
        if said := tuple(fact for fact in beside if fact.values or fact.remarks):
            blocks += _short_ones_together(said) if self.paper else [Facts(said)]
        if incidents := self.incidents():
            blocks.append(
                (Log if self.paper else Table)(
                    "incidents",
                    _("Incidents, in order of time"),
                    (_("When"), _("Where"), _("What"), _("Evidence"), _("Police know")),
                    incidents,
                )
            )
        if not (self.paper and blocks):
            blocks.insert(0, Paragraph(self.summary.pattern.sentence))
        return Section("pattern", _("Pattern"), tuple(blocks))

    def behaviours(self) -> list[Block]:
        """Place by frequency, the most frequent first; only frequencies that occur."""
        behaviours = self.summary.pattern.behaviours
        columns = [
            column
            for column in reversed(ITEMS[BEHAVIOUR[0]].columns)
            if any(column.code == behaviour.frequency for behaviour in behaviours)
        ]
        rows = []
        for place in PLACES:
            cells = [
                wording.BETWEEN.join(
                    wording.row(f"behaviour_{place.code}", behaviour.behaviour)
                    for behaviour in behaviours
                    if (behaviour.place, behaviour.frequency) == (place.code, column.code)
                )
                for column in columns
            ]
            if any(cells):
                rows.append((str(place.text), *cells))
        head = (_("Where"), *(str(column.text) for column in columns))
        caption = _("What happens where, and how often at its worst")
        return [Table("behaviour", caption, head, tuple(rows))] if rows else []

    def not_raised_cells(self, item_id: str) -> tuple[str, ...]:
        value, item = self.intake.answers.get(item_id), ITEMS[item_id]
        if not isinstance(value, Mapping):
            return ()
        return tuple(
            item.text_of(f"{row}={column}") for row, column in value.items() if column not in item.raises
        )

    def incidents(self) -> tuple[tuple[str, ...], ...]:
        places = {place.code: str(place.text) for place in PLACES}
        return tuple(
            (
                wording.moment(incident),
                places[incident.place],
                self.free(incident.what),
                self.free(incident.evidence),
                wording.known_to_police(incident.reported),
            )
            for incident in in_time_order(self.intake.incidents)
        )

    def concerns(self) -> Section:
        blocks: list[Block] = []
        raised = [concern.item for concern in self.summary.concerns]
        blocks += self.facts(item_id for item_id in raised if item_id not in _ELSEWHERE)
        if elsewhere := [wording.label(item_id) for item_id in raised if item_id in _ELSEWHERE]:
            blocks.append(
                Paragraph(
                    _("Raised too, and told elsewhere in this report: %(questions)s.")
                    % {"questions": wording.BETWEEN.join(elsewhere)}
                )
            )
        others = [
            self.fact(item_id)
            for item_id in ITEMS
            if item_id not in _ELSEWHERE
            and item_id not in raised
            and self.intake.answers.state(item_id) == "answered"
        ]
        if others:
            blocks += [Subheading(_("Other answers")), *_short_ones_together(others)]
        return Section("concerns", _("What raises concern"), tuple(blocks))

    def others(self) -> Section:
        return Section("others", _("Children and others at risk"), tuple(self.facts(_OTHERS)))

    def reporting_code(self) -> Section:
        code = self.summary.reporting_code
        nothing = (_("nothing has been written down that points at this; that is no reassurance"),)
        return Section(
            "reporting_code",
            _("The five steps of the reporting code (meldcode)"),
            (
                Paragraph(code.applies_text),
                Duties(tuple(Duty(step.number, step.title, step.text) for step in code.steps)),
                Facts(
                    tuple(
                        Fact("", name, tuple(wording.label(item) for item in items) or nothing)
                        for name, items in (
                            (_("Points at acute unsafety"), code.acute),
                            (_("Points at structural unsafety"), code.structural),
                        )
                    )
                ),
            ),
        )

    def support(self) -> Section:
        answered = (item_id for item_id in _SUPPORT if self.intake.answers.state(item_id) == "answered")
        return Section(
            "support", _("Effects, support, earlier help and evidence"), tuple(self.facts(answered))
        )

    def open_questions(self) -> Section:
        blocks: list[Block] = []
        for state in (NOT_REACHED, *ABSENT_CODES):
            facts = [
                self.open_question(question)
                for question in self.summary.open_questions
                if question.state == state
            ]
            if facts:
                blocks += [Subheading(str(wording.STATES[state])), Facts(_bare_ones_together(facts))]
        if blocks:
            blocks.insert(0, Paragraph(_("After the arrow: the advice that an answer can add or raise.")))
        else:
            blocks.append(Paragraph(_("Every question has an answer.")))
        return Section("open_questions", _("Still to ask"), tuple(blocks))

    def open_question(self, question: OpenQuestion) -> Fact:
        item = ITEMS[question.item]
        values = []
        if question.rows:
            values.append(
                wording.BETWEEN.join(str(row.text) for row in item.rows if row.code in question.rows)
            )
        if question.could_add:
            values.append(f"→ {_titles(question.could_add)}")
        # What stands beside an answered grid is already said with the grid.
        remarks = () if question.rows else self.remarks(question.item)
        return Fact(question.item, str(item.label), tuple(values), self.marks(question.item), remarks)

    def reassess(self) -> Section:
        text = _("Look again on %(date)s, and at once after a new incident.") % {
            "date": words(self.summary.reassess_on.isoformat())
        }
        return Section("reassess", _("Reassess"), (Paragraph(text),))

    def own_view(self) -> Section:
        blocks: list[Block] = []
        if self.intake.answers.state("professional_concern") == "answered":
            blocks += self.facts(("professional_concern",))
        if self.intake.view:
            blocks.append(Quotation(_("The professional thinks"), self.free(self.intake.view)))
        return Section("own_view", _("The professional's own view"), tuple(blocks))

    def limits(self) -> Section:
        kept = _("What is marked as safety data or own view is for this file only.")
        blocks: list[Block] = [Paragraph(f"{self.summary.limits} {kept}")]
        if self.unprintable:
            blocks.append(
                Paragraph(
                    _("Some characters cannot be printed here. The plain text of this report has them all.")
                )
            )
        intake = self.intake
        about = ((_("Own reference"), intake.reference), (_("Author"), intake.author))
        facts = tuple(Fact("", name, (self.free(text),)) for name, text in about if text)
        version = _("version %(version)s") % {"version": catalogue.VERSION}
        blocks.append(Rest((*facts, Fact("", _("Questionnaire"), (version,)))))
        return Section("limits", _("Limits of this report"), tuple(blocks))

    # --- Facts ---------------------------------------------------------------------------------------------

    def facts(
        self, item_ids: Iterable[str], values: Callable[[str], tuple[str, ...]] | None = None
    ) -> list[Block]:
        """One block, or none when there is nothing to say."""
        facts = tuple(
            fact for item_id in item_ids if (fact := self.fact(item_id, values)).values or fact.remarks
        )
        return [Facts(facts)] if facts else []

    def fact(self, item_id: str, values: Callable[[str], tuple[str, ...]] | None = None) -> Fact:
        said = (values or self.values)(item_id)
        answered = self.intake.answers.state(item_id) == "answered"
        # What was written beside a question without an answer stands with the questions still to ask.
        remarks = self.remarks(item_id) if answered else ()
        return Fact(item_id, wording.label(item_id), said, self.marks(item_id), remarks)

    def values(self, item_id: str) -> tuple[str, ...]:
        value = self.intake.answers.get(item_id)
        if value is None:
            return (str(wording.STATES[NOT_REACHED]),)
        text = self.intake.answers.text(item_id) if ITEMS[item_id].kind == "text" else None
        if text is None:
            return wording.answer(ITEMS[item_id], value)
        # The two texts of page one stand there, or in a quotation.
        return () if item_id in (_FEAR[0], _WISHES[0]) else (self.free(text),)

    def state(self, item_id: str) -> str:
        return f"{wording.label(item_id)}: {wording.STATES[self.intake.answers.state(item_id)]}"

    def marks(self, item_id: str) -> tuple[str, ...]:
        item, source = ITEMS[item_id], self.intake.sources.get(item_id)
        marks = [str(wording.SOURCES[source])] if source else []
        if item.private:
            marks.append(_("safety data"))
        if item.internal:
            marks.append(_("own view"))
        return tuple(marks)

    def remarks(self, item_id: str) -> tuple[Remark, ...]:
        written = (
            (_("Note"), self.intake.notes.get(item_id)),
            (_("Reason"), self.intake.reasons.get(item_id)),
        )
        return tuple(Remark(name, self.free(text)) for name, text in written if text)

    def has_more(self, item_id: str) -> bool:
        return item_id in self.intake.sources or self.has_remarks(item_id)

    def has_remarks(self, item_id: str) -> bool:
        return item_id in self.intake.notes or item_id in self.intake.reasons

    def free(self, text: str) -> Words:
        """Free text as it is shown; on paper no more than still fits, with a line at the cut."""
        text = shown(text)
        if not self.paper:
            return Words(text)
        self.unprintable = self.unprintable or bool(_OTHER_SCRIPT.search(text))
        kept = text[: self.left]
        self.left -= len(kept)
        if kept == text:
            return Words(text)
        cut = _("Cut here: a PDF holds at most %(count)s characters of free text. The plain text has it all.")
        return Words(f"{kept} [{cut % {'count': MOST_ON_PAPER}}]")


def _advised(number: int, advice: Advice, danger_signs: Sequence[Because]) -> Advised:
    # Page one stands alone, so its reasons are named in full, as far as they fit.
    in_full = _REASONS_ON_FRONT if number <= _STEPS_ON_FRONT else _REASONS_LATER
    return Advised(
        number=number,
        code=advice.code,
        urgency_code=advice.urgency.code,
        urgency=advice.urgency.label,
        title=advice.title,
        text=advice.text,
        because=tuple(wording.reason(because) for because in advice.because),
        in_short=wording.reasons(advice.because, danger_signs, in_full),
        source=advice.source,
        decides=advice.decides,
        contacts=tuple(wording.contact(contact) for contact in advice.contacts),
    )


def _by_level(steps: Sequence[Advised]) -> Iterator[Block]:
    for level, those in groupby(steps, key=lambda step: step.urgency):
        yield Subheading(level)
        yield Steps(tuple(those))


def _excerpt(words: Words | None, most: int) -> Excerpt | None:
    if words is None:
        return None
    if len(words) <= most:
        return Excerpt(words, continued=False)
    return Excerpt(Words(_shortened(words, most)), continued=True)


def _shortened(text: str, most: int) -> str:
    """The text, or its beginning up to a space; the ellipsis says that there is more."""
    text = shown(text)
    if len(text) <= most:
        return text
    kept = text[:most]
    return f"{kept.rsplit(maxsplit=1)[0] if ' ' in kept else kept} …"


def _short_ones_together(facts: Sequence[Fact]) -> list[Block]:
    """The same facts, those of which nothing more is said in one paragraph at the end."""
    with_more = tuple(fact for fact in facts if fact.marks or fact.remarks)
    short = tuple(fact for fact in facts if not (fact.marks or fact.remarks))
    return [*([Facts(with_more)] if with_more else []), *([Rest(short)] if short else [])]


def _bare_ones_together(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The same facts, those of which there is nothing to say on one line at the end."""
    bare = [fact for fact in facts if not (fact.values or fact.remarks)]
    if not bare:
        return tuple(facts)
    rest = Fact("", _("No advice hangs on"), tuple(fact.label for fact in bare))
    return (*(fact for fact in facts if fact not in bare), rest)


def _open_in_short(question: OpenQuestion) -> str:
    name = wording.label(question.item)
    return f"{name} ({wording.advice_title(question.could_add[0])})" if question.could_add else name


def _titles(codes: Sequence[str]) -> str:
    titles = [wording.advice_title(code) for code in codes[:_TITLES_NAMED]]
    if more := len(codes) - len(titles):
        titles.append(ngettext("%(count)s more", "%(count)s more", more) % {"count": more})
    return "; ".join(titles)
