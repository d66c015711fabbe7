"""Read the export of a chat by WhatsApp, from iOS and Android, in Dutch and English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from questionnaire.domain.log_import.dating import DateRules
from questionnaire.domain.log_import.grouping import Event, rows_of
from questionnaire.domain.log_import.rows import ImportRow, Sender

_MARKS: Final = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_BEGIN: Final = re.compile(
    rf"[{_MARKS}]*(?P<bracket>\[)?(?P<day>\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}),?\s(?:om\s|at\s)?"
    r"(?P<time>\d{1,2}[:.]\d{2})(?:[:.]\d{2})?(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\.?)?"
    r"(?(bracket)\]\s|\s[-–]\s)"
)
_SENDER: Final = re.compile(rf"[{_MARKS}~\s]*(?P<name>[^:\n]{{1,60}}?)[{_MARKS}]*:(?:\s|$)")
#: What the app itself says. iOS writes it as if the other sent it, behind a mark that nobody types.
_NOTICE: Final = re.compile(
    rf"[{_MARKS}].*?(?:end-to-end|versleuteld|encrypted|beveiligingscode|security code"
    r"|created (?:this )?group|heeft de groep|changed (?:the|this)|gewijzigd|blocked|geblokkeerd)",
    re.IGNORECASE,
)
#: And with a colon in it: "... heeft het onderwerp gewijzigd in: ...".
_NOTICE_WITH_COLON: Final = re.compile(
    r"heeft (?:het|de) |changed (?:the|this) |created group", re.IGNORECASE
)
_MISSED: Final = re.compile(
    r"(?P<what>missed (?:voice|video|group) call|gemiste (?:spraak|video|groeps)oproep)"
    r" (?:from|van) (?P<name>.{1,60}?)(?: (?:at|om) .*)?",
    re.IGNORECASE,
)
#: A notebook has lines like "12-03-2026 14:22 - Politie: gebeld", so a chat needs senders who come back.
_LEAST: Final = 2


@dataclass(slots=True)
class Message:
    """A message with the lines it takes. `sender` is "" for a notice of the app."""

    rows: tuple[int, ...]
    written: tuple[str, ...]
    day: str
    time: str
    sender: str
    text: str


def find_messages(lines: Sequence[str]) -> list[Message]:
    """Return the messages. Lines above the first one make a message without a date."""
    messages: list[Message] = []
    first = next(filter(None, map(_BEGIN.match, lines)), None)
    in_brackets = bool(first and first["bracket"])
    for number, line in enumerate(lines, start=1):
        # What someone copied into a message of this export is no message of it.
        if (begin := _BEGIN.match(line)) and bool(begin["bracket"]) == in_brackets:
            half = f" {begin['half']}m" if begin["half"] else ""
            time = begin["time"].replace(".", ":")
            sender, text = _sender_and_text(line[begin.end() :])
            messages.append(Message((number,), (line,), begin["day"], f"{time}{half}", sender, text))
        elif messages:
            last = messages[-1]
            last.rows, last.written = (*last.rows, number), (*last.written, line)
            last.text = f"{last.text}\n{line}"
        elif line.strip():
            messages.append(Message((number,), (line,), "", "", "", line))
    return messages


def _sender_and_text(rest: str) -> tuple[str, str]:
    named = _SENDER.match(rest)
    if named and not _NOTICE_WITH_COLON.search(named["name"]) and not _NOTICE.match(rest, named.end()):
        return named["name"].strip(), rest[named.end() :].lstrip(_MARKS).rstrip()
    text = rest.lstrip(_MARKS).rstrip()
    missed = _MISSED.fullmatch(text)
    return (missed["name"].strip(_MARKS + " "), missed["what"]) if missed else ("", text)


def is_chat(lines: Sequence[str]) -> bool:
    """Return whether these lines are an export: in brackets, or with senders that come back, or a notice."""
    filled = [line for line in lines if line.strip()]
    begun = [(begin, line) for line in filled if (begin := _BEGIN.match(line))]
    if not filled or not _BEGIN.match(filled[0]) or not begun:
        return False
    if any(begin["bracket"] for begin, _line in begun):
        return True
    senders = Counter(_sender_and_text(line[begin.end() :])[0] for begin, line in begun)
    notices = senders.pop("", 0)
    return sum(senders.values()) + notices >= _LEAST and (
        len(senders) <= _LEAST or len(senders) < sum(senders.values()) / _LEAST
    )


def senders_of(messages: Iterable[Message], chosen: Collection[str]) -> tuple[Sender, ...]:
    """Return who sent messages, the most first."""
    counts = Counter(message.sender for message in messages if message.sender)
    return tuple(Sender(name, count, name in chosen) for name, count in counts.most_common())


def read_messages(
    messages: Sequence[Message],
    chosen: Collection[str],
    rules: DateRules,
    *,
    by_day: bool,
) -> Iterator[ImportRow]:
    """Yield the rows: messages of the senders chosen, and, left out, those of others and notices."""
    for message in messages:
        if message.sender not in chosen or not message.sender:
            reason = "sender" if message.sender else "system"
            yield ImportRow(message.rows, message.written, ignored=reason)
    events = (
        Event(
            message.rows,
            message.written,
            rules.read(f"{message.day} {message.time}"),
            message.day,
            message.text.strip(),
        )
        for message in messages
        if message.sender and message.sender in chosen
    )
    yield from rows_of(events, "online", by_day=by_day, until=rules.until, source="chat")
