"""The architecture: modules in packages, one way of writing models, and nothing that skips escaping.

Which package may import which is listed in pyproject.toml, and lint-imports checks it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

ROOT: Final = Path(settings.BASE_DIR)

pytestmark = pytest.mark.untraced

#: A longer module should be two.
MOST_LINES: Final = 300
#: Texts and tables that are longer on purpose: docs/adr/0013.
PROSE_AND_TABLES: Final = {
    "questionnaire.domain.advice.texts",
    "questionnaire.domain.references",
}
#: Modules of the application that are in no package of it.
MOST_FLAT_MODULES: Final = 8
#: Modules that may write models besides the actions.
WRITERS: Final = {
    "questionnaire.accounts.factors",
    "questionnaire.accounts.session_store",
    "questionnaire.audit.log",
    "questionnaire.audit.seals",
    "questionnaire.screen.pending_posts",
    "questionnaire.models.accounts",
    "questionnaire.models.case_rights",
    "questionnaire.models.row_states",
    "questionnaire.lifecycle.case_keys",
    "questionnaire.lifecycle.case_rights",
    "questionnaire.lifecycle.data_keys",
    "questionnaire.lifecycle.key_rotation",
    "questionnaire.lifecycle.case_logs",
    "questionnaire.lifecycle.erasure",
    "questionnaire.lifecycle.event_chains",
    "questionnaire.lifecycle.installation",
    "questionnaire.lifecycle.retention",
    "questionnaire.lifecycle.rights",
    "questionnaire.management.commands.adduser",
    "questionnaire.management.commands.signin",
}
WRITING_METHODS: Final = {
    *("save", "create", "delete", "update", "get_or_create", "update_or_create"),
    *("bulk_create", "bulk_update", "asave", "acreate", "adelete", "aupdate"),
}
#: What the domain and its proof may import: the standard library, translation, and each other.
PURE: Final = ("questionnaire.domain", "questionnaire.verification")
IMPORTED_BY_PURE: Final = (*sys.stdlib_module_names, *PURE, "django.utils.translation")


def modules_of(package: str) -> dict[str, ast.Module]:
    """Return every module of a package by its dotted name, tests and migrations left out."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            path.read_text(encoding="utf-8")
        )
        for path in (ROOT / package).rglob("*.py")
        if not {"tests", "migrations"} & set(path.parts)
    }


MODULES: Final = {**modules_of("questionnaire"), **modules_of("stalkcheck")}


def is_in(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def calls_of(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def imported_names(module: str, *, with_types: bool) -> set[str]:
    """Return every name that a module imports, dotted in full."""
    for_types = {
        node
        for block in ast.walk(MODULES[module])
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in block.body
    }
    nodes = [node for node in ast.walk(MODULES[module]) if with_types or node not in for_types]
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return plain | {
        f"{node.module}.{name.name}"
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }


def test_few_modules_stand_in_no_room() -> None:
    flat = [path for path in (ROOT / "questionnaire").glob("*.py") if path.name != "__init__.py"]

    assert 0 < len(flat) <= MOST_FLAT_MODULES


def test_a_module_is_one_idea_of_at_most_300_lines() -> None:
    long = {
        module
        for module in MODULES
        for path in [ROOT / f"{module.replace('.', '/')}.py"]
        if path.exists() and len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES
    }

    assert long == PROSE_AND_TABLES


def test_imports_are_absolute() -> None:
    nodes = [node for tree in MODULES.values() for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]

    assert len(nodes) > 1000
    assert [ast.unparse(node) for node in nodes if node.level] == []


@pytest.mark.parametrize("module", sorted(module for module in MODULES if is_in(module, PURE)))
def test_domain_and_proof_import_the_standard_library_translation_and_themselves(module: str) -> None:
    def foreign(names: set[str]) -> set[str]:
        return {name for name in names if not is_in(name, IMPORTED_BY_PURE)}

    assert foreign(imported_names(module, with_types=False)) == set()
    assert foreign(imported_names(module, with_types=True)) <= {"django.utils.functional._StrPromise"}


def writes(module: str) -> list[str]:
    """Return the calls of a module that write a model, as far as their names tell."""
    return [
        ast.unparse(call)
        for call in calls_of(MODULES[module])
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in WRITING_METHODS
        # Not models: the file of the key ring, the store of the session, and a hash.
        and ast.unparse(call.func.value) not in ("keyring", "super()", "digest")
    ]


def test_only_actions_and_named_modules_write_models() -> None:
    written = {module for module in MODULES if writes(module)}

    assert {module for module in written if not is_in(module, ("questionnaire.actions",))} == WRITERS
    assert len(written) > len(WRITERS)


def test_no_translated_sentence_stands_in_an_f_string() -> None:
    """The xgettext of Debian 12 skips f-strings, so the sentence would stay English."""
    called = {
        ast.unparse(call.func)
        for tree in MODULES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for call in calls_of(node)
    }

    assert "len" in called
    assert not {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"} & called


def test_no_template_skips_escaping() -> None:
    unescaped = re.compile(r"\|\s*(?:safe|safeseq)\b|\bautoescape\s+off\b")
    templates = [path for path in (ROOT / "templates").rglob("*.*") if path.is_file()]

    assert len(templates) > 80
    assert [path.name for path in templates if unescaped.search(path.read_text(encoding="utf-8"))] == []


def test_a_line_of_a_template_has_120_columns_at_most() -> None:
    lines = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in (ROOT / "templates").rglob("*.html")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]

    assert len(lines) > 2000
    assert [line for line in lines if len(line.partition(": ")[2]) > 120] == []


def test_html_is_marked_safe_in_two_places_only() -> None:
    """In one the text is escaped on the same line; the other puts escaped text in a rendered template."""
    marking = [
        module
        for module, tree in MODULES.items()
        for call in calls_of(tree)
        if ast.unparse(call.func).split(".")[-1] in ("mark_safe", "SafeString")
    ]

    assert sorted(marking) == ["questionnaire.documents.blocks", "questionnaire.forms.question_html"]


def test_no_test_imports_from_another_test() -> None:
    """Shared helpers are in modules of their own, so that each test file can be moved and run alone."""
    importing = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in (ROOT / "questionnaire" / "tests").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"\s*from questionnaire\.tests\.[\w.]*\btest_\w+ import", line)
    ]

    assert importing == []
