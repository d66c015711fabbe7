"""What several browser tests do with a page: wait, check it for accessibility, find what saves by itself."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any, Final

from playwright.sync_api import Page, Route

AXE: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Seconds that a test waits for what is sure to come.
PATIENCE: Final = 60
START: Final = datetime(2026, 3, 23, 9, 0)  # noqa: DTZ001  (the browser's own time)
NARROW: Final = {"width": 320, "height": 800}
WIDE: Final = {"width": 1366, "height": 800}


def faults_of(page: Page) -> list[str]:
    """Return what axe finds. The debugger puts it in, so that the policies of the page stay in force."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    result: dict[str, Any] = page.evaluate(
        "rules => axe.run({runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", RULES
    )
    assert result["passes"], "axe looked at nothing"
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def too_small(page: Page) -> list[str]:
    """Return the controls under 24 by 24 pixels, other than links inside a sentence."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("button, summary, input, select, textarea, nav a, a.button")]
            .map(element => element.closest("label") ?? element)
            .filter(element => element.checkVisibility() && !element.closest(".unseen, .skip"))
            .filter(element => {
                const {width, height} = element.getBoundingClientRect();
                return width && (width < 24 || height < 24);
            })
            .map(element => element.outerHTML.slice(0, 120))"""
    )
    return found


def look_at(page: Page) -> None:
    """Assert that axe finds nothing on a narrow page, nothing sticks out or is too small, and one heading."""
    assert not faults_of(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert not too_small(page)
    assert page.locator("h1").count() == 1


def look_at_folds(page: Page) -> None:
    """Look at a page with its folds closed, then with all of them open."""
    look_at(page)
    page.evaluate("document.querySelectorAll('details').forEach(fold => (fold.open = true))")
    look_at(page)


def wait_for(holds: Callable[[], Any]) -> None:
    """Until it holds, or an error after a minute: a busy machine is slow and not wrong."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


def stop_the_clock(page: Page) -> None:
    """From here the time of the page moves by `run_for` alone."""
    page.clock.install(time=START)
    page.reload()
    page.clock.pause_at(START + timedelta(seconds=10))


def words(page: Page) -> Any:
    return page.locator("textarea[name=fear_own_words]")


def is_autosave(route: Route) -> bool:
    return route.request.headers.get("accept") == "application/json"
