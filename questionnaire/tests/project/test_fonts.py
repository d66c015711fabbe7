"""The fonts of the pages: a subset of Source Sans under a name of its own, with its licence."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

STYLE = Path(settings.BASE_DIR) / "questionnaire/static/questionnaire/style.css"


@pytest.fixture(scope="module")
def fonts() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(settings.BASE_DIR) / "bin"))
        return importlib.import_module("fonts")


@pytest.fixture(scope="module")
def made(fonts: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("made")
    (root / fonts.TARGET).parent.mkdir(parents=True)
    fonts.make_all(root)
    return {path.name: path for path in (root / fonts.TARGET).iterdir()}


def test_the_style_sheet_names_the_fonts_that_are_made(fonts: ModuleType, made: dict[str, Path]) -> None:
    style = STYLE.read_text(encoding="utf-8")

    assert sorted(made) == ["regular.woff2", "semibold.woff2"]
    for name in made:
        assert f'font-family: "{fonts.FAMILY}"' in style
        assert f'url("../fonts/{name}")' in style


def test_a_font_keeps_its_licence_and_not_the_reserved_name(made: dict[str, Path]) -> None:
    for path in made.values():
        with TTFont(path) as font:
            names = {record.nameID: str(record) for record in font["name"].names}
            assert "Open Font License" in names[13]
            assert "Adobe" in names[0]
            assert not [
                name for number, name in names.items() if number in (1, 3, 4, 6, 16) and "Source" in name
            ]


def test_a_font_has_what_dutch_and_other_names_need_and_is_small(made: dict[str, Path]) -> None:
    for path in made.values():
        with TTFont(path) as font:
            characters = set(font.getBestCmap())
        assert {ord(each) for each in "aZéëïĳœçşłž€–…‘’“”→"} <= characters
        assert path.stat().st_size < 25_000


def test_a_font_that_is_there_is_not_made_again(fonts: ModuleType, tmp_path: Path) -> None:
    target = tmp_path / fonts.TARGET / "regular.woff2"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"there")

    fonts.make_all(tmp_path)

    assert target.read_bytes() == b"there"
