"""Where signed documents go: what is taken from the environment, and what stops the start."""

import pytest

from stalkcheck.delivery import destination

API = {
    "STALKCHECK_DELIVER": "zgw:https://open-zaak.example/documenten/api/v1/",
    "STALKCHECK_DELIVER_CLIENT": "intake",
    "STALKCHECK_DELIVER_SECRET": "hush",
    "STALKCHECK_DELIVER_RSIN": "123456782",
    "STALKCHECK_DELIVER_TYPE": "https://open-zaak.example/catalogi/api/v1/informatieobjecttypen/1",
}


def put(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("value", ["", " "])
def test_nothing_is_delivered_by_itself(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("STALKCHECK_DELIVER", value)

    assert destination() is None


def test_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STALKCHECK_DELIVER", "folder:/srv/file system")

    assert destination() == {"kind": "folder", "folder": "/srv/file system"}


@pytest.mark.parametrize("level", ["vertrouwelijk", "zeer_geheim"])
def test_a_documenten_api(monkeypatch: pytest.MonkeyPatch, level: str) -> None:
    put(monkeypatch, API)
    if level != "vertrouwelijk":
        monkeypatch.setenv("STALKCHECK_DELIVER_CONFIDENTIALITY", level)

    assert destination() == {
        "kind": "zgw",
        "address": "https://open-zaak.example/documenten/api/v1",
        "client": "intake",
        "secret": "hush",
        "rsin": "123456782",
        "type": "https://open-zaak.example/catalogi/api/v1/informatieobjecttypen/1",
        "confidentiality": level,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STALKCHECK_DELIVER", "/srv/files"),
        ("STALKCHECK_DELIVER", "folder:files"),
        ("STALKCHECK_DELIVER", "folder:"),
        ("STALKCHECK_DELIVER", "ftp://files.example"),
        ("STALKCHECK_DELIVER", "zgw:"),
        ("STALKCHECK_DELIVER", "zgw:http://open-zaak.example/documenten/api/v1"),
        ("STALKCHECK_DELIVER", "zgw:https://name:password@open-zaak.example/"),
        ("STALKCHECK_DELIVER", "zgw:https://open-zaak.example/?a=b"),
        ("STALKCHECK_DELIVER", "zgw:https://[open-zaak.example/"),
        ("STALKCHECK_DELIVER_RSIN", "12345678"),
        ("STALKCHECK_DELIVER_RSIN", ""),
        ("STALKCHECK_DELIVER_TYPE", "verslag"),
        ("STALKCHECK_DELIVER_CONFIDENTIALITY", "openbaar"),
    ],
)
def test_anything_else_stops_the_start_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    put(monkeypatch, {**API, name: value})

    with pytest.raises(SystemExit):
        destination()

    (line,) = capsys.readouterr().err.splitlines()
    assert name in line
    assert name != "STALKCHECK_DELIVER" or not value.partition(":")[2] or value not in line


@pytest.mark.parametrize("name", ["STALKCHECK_DELIVER_CLIENT", "STALKCHECK_DELIVER_SECRET"])
def test_a_missing_name_or_secret_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    put(monkeypatch, API)
    monkeypatch.delenv(name)

    with pytest.raises(SystemExit):
        destination()

    assert name in capsys.readouterr().err


def test_plain_http_is_for_this_computer_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, {**API, "STALKCHECK_DELIVER": "zgw:http://127.0.0.1:8000/documenten/api/v1"})

    found = destination()

    assert found is not None
    assert found["address"] == "http://127.0.0.1:8000/documenten/api/v1"
