"""Define what a question is: `Choice`, `Item` and `Section`, immutable and checked on construction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, NotRequired, TypedDict, Unpack

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

ItemKind = Literal["yes_no", "one", "many", "scale", "grid", "date", "text"]

#: The states an item can be in without an answer. A missing answer is "not_reached". None ever means "no".
ABSENT_CODES: Final = ("unknown", "declined", "not_asked")
NOT_REACHED: Final = "not_reached"

#: The code of any text or date, so that what was typed appears nowhere but in the answer itself.
TEXT: Final = "text"

SCALE_CODES: Final = tuple(str(number) for number in range(11))


@dataclass(frozen=True, slots=True)
class Choice:
    """A code, which never changes, with its text in the active language.

    `report_text` is the text for who reads about the client, where `text` says "you" to the client.
    """

    code: str
    text: StrPromise
    report_text: StrPromise | None = None


def codes_of(choices: Iterable[Choice]) -> tuple[str, ...]:
    """Return the codes of these choices, in their order."""
    return tuple(choice.code for choice in choices)


def choice_text(choices: Iterable[Choice], code: str) -> str:
    """Return the text of the choice with this code for a report, in the active language."""
    return next(str(choice.report_text or choice.text) for choice in choices if choice.code == code)


def lower_first(text: str) -> str:
    """Return a text with a small first letter. A Dutch "Eén" has one accent less than "één"."""
    return f"é{text[1:]}" if text.startswith("Eén") else text[:1].lower() + text[1:]


@dataclass(frozen=True, slots=True)
class Item:
    """One question. Codes are append-only: they are stored, exported and used by outside callers.

    `question` is put to the client; `why`, `ask` (an example wording) and `avoid` guide the professional.
    `ends` says what the lowest and the highest number of a scale mean.
    `options` that are `ordered` run from the most to the least; only a question of the kind "one" has to say
    whether its options are. An `exclusive` option cannot go together with another one. `raises` has the codes
    that are signals; for a grid these are column codes, for a text the code "text". `core` items form the
    short route, `internal` ones are the professional's own, and `private` ones are confidential, which
    editions for others show only when ticked.
    """

    id: str
    kind: ItemKind
    label: StrPromise
    question: StrPromise
    why: StrPromise
    ask: StrPromise
    avoid: StrPromise
    hint: StrPromise | str = ""
    options: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    columns: tuple[Choice, ...] = ()
    ends: tuple[StrPromise, StrPromise] | None = None
    ordered: bool | None = None
    exclusive: frozenset[str] = frozenset()
    raises: frozenset[str] = frozenset()
    core: bool = False
    internal: bool = False
    private: bool = False
    #: Every answer as one code, in questionnaire order: a grid cell is "row=column".
    codes: tuple[str, ...] = field(init=False)
    #: Those of `codes` and of the absent states that are signals.
    raised_codes: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", self._all_codes())
        object.__setattr__(self, "raised_codes", self._all_raised_codes())
        self._check()

    def _all_codes(self) -> tuple[str, ...]:
        if self.kind == "grid":
            return tuple(code for row in self.rows for code in self.row_codes(row.code))
        if self.kind == "scale":
            return SCALE_CODES
        if self.kind in ("text", "date"):
            return (TEXT,)
        return codes_of(self.options)

    def _all_raised_codes(self) -> frozenset[str]:
        if self.kind == "grid":
            return frozenset(f"{row.code}={column}" for row in self.rows for column in self.raises)
        return self.raises

    def _check(self) -> None:
        for choices in (self.options, self.rows, self.columns):
            codes = codes_of(choices)
            if len(set(codes)) != len(codes):
                raise ValueError(f"{self.id}: a duplicate code in {codes}")
        if (self.kind in ("yes_no", "one", "many")) != bool(self.options):
            raise ValueError(f"{self.id}: {self.kind} and its options do not fit")
        if (self.kind == "grid") != bool(self.rows and self.columns):
            raise ValueError(f"{self.id}: {self.kind} and its rows and columns do not fit")
        if self.ends and self.kind != "scale":
            raise ValueError(f"{self.id}: only a scale has words at its ends")
        if (self.kind == "one") != (self.ordered is not None):
            raise ValueError(f"{self.id}: {self.kind} and ordered={self.ordered} do not fit")
        absent = frozenset(ABSENT_CODES)
        if absent & set(self.codes):
            raise ValueError(f"{self.id}: an option takes the code of an absent state")
        if unknown := self.raised_codes - set(self.codes) - absent:
            raise ValueError(f"{self.id}: raises {sorted(unknown)}, which it does not have")
        if unknown := self.exclusive - set(self.codes):
            raise ValueError(f"{self.id}: {sorted(unknown)} cannot stand alone, as they do not exist")

    @property
    def numbered_ends(self) -> tuple[tuple[str, StrPromise], ...]:
        """The lowest and the highest number of a scale, each with what it means."""
        return ((SCALE_CODES[0], self.ends[0]), (SCALE_CODES[-1], self.ends[1])) if self.ends else ()

    def row_codes(self, row: str) -> tuple[str, ...]:
        """Return the codes of one row of a grid, in the order of its columns."""
        return tuple(f"{row}={column.code}" for column in self.columns)

    def scale(self, row: str = "") -> tuple[str, ...]:
        """Return the codes that can be more or less, from the least to the most; () when there are none.

        Those of a grid are the codes of one row.
        """
        if self.kind == "grid":
            return self.row_codes(row)
        if self.kind == "scale":
            return self.codes
        return self.codes[::-1] if self.ordered else ()

    def text_of(self, code: str) -> str:
        """Return the text for one of `codes` or for an absent state, for a report, in the active language.

        A grid cell gives "row: column".
        """
        if code in _ABSENT_TEXTS:
            return str(_ABSENT_TEXTS[code])
        if self.kind == "grid":
            row, column = code.split("=")
            return f"{choice_text(self.rows, row)}: {lower_first(choice_text(self.columns, column))}"
        if self.kind == "scale":
            return str(_("%(number)s (scale 0-10)")) % {"number": code}
        return choice_text(self.options, code)


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


class _Common(TypedDict):
    """The fields of an item that a question of any kind has."""

    label: StrPromise
    question: StrPromise
    why: StrPromise
    ask: StrPromise
    avoid: StrPromise
    hint: NotRequired[StrPromise | str]
    core: NotRequired[bool]
    internal: NotRequired[bool]
    private: NotRequired[bool]


# `id` in these functions shadows the built-in, as the field has that name.


def yes_no(id: str, *, raises: Iterable[str], **common: Unpack[_Common]) -> Item:  # noqa: A002
    """Return a question with the answers yes and no."""
    return Item(id, "yes_no", options=YES_NO, raises=frozenset(raises), **common)


def one(
    id: str,  # noqa: A002
    *,
    options: tuple[Choice, ...],
    ordered: bool,
    raises: Iterable[str],
    **common: Unpack[_Common],
) -> Item:
    """Return a question with one answer. `ordered` options run from the most to the least."""
    return Item(id, "one", options=options, ordered=ordered, raises=frozenset(raises), **common)


def many(
    id: str,  # noqa: A002
    *,
    options: tuple[Choice, ...],
    exclusive: Iterable[str] = (),
    raises: Iterable[str] | None = None,
    also_raises: Iterable[str] = (),
    **common: Unpack[_Common],
) -> Item:
    """Return a question with several answers, of which "none" is exclusive.

    Unless `raises` says otherwise every code but "none" is a signal.
    """
    codes = set(codes_of(options))
    none = codes & {"none"}
    raised = codes - none if raises is None else set(raises)
    return Item(
        id,
        "many",
        options=options,
        exclusive=frozenset(none | set(exclusive)),
        raises=frozenset(raised | set(also_raises)),
        **common,
    )


def grid(
    id: str,  # noqa: A002
    *,
    rows: tuple[Choice, ...],
    columns: tuple[Choice, ...],
    raises: Iterable[str],
    **common: Unpack[_Common],
) -> Item:
    """Return a table of rows, each with one column chosen. The columns run from the least to the most."""
    return Item(id, "grid", rows=rows, columns=columns, raises=frozenset(raises), **common)
