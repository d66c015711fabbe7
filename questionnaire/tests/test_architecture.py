"""The house: imports run downwards only, views write through the actions, and nothing skips escaping."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

ROOT: Final = Path(settings.BASE_DIR)
DOMAIN: Final = "questionnaire.domain"

#: From the ground up: a module imports from its own floor and from those below it.
FLOORS: Final = (
    {"domain", "keyring", "states"},
    {"fields", "digests", "merge", "controls", "ranks"}
    | {
        "intake_files",
        "demo",
        "documents",
        "charts",
        "charts_fear",
        "charts_counts",
        "charts_course",
        "ways",
        "access_keys",
        "templatetags",
        "pdf_worker",
    },
    {"models", "forms", "pdf"},
    {"events", "guards", "cases", "looked", "listing", "counting", "sign_in_log"},
    {"permissions", "records", "intake_forms", "step_forms", "review_forms", "access_forms", "checks"},
    {
        "account_events",
        "actions",
        "actions_review",
        "actions_access",
        "actions_people",
        "actions_steps",
        "held",
        "apps",
        "client_view",
    }
    | {"rotation", "erasing"},
    {"retention", "backup", "exporting"},
    {"wizard", "lock", "frozen", "room"},
    {"views", "management"},
    {"urls"},
)
#: What decides which advice is given. Forms ask, and know nothing of it.
RULES: Final = {
    *("rules", "conditions", "advice", "advice_texts", "wording", "open_questions", "reporting_code"),
    *("pattern", "summary", "urgency", "proof", "what_would_change", "comparison"),
}
#: The modules that may write models: every act and its event, and what comes before there are any.
WRITERS: Final = {
    "questionnaire.actions.intakes",
    "questionnaire.actions.access",
    "questionnaire.actions.memberships",
    "questionnaire.actions.review",
    "questionnaire.actions.follow_up",
    "questionnaire.audit.log",
    "questionnaire.screen.pending_posts",
    "questionnaire.models.accounts",
    "questionnaire.lifecycle.key_rotation",
    "questionnaire.lifecycle.erasure",
    "questionnaire.lifecycle.retention",
    "questionnaire.management.commands.adduser",
    "questionnaire.management.commands.signin",
}
WRITES: Final = {
    *("save", "create", "delete", "update", "get_or_create", "update_or_create"),
    *("bulk_create", "bulk_update", "asave", "acreate", "adelete", "aupdate"),
}


def sources(package: str) -> dict[str, Path]:
    """Every module of a package by its name, tests and migrations left out."""
    paths = (path for path in (ROOT / package).rglob("*.py") if not {"tests", "migrations"} & set(path.parts))
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in paths
    }


MODULES: Final = sources("questionnaire")
PROJECT: Final = sources("stalkcheck")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path, *, at_run_time: bool = False) -> Iterator[str]:
    """Every name that a module imports, dotted in full; at run time those for type checking are left out."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree(path)):
        if at_run_time and isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            skipped |= set(node.body)
        elif isinstance(node, ast.Import) and node not in skipped:
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node not in skipped:
            assert node.level == 0, f"{path} has a relative import"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def module_of(name: str) -> str | None:
    """The module of ours that an imported name stands in, or None."""
    if name in MODULES:
        return name
    parent = name.rpartition(".")[0]
    return parent if parent in MODULES else None


def floor(module: str) -> int:
    room = module.split(".")[1]
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


HOUSE: Final = sorted(module for module in MODULES if "." in module)
IN_DOMAIN: Final = sorted(module for module in HOUSE if module.startswith(DOMAIN))


@pytest.mark.parametrize("module", HOUSE)
def test_imports_run_downwards_only(module: str) -> None:
    used = {module_of(name) for name in imports(MODULES[module])} - {None, "questionnaire"}

    assert [other for other in used if other and floor(other) > floor(module)] == []


def test_no_module_leads_back_to_itself() -> None:
    graph = {
        module: {other for name in imports(MODULES[module], at_run_time=True) if (other := module_of(name))}
        - {module}
        for module in MODULES
    }

    assert len(tuple(TopologicalSorter(graph).static_order())) == len(MODULES)


@pytest.mark.parametrize("module", IN_DOMAIN)
def test_the_domain_imports_the_standard_library_translation_and_itself(module: str) -> None:
    def foreign(name: str) -> bool:
        known = (*sys.stdlib_module_names, DOMAIN, "django.utils.translation")
        return not any(name == one or name.startswith(f"{one}.") for one in known)

    assert [name for name in imports(MODULES[module], at_run_time=True) if foreign(name)] == []
    only_types = [name for name in imports(MODULES[module]) if foreign(name)]
    assert set(only_types) <= {"django.utils.functional._StrPromise"}


@pytest.mark.parametrize(
    "room", ["controls", "forms", "intake_forms", "step_forms", "access_forms", "merge", "fields", "models"]
)
def test_forms_and_models_know_no_rules(room: str) -> None:
    modules = [path for name, path in MODULES.items() if name.split(".")[1:2] == [room]]
    used = {name for path in modules for name in imports(path)}

    assert modules
    assert {name for name in used if name.startswith(DOMAIN) and name.split(".")[2] in RULES} == set()


@pytest.mark.parametrize("module", sorted({*HOUSE, *PROJECT} - WRITERS))
def test_models_are_written_by_the_actions_only(module: str) -> None:
    path = (MODULES | PROJECT)[module]
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    written = [
        ast.unparse(call)
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES and not harmless(call.func.value)
    ]

    assert written == []


def harmless(of: ast.expr) -> bool:
    """Whether what is written to is no model: the key ring's own file, or the session's own store."""
    return ast.unparse(of) in ("keyring", "super()")


@pytest.mark.parametrize("module", sorted({*MODULES, *PROJECT}))
def test_no_sentence_stands_in_an_f_string(module: str) -> None:
    """The xgettext of Debian 12 does not look there, and the sentence would stay English."""
    path = (MODULES | PROJECT)[module]
    called = [
        ast.unparse(call.func)
        for text in ast.walk(tree(path))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
    ]

    assert not {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"} & set(called)


def test_what_may_write_does() -> None:
    for module in WRITERS:
        attributes = {
            node.attr for node in ast.walk(tree(MODULES[module])) if isinstance(node, ast.Attribute)
        }
        assert attributes & WRITES, module


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates").rglob("*.*")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_template_skips_escaping(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert re.findall(r"\|\s*(?:safe|safeseq)\b|\bautoescape\s+off\b", text) == []


def test_html_is_marked_safe_in_one_place_only() -> None:
    """Where a text is escaped in the same line, as no template can join runs of it by a tag."""
    marked = [
        str(path.relative_to(ROOT))
        for path in (MODULES | PROJECT).values()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("mark_safe", "SafeString")
    ]

    assert marked == ["questionnaire/documents/blocks.py"]
