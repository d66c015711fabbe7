#!/usr/bin/env python
"""Keep the translations in step with the source: messages.py make | compile | check.

make     writes every sentence of the source into locale/*/LC_MESSAGES/django.po
compile  writes django.mo beside each django.po that is newer
check    exits 1 and names each sentence that is stale, missing, untranslated, fuzzy or wrongly filled in

make and check need xgettext (Debian: gettext); compile does not.
"""

import argparse
import contextlib
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("questionnaire", "stalkcheck", "templates")
TRANSLATED, ENGLISH = "nl", "en"
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|%%|\{\w*\}")


def catalogue(root: Path, language: str) -> Path:
    """Return the path of a language's .po file under a project root."""
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def compile_all(root: Path = ROOT) -> None:
    """Write the .mo file of each .po file that changed since, without msgfmt."""
    for language in (TRANSLATED, ENGLISH):
        source = catalogue(root, language)
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        # A server that starts meanwhile reads the old file or the new one, never half.
        unfinished = target.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(unfinished))
        unfinished.replace(target)


def make(root: Path = ROOT) -> None:
    """Write the .po files anew from the source; translations that exist are kept."""
    with extracted(root) as fresh:
        for language in (TRANSLATED, ENGLISH):
            target = catalogue(root, language)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(catalogue(fresh, language), target)


def check(root: Path = ROOT) -> list[str]:
    """Return a line for each fault in the .po files; none when they are in step with the source."""
    faults = []
    with extracted(root) as fresh:
        for language in (TRANSLATED, ENGLISH):
            kept = polib.pofile(str(catalogue(root, language)))
            wanted = polib.pofile(str(catalogue(fresh, language)))
            for fault, entry in [*out_of_step(kept, wanted), *wrong(kept, language)]:
                faults.append(f"{language}: {fault}: {entry.msgid!r}")
    return faults


def out_of_step(kept: polib.POFile, wanted: polib.POFile) -> Iterator[tuple[str, polib.POEntry]]:
    """Yield each sentence that only the .po file or only the source has."""
    kept_keys, wanted_keys = {key(entry) for entry in kept}, {key(entry) for entry in wanted}
    yield from (("no longer in the source", entry) for entry in kept if key(entry) not in wanted_keys)
    yield from (("not in the .po file", entry) for entry in wanted if key(entry) not in kept_keys)


def wrong(kept: polib.POFile, language: str) -> Iterator[tuple[str, polib.POEntry]]:
    """Yield each entry whose translation is absent, doubtful or does not fit its sentence."""
    for entry in kept:
        if entry.fuzzy:
            yield "fuzzy", entry
        elif not entry.translated():
            yield "untranslated", entry
        elif language == ENGLISH and texts(entry) != english(entry):
            yield "not the English of the source", entry
        elif not placeholders_fit(entry):
            yield "other placeholders than the source", entry


def key(entry: polib.POEntry) -> tuple[str | None, str, str]:
    """Return what tells one sentence from another."""
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def texts(entry: polib.POEntry) -> list[str]:
    """Return the translations of an entry: one, or one for each plural form."""
    return [entry.msgstr_plural[form] for form in sorted(entry.msgstr_plural)] or [entry.msgstr]


def english(entry: polib.POEntry) -> list[str]:
    """Return the sentence itself in the shape of its translations."""
    return [entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid]


def placeholders_fit(entry: polib.POEntry) -> bool:
    """Tell whether each translation fills in what its sentence fills in."""
    wanted = [Counter(PLACEHOLDER.findall(text)) for text in english(entry)]
    return wanted == [Counter(PLACEHOLDER.findall(text)) for text in texts(entry)]


@contextlib.contextmanager
def extracted(root: Path) -> Iterator[Path]:
    """Yield a copy of the project whose .po files were just written anew from its source.

    A copy, because makemessages puts temporary files between the templates.
    """
    import django
    from django.conf import settings
    from django.core.management import call_command

    if not settings.configured:
        settings.configure()
        django.setup()
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        for name in SOURCES:
            shutil.copytree(root / name, fresh / name, ignore=shutil.ignore_patterns("tests", "__pycache__"))
        shutil.copytree(root / "locale", fresh / "locale")
        with contextlib.chdir(fresh):
            call_command(
                "makemessages",
                locale=[TRANSLATED, ENGLISH],
                add_location="never",
                no_wrap=True,
                no_obsolete=True,
                verbosity=0,
            )
        for language in (TRANSLATED, ENGLISH):
            tidy(catalogue(fresh, language), language)
        yield fresh


def tidy(path: Path, language: str) -> None:
    """Fill in the English, and leave out what changes at every run without a change of the source."""
    entries = polib.pofile(str(path), wrapwidth=0)
    entries.header = ""
    entries.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    if language == ENGLISH:
        for entry in entries:
            entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
            entry.previous_msgid = entry.previous_msgctxt = entry.previous_msgid_plural = None
            if entry.msgid_plural:
                entry.msgstr_plural = dict(enumerate(english(entry)))
            else:
                entry.msgstr = entry.msgid
    entries.save(str(path))


def main() -> int:
    """Run one of the three commands and return the exit code."""
    parser = argparse.ArgumentParser(description="Keep the translations in step with the source.")
    parser.add_argument("command", choices=("make", "compile", "check"))
    command = parser.parse_args().command
    if command == "compile":
        compile_all()
        return 0
    if not shutil.which("xgettext"):
        sys.stderr.write("xgettext is missing. Install gettext (Debian: apt-get install gettext).\n")
        return 1
    if command == "make":
        make()
        return 0
    faults = check()
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
