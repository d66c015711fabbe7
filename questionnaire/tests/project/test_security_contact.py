"""Where to report a security problem: what is taken from the environment, and what stops the start."""

import pytest

from stalkcheck.security_contact import contacts


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ()),
        (" , ", ()),
        ("mailto:security@example.org", ("mailto:security@example.org",)),
        (
            "https://example.org/report , tel:112,mailto:a@example.org",
            ("https://example.org/report", "tel:112", "mailto:a@example.org"),
        ),
    ],
)
def test_the_addresses_in_order_of_preference(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: tuple[str, ...]
) -> None:
    monkeypatch.setenv("STALKCHECK_SECURITY_CONTACT", value)

    assert contacts() == expected


@pytest.mark.parametrize(
    "value",
    [
        "security@example.org",
        "mailto:@",
        "mailto:security",
        "http://example.org/report",
        "https:///report",
        "javascript:alert(1)",
        "tel:desk",
        "mailto:a@example.org\nExpires: 2999-01-01T00:00:00Z",
        "mailto:a@example.org, security",
    ],
)
def test_anything_else_stops_the_start_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    monkeypatch.setenv("STALKCHECK_SECURITY_CONTACT", value)

    with pytest.raises(SystemExit):
        contacts()

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("STALKCHECK_SECURITY_CONTACT must be ")
    assert value not in line
