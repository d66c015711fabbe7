"""Go through a conversation as a person does, and count clicks, keys and scrolls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Locator, Page

from questionnaire.domain.items import Item

#: What a person types in their own words, which is not counted.
FREE_TEXT: Final = {"text": "woorden van de cliënt", "date": "08-2025"}
_MOST_TABS: Final = 60
#: How far a turn of the wheel moves a page, in pixels.
_WHEEL: Final = 400


@dataclass
class Keyboard:
    """Presses keys and counts them; free text is typed and not counted."""

    page: Page
    pressed: int = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    def press_access_key(self, letter: str) -> None:
        """Press Alt and a letter, counted as two. Playwright does not send the letter that Chromium needs."""
        session = self.page.context.new_cdp_session(self.page)
        session.send(
            "Input.dispatchKeyEvent",
            {"type": "keyDown", "modifiers": 1, "key": letter, "unmodifiedText": letter},
        )
        self.pressed += 2

    def go_to(self, target: Locator) -> None:
        for _stop in range(_MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"no way to {target} by keyboard")

    def answer(self, item: Item) -> None:
        """Choose the second answer, in a table the second column of each row; never more than one."""
        page = self.page
        if item.kind in FREE_TEXT:
            self.go_to(page.locator(f"[name={item.id}]"))
            page.keyboard.type(FREE_TEXT[item.kind])
        elif item.kind == "many":
            self.go_to(page.locator(f"[name={item.id}]").nth(1))
            self.press("Space")
        else:
            for name in [f"{item.id}__{row.code}" for row in item.rows] or [item.id]:
                self.go_to(page.locator(f"[name={name}]").first)
                self.press("ArrowRight")


@dataclass
class Mouse:
    """Clicks what is in sight, and turns the wheel until it is; counts both."""

    page: Page
    clicks: int = 0
    scrolls: int = 0

    def click(self, target: Locator) -> None:
        while not self._is_in_sight(target):
            before = self.page.evaluate("scrollY")
            below = target.evaluate("element => element.getBoundingClientRect().top > innerHeight / 2")
            self.page.mouse.wheel(0, _WHEEL if below else -_WHEEL)
            self.page.wait_for_function("before => scrollY !== before", arg=before)
            self.scrolls += 1
        target.click()
        self.clicks += 1

    @staticmethod
    def _is_in_sight(target: Locator) -> bool:
        """Return whether a click in the middle of this would reach it."""
        reached: bool = target.evaluate(
            """element => {
                const {x, y, width, height} = element.getBoundingClientRect();
                const hit = document.elementFromPoint(x + width / 2, y + height / 2);
                return Boolean(hit && (element.contains(hit) || hit.closest("label")?.contains(element)));
            }"""
        )
        return reached
