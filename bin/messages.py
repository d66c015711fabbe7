#!/usr/bin/env python
"""Keep the translations in step with the source: messages.py make | compile | check.

make     writes every sentence of the source into locale/*/LC_MESSAGES/django.po
compile  writes django.mo beside each django.po that is newer
check    exits 1 and names each sentence that is stale, missing, untranslated, fuzzy, or has other
         placeholders, and what gettext's own msgfmt refuses

The languages are the folders of locale/. English is the source itself and has none.
make and check need xgettext (Debian: gettext); compile does not.
"""

import argparse
import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("bin", "questionnaire", "stalkcheck", "templates")
#: What is no fault where a sentence may be missing: it is shown in Dutch.
UNFINISHED = {"untranslated", "fuzzy"}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|%%|\{\w*\}")
#: What formatting puts something in place of; to gettext "85% of" is one too.
FORMATTED = re.compile(r"%\(\w+\)|%[sd%]")


def catalogues(root: Path) -> dict[str, Path]:
    """Return the .po file of each language under a project root."""
    return {path.parts[-3]: path for path in sorted(root.glob("locale/*/LC_MESSAGES/django.po"))}


def compile_all(root: Path = ROOT) -> None:
    """Write the .mo file of each .po file that changed since, without msgfmt."""
    for source in catalogues(root).values():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        # A server that starts meanwhile reads the old file or the new one, never half a file.
        unfinished = target.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(unfinished))
        unfinished.replace(target)


def make(root: Path = ROOT) -> None:
    """Write the .po files anew from the source; translations that exist stay."""
    with extracted(root) as fresh:
        for language, path in catalogues(fresh).items():
            shutil.copyfile(path, catalogues(root)[language])


def check(root: Path = ROOT) -> list[str]:
    """Return a line for each fault in the .po files; none when they match the source."""
    faults = []
    with extracted(root) as fresh:
        for language, path in catalogues(fresh).items():
            stored, wanted = polib.pofile(str(catalogues(root)[language])), polib.pofile(str(path))
            for fault, entry in [*out_of_step(stored, wanted), *wrong(stored)]:
                if fault in UNFINISHED and language not in languages_of_pages():
                    continue
                faults.append(f"{language}: {fault}: {entry.msgid!r}")
    return [*faults, *(fault for path in catalogues(root).values() for fault in refused(path))]


def refused(path: Path) -> list[str]:
    """Return what gettext itself says against a .po file, line by line."""
    command = ["msgfmt", "--check-format", "--check-domain", "--output-file=/dev/null", path.name]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stderr.splitlines() if done.returncode else []


def out_of_step(stored: polib.POFile, wanted: polib.POFile) -> Iterator[tuple[str, polib.POEntry]]:
    """Yield each sentence that only the .po file or only the source has."""
    stored_keys, wanted_keys = {key(entry) for entry in stored}, {key(entry) for entry in wanted}
    yield from (("no longer in the source", entry) for entry in stored if key(entry) not in wanted_keys)
    yield from (("not in the .po file", entry) for entry in wanted if key(entry) not in stored_keys)


def languages_of_pages() -> set[str]:
    """Return the languages that have to be complete; one for the interpreter falls back to Dutch."""
    sys.path.insert(0, str(ROOT))
    from questionnaire.domain.languages import LANGUAGES

    return set(LANGUAGES)


def wrong(stored: polib.POFile) -> Iterator[tuple[str, polib.POEntry]]:
    """Yield each entry whose translation is fuzzy, absent, or has other placeholders."""
    for entry in stored:
        if entry.fuzzy:
            yield "fuzzy", entry
        elif not entry.translated():
            yield "untranslated", entry
        elif not placeholders_fit(entry):
            yield "other placeholders than the source", entry


def key(entry: polib.POEntry) -> tuple[str | None, str, str]:
    """Return what identifies a sentence."""
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def placeholders_fit(entry: polib.POEntry) -> bool:
    """Return whether each translation has the same placeholders as its sentence."""
    plural = entry.msgstr_plural
    source = [entry.msgid, entry.msgid_plural] if plural else [entry.msgid]
    translated = [plural[form] for form in sorted(plural)] if plural else [entry.msgstr]
    return [Counter(PLACEHOLDER.findall(text)) for text in source] == [
        Counter(PLACEHOLDER.findall(text)) for text in translated
    ]


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
                locale=list(catalogues(root)),
                add_location="never",
                no_wrap=True,
                no_obsolete=True,
                verbosity=0,
            )
        for path in catalogues(fresh).values():
            tidy(path)
        yield fresh


def tidy(path: Path) -> None:
    """Remove from a .po file the headers that change at every run, and the mark of what is not formatted."""
    entries = polib.pofile(str(path), wrapwidth=0)
    for entry in entries:
        if "python-format" in entry.flags and not FORMATTED.search(entry.msgid + entry.msgid_plural):
            entry.flags.remove("python-format")
    entries.header = ""
    entries.metadata_is_fuzzy = False
    for name in ("Project-Id-Version", "Report-Msgid-Bugs-To", "POT-Creation-Date", "PO-Revision-Date"):
        entries.metadata.pop(name, None)
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
