"""What is served as a file: those of the pages, one by one, and nothing else of the program."""

from pathlib import PurePosixPath

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.test import Client

#: What the style sheets, scripts, pictures and fonts of pages end in.
KINDS = {".css", ".js", ".svg", ".woff2", ".txt"}


def served() -> set[str]:
    return {path for finder in get_finders() for path, _storage in finder.list([])}


def test_there_are_files_of_these_kinds_alone() -> None:
    found = {PurePosixPath(path).suffix for path in served()}

    assert ".css" in found
    assert found <= KINDS


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        *(
            "/static/",
            "/static/questionnaire/",
            "/static/questionnaire",
            "/.git/config",
            "/.env",
            "/manage.py",
        ),
        *("/static/../manage.py", "/static/%2e%2e/manage.py", "/static/questionnaire/..%2f..%2furls.py"),
        *("/manage.py", "/var/", "/requirements/app.txt", "/static/questionnaire/style.css/x", "/docs/"),
    ],
)
def test_no_folder_is_listed_and_no_other_file_is_given(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 404
    assert b"Index of" not in response.content
    assert b"import " not in response.content
