"""White space that only indents the source of a page."""

from django.template import Context, Template


def test_indents_are_left_out_and_line_ends_stay() -> None:
    template = Template("{% load compact %}{% compact %}<p>\n    {{ said }}\n  </p>{% endcompact %}")

    html = template.render(Context({"said": "<een>  twee\n   drie"}))

    assert html == "<p>\n&lt;een&gt;  twee\ndrie\n</p>"
