"""A part of a page that is rendered once for everybody."""

from __future__ import annotations

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.translation import override

from questionnaire.templatetags import once

PART = "{% load once i18n %}{% once same day %}{% translate 'Save' %} {{ name }}{% endonce %}"


def render(template: Template, **values: object) -> str:
    return template.render(Context(values))


def test_a_part_is_rendered_once_for_each_language_and_for_each_of_what_it_differs_by() -> None:
    template = Template(PART)
    with override("en"):
        assert render(template, same=True, day=1, name="first") == "Save first"
        assert render(template, same=True, day=1, name="second") == "Save first"
        assert render(template, same=True, day=2, name="third") == "Save third"
    with override("nl"):
        assert render(template, same=True, day=1, name="vierde") == "Opslaan vierde"


def test_where_it_is_not_the_same_for_everybody_it_is_rendered_anew() -> None:
    template = Template(PART)
    with override("en"):
        assert render(template, same=False, day=1, name="Anna's own") == "Save Anna&#x27;s own"
        assert render(template, same=True, day=1, name="everybody's") == "Save everybody&#x27;s"
        assert render(template, same=False, day=1, name="mine") == "Save mine"


def test_no_more_versions_are_kept_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "_MOST", 2)
    template = Template(PART)
    (node,) = template.nodelist.get_nodes_by_type(once.OnceNode)
    for day in range(5):
        render(template, same=True, day=day, name="x")
        assert len(node.rendered) <= 2  # type: ignore[attr-defined]


@pytest.mark.parametrize("arguments", ["", "same", "same day more"])
def test_it_says_when_and_by_what(arguments: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="once takes"):
        Template(f"{{% load once %}}{{% once {arguments} %}}{{% endonce %}}")


def test_it_holds_no_block() -> None:
    with pytest.raises(TemplateSyntaxError, match="no block"):
        Template("{% load once %}{% once a b %}{% block main %}{% endblock %}{% endonce %}")
