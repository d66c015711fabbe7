"""Compress pages of lists, as long as they repeat nothing of their address: docs/adr/0006."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page

View = Callable[..., HttpResponse]


def compressed(*numbers: str) -> Callable[[View], View]:
    """Compress the pages of a view, unless its address asks for more than these numbers.

    The view shows none of them as it was written: it looks up what has this number.
    """

    def decorate(view: View) -> View:
        packed = gzip_page(view)

        @wraps(view)
        def either(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return (packed if request.GET.keys() <= set(numbers) else view)(request, *args, **kwargs)

        return either

    return decorate
