"""What is delivered says nothing of its subject but in the PDF, and which failures pass."""

import pytest

from questionnaire.delivery.parcel import DeliveryError


@pytest.mark.parametrize(
    ("status", "is_final"),
    [
        *((status, True) for status in (302, 400, 401, 403, 404, 413)),
        *((status, False) for status in (408, 425, 429, 500, 502, 503)),
    ],
)
def test_what_a_server_refuses_is_final_and_what_passes_is_not(status: int, is_final: bool) -> None:
    error = DeliveryError.of_status(status)

    assert (error.code, error.is_final) == (f"http_{status}", is_final)
