"""What a question is: `Choice`, `Item` and `Section`, frozen and checked when they are made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

Kind = Literal["yes_no", "one", "many", "scale", "grid", "date", "text"]

#: The states an item can be in without an answer. A missing answer is "not_reached". None ever means "no".
ABSENT_CODES: Final = ("unknown", "declined", "not_asked")
NOT_REACHED: Final = "not_reached"

#: The code by which a text answer is named, so that its words appear nowhere but in the answer itself.
TEXT: Final = "text"

SCALE_CODES: Final = tuple(str(number) for number in range(11))

_NEVER_RAISED: Final = {"none", "never"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A code of the contract and the words for it in the active language."""

    code: str
    text: StrPromise


@dataclass(frozen=True, slots=True)
class Item:
    """One question. Codes are append-only: they are stored, exported and used by outside callers.

    `raises` holds the codes that are signals; for a grid these are column codes, for a text the code "text".
    `question` is put to the client; `why`, `ask` (an example wording) and `avoid` guide the professional.
    `core` items form the short route, `internal` ones are the professional's own, and `private` ones are
    safety data that leave the full edition only when ticked.
    """

    id: str
    kind: Kind
    label: StrPromise
    question: StrPromise
    why: StrPromise
    ask: StrPromise
    avoid: StrPromise
    hint: StrPromise | str = ""
    options: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    columns: tuple[Choice, ...] = ()
    exclusive: frozenset[str] = frozenset()
    raises: frozenset[str] = frozenset()
    core: bool = False
    internal: bool = False
    private: bool = False
    #: Every answer as one code, in questionnaire order: a grid cell is "row=column".
    codes: tuple[str, ...] = field(init=False)
    #: The codes of `codes` (and of the absent states) that are signals.
    raised_codes: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", self._all_codes())
        object.__setattr__(self, "raised_codes", self._raised_codes())
        self._check()

    def _all_codes(self) -> tuple[str, ...]:
        if self.kind == "grid":
            return tuple(f"{row.code}={column.code}" for row in self.rows for column in self.columns)
        if self.kind == "scale":
            return SCALE_CODES
        if self.kind in ("text", "date"):
            return (TEXT,)
        return tuple(option.code for option in self.options)

    def _raised_codes(self) -> frozenset[str]:
        if self.kind == "grid":
            return frozenset(f"{row.code}={column}" for row in self.rows for column in self.raises)
        return self.raises

    def _check(self) -> None:
        for choices in (self.options, self.rows, self.columns):
            codes = [choice.code for choice in choices]
            if len(set(codes)) != len(codes):
                raise ValueError(f"{self.id}: a code stands twice in {codes}")
        if (self.kind in ("yes_no", "one", "many")) != bool(self.options):
            raise ValueError(f"{self.id}: {self.kind} and its options do not fit")
        if (self.kind == "grid") != bool(self.rows and self.columns):
            raise ValueError(f"{self.id}: {self.kind} and its rows and columns do not fit")
        absent = frozenset(ABSENT_CODES)
        if absent & set(self.codes):
            raise ValueError(f"{self.id}: an option takes the code of an absent state")
        if strange := self.raised_codes - set(self.codes) - absent:
            raise ValueError(f"{self.id}: raises {sorted(strange)}, which it does not have")
        if strange := self.exclusive - set(self.codes):
            raise ValueError(f"{self.id}: {sorted(strange)} cannot stand alone, as it does not exist")

    def text_of(self, code: str) -> str:
        """The words for one of `codes`, or for an absent state, in the active language.

        A grid cell gives "row: column".
        """
        if code in _ABSENT_TEXTS:
            return str(_ABSENT_TEXTS[code])
        if self.kind == "grid":
            row, column = code.split("=")
            return f"{_text(self.rows, row)}: {str(_text(self.columns, column)).lower()}"
        if self.kind == "scale":
            return str(_("%(number)s out of 10")) % {"number": code}
        return str(_text(self.options, code))


def _text(choices: Iterable[Choice], code: str) -> StrPromise:
    return next(choice.text for choice in choices if choice.code == code)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the conversation: the items that belong on one page."""

    id: str
    title: StrPromise
    items: tuple[Item, ...]
    intro: StrPromise | str = ""


ABSENT: Final = (
    Choice("unknown", _("Client doesn't know")),
    Choice("declined", _("Prefers not to say")),
    Choice("not_asked", _("Deliberately not asked")),
)
NOT_REACHED_CHOICE: Final = Choice(NOT_REACHED, _("Not discussed yet"))
_ABSENT_TEXTS: Final = {choice.code: choice.text for choice in (*ABSENT, NOT_REACHED_CHOICE)}

YES_NO: Final = (Choice("yes", _("Yes")), Choice("no", _("No")))


def yes_no(
    id: str,  # noqa: A002  (the field's own name for it)
    *,
    label: StrPromise,
    question: StrPromise,
    why: StrPromise,
    ask: StrPromise,
    avoid: StrPromise,
    raises: Iterable[str],
    core: bool = False,
    private: bool = False,
) -> Item:
    """A question with the answers yes and no."""
    return Item(
        id,
        "yes_no",
        label,
        question,
        why,
        ask,
        avoid,
        options=YES_NO,
        raises=frozenset(raises),
        core=core,
        private=private,
    )


def many(
    id: str,  # noqa: A002
    *,
    label: StrPromise,
    question: StrPromise,
    why: StrPromise,
    ask: StrPromise,
    avoid: StrPromise,
    options: tuple[Choice, ...],
    exclusive: Iterable[str] = (),
    raises: Iterable[str] | None = None,
    also_raises: Iterable[str] = (),
    core: bool = False,
    private: bool = False,
) -> Item:
    """A question with several answers. Unless `raises` says otherwise every code but "none" is a signal."""
    codes = {option.code for option in options}
    raised = codes - _NEVER_RAISED if raises is None else set(raises)
    return Item(
        id,
        "many",
        label,
        question,
        why,
        ask,
        avoid,
        options=options,
        exclusive=frozenset(exclusive) | (codes & {"none"}),
        raises=frozenset(raised | set(also_raises)),
        core=core,
        private=private,
    )


def grid(
    id: str,  # noqa: A002
    *,
    label: StrPromise,
    question: StrPromise,
    why: StrPromise,
    ask: StrPromise,
    avoid: StrPromise,
    rows: tuple[Choice, ...],
    columns: tuple[Choice, ...],
    raises: Iterable[str],
    hint: StrPromise | str = "",
    core: bool = False,
) -> Item:
    """A table of rows, each with one column chosen."""
    return Item(
        id,
        "grid",
        label,
        question,
        why,
        ask,
        avoid,
        hint,
        rows=rows,
        columns=columns,
        raises=frozenset(raises),
        core=core,
    )
