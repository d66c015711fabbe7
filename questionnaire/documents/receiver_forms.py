"""Read the forms of receivers: which parts a text for the police, a doctor or Veilig Thuis consists of.

Each is a small TOML file, here in `receivers/` or in a folder of an organisation (docs/example-form.toml).
A file says which edition decides what may be shown, and for each part what it holds and how long it may be.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from questionnaire.documents.editions import ADVICE, POLICE, REPORT, Edition
from questionnaire.domain.languages import DEFAULT_LANGUAGE, LANGUAGES

#: For a letter to the general practitioner: what the police may see, for whom the consent is another.
GENERAL_PRACTITIONER: Final = replace(
    POLICE, code="gp", name=pgettext_lazy("edition", "General practitioner"), consent="gp"
)
#: The editions that a form can name, by its `edition`.
FORM_EDITIONS: Final[Mapping[str, Edition]] = {
    edition.code: edition for edition in (POLICE, ADVICE, REPORT, GENERAL_PRACTITIONER)
}
#: What a part can hold. `questionnaire.documents.receiver_texts` writes each.
BUILDING_BLOCKS: Final = (
    *("details", "reason", "fear", "who", "danger_signs", "last_incident", "statement", "children", "impact"),
    *("wishes", "evidence", "police_contact", "reporting_code", "health_advice", "note", "safe_contact"),
    *("ground", "request", "limits", "sender"),
)

_OWN_FOLDER: Final = Path(__file__).parent / "receivers"
_OWN_FORMS: Final = ("police", "veilig-thuis-advice", "veilig-thuis-report", "general-practitioner")
_KEYS: Final = frozenset({"edition", "name", "parts"})
_PART_KEYS: Final = frozenset({"heading", "holds", "max_characters", "confidential"})
_MAX_NAME: Final = 80


class FormError(ValueError):
    """A file is no form. The message names the file and the key, and says what must change."""


@dataclass(frozen=True, slots=True)
class Translated:
    """A text in every language of the program."""

    by_language: Mapping[str, str]

    def __str__(self) -> str:
        return self.by_language[get_language() or DEFAULT_LANGUAGE]


@dataclass(frozen=True, slots=True)
class FormPart:
    """One part: its heading, the building blocks that it holds, and how many characters fit; None is any."""

    heading: Translated
    holds: tuple[str, ...]
    max_characters: int | None
    is_confidential: bool


@dataclass(frozen=True, slots=True)
class ReceiverForm:
    """One form. Its code is the name of its file; `edition` decides what may be shown."""

    code: str
    name: Translated
    edition: Edition
    parts: tuple[FormPart, ...]


def receiver_forms() -> Mapping[str, ReceiverForm]:
    """Return the forms by their code: those of the program, then those of the organisation.

    Raise FormError for the first file that is no form.
    """
    return _forms_in(settings.FORMS_DIR)


@lru_cache(maxsize=4)
def _forms_in(folder: Path | None) -> Mapping[str, ReceiverForm]:
    return {path.stem: read_form(path) for path in _files(folder)}


def form_problems() -> list[str]:
    """Return what is wrong with the forms of the organisation, one line each."""
    folder, problems = settings.FORMS_DIR, []
    if folder and not folder.is_dir():
        return [_("STALKCHECK_FORMS: there is no folder %(folder)s.") % {"folder": folder}]
    for path in _files(folder):
        try:
            read_form(path)
        except FormError as problem:
            problems.append(str(problem))
    return problems


def _files(folder: Path | None) -> Iterator[Path]:
    yield from (_OWN_FOLDER / f"{code}.toml" for code in _OWN_FORMS)
    if folder:
        yield from sorted(folder.glob("*.toml"))


def read_form(path: Path) -> ReceiverForm:
    """Return the form in a file. Raise FormError, which names the file and the key."""
    reader = _Reader(path)
    raw = reader.load()
    reader.known_keys("", raw, _KEYS)
    edition = FORM_EDITIONS.get(str(raw.get("edition")))
    if edition is None:
        raise reader.problem("edition", _("must be one of: %(codes)s"), codes=", ".join(FORM_EDITIONS))
    parts = raw.get("parts")
    if not isinstance(parts, list) or not parts:
        raise reader.problem("parts", _("must be a list with at least one part"))
    return ReceiverForm(
        reader.code(),
        reader.translated("name", raw.get("name")),
        edition,
        tuple(reader.part(f"parts.{number}", part) for number, part in enumerate(parts, start=1)),
    )


class _Reader:
    """Reads one file, and names it and the key in every problem."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def problem(self, key: str, message: str, **values: object) -> FormError:
        place = f"{self.path.name}: {key}" if key else self.path.name
        return FormError(f"{place}: {message % values}")

    def load(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.path.read_text(encoding="utf-8"))
        except OSError:
            raise self.problem("", _("cannot be read")) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise self.problem("", _("is not TOML: %(error)s"), error=error) from None

    def code(self) -> str:
        """Return the name of the file, which is part of an address. One of our own cannot be replaced."""
        code = self.path.stem
        if not code.isascii() or not code.replace("-", "").replace("_", "").isalnum():
            raise self.problem("", _("the name of the file may have letters, digits, - and _ alone"))
        if self.path.parent != _OWN_FOLDER and code in _OWN_FORMS:
            raise self.problem("", _("the program has a form with this name. Choose another name"))
        return code

    def known_keys(self, key: str, raw: Mapping[str, object], known: frozenset[str]) -> None:
        for name in raw:
            if name not in known:
                place = f"{key}.{name}" if key else name
                raise self.problem(
                    place, _("does not exist. Known are: %(keys)s"), keys=", ".join(sorted(known))
                )

    def translated(self, key: str, raw: object) -> Translated:
        """Return a text in every language, each of one line and not too long."""
        if not isinstance(raw, dict):
            raise self.problem(
                key, _("must have a text for each language: %(languages)s"), languages=", ".join(LANGUAGES)
            )
        self.known_keys(key, raw, frozenset(LANGUAGES))
        for language in LANGUAGES:
            text = raw.get(language)
            if (
                not isinstance(text, str)
                or not text.strip()
                or not text.isprintable()
                or len(text) > _MAX_NAME
            ):
                raise self.problem(
                    f"{key}.{language}",
                    _("must be a text on one line, of at most %(most)s characters"),
                    most=_MAX_NAME,
                )
        return Translated(raw)

    def part(self, key: str, raw: object) -> FormPart:
        if not isinstance(raw, dict):
            raise self.problem(key, _("must be a table with heading and holds"))
        self.known_keys(key, raw, _PART_KEYS)
        confidential = raw.get("confidential", False)
        if not isinstance(confidential, bool):
            raise self.problem(f"{key}.confidential", _("must be true or false"))
        return FormPart(
            self.translated(f"{key}.heading", raw.get("heading")),
            self.holds(f"{key}.holds", raw.get("holds")),
            self.max_characters(f"{key}.max_characters", raw.get("max_characters")),
            confidential,
        )

    def holds(self, key: str, raw: object) -> tuple[str, ...]:
        codes = ", ".join(BUILDING_BLOCKS)
        if not isinstance(raw, list) or not raw:
            raise self.problem(key, _("must be a list of one or more of: %(codes)s"), codes=codes)
        for code in raw:
            if code not in BUILDING_BLOCKS:
                raise self.problem(
                    key, _("%(code)s does not exist. Choose from: %(codes)s"), code=repr(code), codes=codes
                )
        return tuple(raw)

    def max_characters(self, key: str, raw: object) -> int | None:
        if raw is None:
            return None
        if isinstance(raw, bool) or not isinstance(raw, int) or raw < 1:
            raise self.problem(key, _("must be a whole number above 0"))
        return raw
