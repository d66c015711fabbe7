"""The scripts of pages: what they never do with text, with names of the page, or with keys that came in."""

import re
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

ROOT: Final = Path(settings.BASE_DIR)
SCRIPTS: Final = sorted((ROOT / "questionnaire" / "static" / "questionnaire").glob("*.js"))
#: What a page's `document` has by itself. Anything else can be an element that a text gave its name to.
OF_A_DOCUMENT: Final = {
    *("activeElement", "addEventListener", "body", "cookie", "createElement", "documentElement", "forms"),
    *(
        "getElementById",
        "head",
        "hidden",
        "querySelector",
        "querySelectorAll",
        "referrer",
        "title",
        "visibilityState",
    ),
}
#: What is asked of the window: whether the browser knows it.
OF_A_WINDOW: Final = {"PublicKeyCredential"}
#: What runs a text, or makes HTML of it.
RUNS: Final = r"""\beval\b|\bFunction\(|innerHTML|outerHTML|insertAdjacentHTML|\.write(?:ln)?\(|srcdoc"""


def code(path: Path) -> str:
    """Return a script without its comments."""
    return re.sub(r"(?m)^\s*//.*$|(?<=[;{}]) //.*$", "", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "line",
    [
        *("field.innerHTML = text;", "eval(text)", "new Function(text)", "document.write(text)"),
        *("frame.srcdoc = text;", 'place.insertAdjacentHTML("beforeend", text)'),
    ],
)
def test_what_runs_a_text_is_found(line: str) -> None:
    assert re.findall(RUNS, line)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_runs_a_text_or_makes_html_of_it(path: Path) -> None:
    assert not re.findall(RUNS, code(path))
    assert not re.findall(r"""set(?:Timeout|Interval)\(\s*["'`]""", code(path))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_takes_a_name_of_the_page_for_its_own(path: Path) -> None:
    """An element with a name is a property of `window` and `document`: these are asked for no such one."""
    used = set(re.findall(r"\bdocument\.(\w+)", code(path)))

    assert used <= OF_A_DOCUMENT
    assert set(re.findall(r"\b(?:window|globalThis|self)\.(\w+)", code(path))) <= OF_A_WINDOW
    assert not re.findall(r"\b(?:window|globalThis|self|document)\[", code(path))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_writes_under_a_key_that_came_in(path: Path) -> None:
    """With a key such as __proto__ that would change every object of the page."""
    assert not re.findall(r"""\w\[(?!["'\d])[^\]]+\]\s*(?:\?\?|\|\||&&)?=(?!=)|__proto__""", code(path))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_listens_to_other_windows_or_forbids_to_paste(path: Path) -> None:
    """Tabs of this site alone are on a BroadcastChannel."""
    without_tabs = re.sub(r"\btabs\.(?:onmessage|addEventListener\([\"']message[\"'])", "", code(path))

    assert not re.findall(r"""onmessage|["'](?:message|paste|copy|contextmenu)["']""", without_tabs)
    assert re.findall(r"\btabs = (.*?);", code(path)) in ([], ['new BroadcastChannel("session")'])


def templates() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html"))


def test_no_element_stands_before_what_a_document_has() -> None:
    """The name of such an element goes before a property of `document` itself."""
    assert not re.findall(r"<(?:img|form|iframe|object|embed)\b[^>]* name=[^>]*>", templates())


def test_every_script_is_a_module_with_names_of_its_own() -> None:
    scripts = re.findall(r"<script\b[^>]*>", templates())

    assert len(scripts) > 10
    assert [each for each in scripts if 'type="module" src="' not in each] == []
    assert len(SCRIPTS) > 7
