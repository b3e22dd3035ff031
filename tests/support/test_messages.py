"""`config.messages`, on samples of its own; the product's catalogue is checked by bin/test."""

import gettext
import io

import pytest
from django.conf import settings
from django.utils import translation

from config import messages
from config.messages import Mistake, Text

MODULE = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext as many, pgettext
from django.utils import translation
class Kind:
    OPEN = "open", gettext_lazy("在办")
title = _("第一" "季度")
count = many("%(n)s项", "共%(n)s项", n) % {"n": n}
month = pgettext("月份", "五月")
other = translation.gettext("其他")
same = _(title)
"""
TEMPLATE = """{% load i18n %}<h1>{% translate "总览" %}</h1>{% translate "五月" context "月份" %}
{% blocktranslate count n=rows|length %}{{ n }}行{% plural %}共{{ n }}行{% endblocktranslate %}
{% blocktranslate trimmed with name=unit.name %}
  你好，{{ name }}
{% endblocktranslate %}{{ _("尾") }}"""


@pytest.fixture
def source(tmp_path):
    """A small product of one module and one template, its catalogue refreshed once."""
    (tmp_path / "pledges" / "templates").mkdir(parents=True)
    (tmp_path / "pledges" / "models.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "pledges" / "templates" / "page.html").write_text(TEMPLATE, encoding="utf-8")
    messages.refresh(tmp_path)
    return tmp_path


def translate(root, **texts):
    """Fill in the .po by hand, as a translator would, for each msgid; then refresh."""
    path = root / messages.CATALOGUE
    text = path.read_text(encoding="utf-8")
    for msgid, msgstr in texts.items():
        assert f'msgid "{msgid}"\nmsgstr ""\n' in text
        text = text.replace(f'msgid "{msgid}"\nmsgstr ""\n', f'msgid "{msgid}"\nmsgstr "{msgstr}"\n')
    path.write_text(text, encoding="utf-8")
    messages.refresh(root)


def test_python_is_read_with_its_aliases():
    assert set(messages.in_python(MODULE)) == {
        Text("在办"),
        Text("第一季度"),
        Text("%(n)s项", "共%(n)s项"),
        Text("五月", context="月份"),
        Text("其他"),
    }


def test_templates_are_read():
    assert set(messages.in_template(TEMPLATE)) == {
        Text("总览"),
        Text("五月", context="月份"),
        Text("%(n)s行", "共%(n)s行"),
        Text("你好，%(name)s"),
        Text("尾"),
    }


@pytest.mark.parametrize("argument", ['f"共{n}项"', '"共" + n', '"共%s项" % n', '"共{}项".format(n)'])
def test_a_text_put_together_before_translating_is_refused(argument):
    with pytest.raises(Mistake, match=r"models\.py:2"):
        list(messages.in_python(f"from django.utils.translation import gettext as _\n_({argument})", "models.py"))


def test_a_templates_indentation_is_its_own_affair():
    deep = """<ul>
            {% if x %}
        <li>{% translate "一" %}
      {% endif %}
    <li>{% blocktranslate %}二
            三{% endblocktranslate %}
</ul>"""
    assert set(messages.in_template(deep)) == {Text("一"), Text("二\n            三")}


def test_a_broken_template_is_named():
    with pytest.raises(Mistake, match=r"page\.html"):
        list(messages.in_template("{% blocktranslate %}{% if x %}{% endblocktranslate %}", "page.html"))


def test_refreshing_keeps_translations_and_drops_what_is_gone(source):
    translate(source, 总览="Overview", 其他="Other")
    module = source / "pledges" / "models.py"
    module.write_text(MODULE.replace('"其他"', '"别的"'), encoding="utf-8")
    messages.refresh(source)
    catalogue = messages.read(source / messages.CATALOGUE)
    assert catalogue.get("总览").string == "Overview"
    assert catalogue.get("其他") is None
    assert not catalogue.obsolete
    assert catalogue.get("别的").string == ""


def test_refreshing_twice_changes_no_byte(source):
    translate(source, 总览="Overview")
    path = source / messages.CATALOGUE
    before = path.read_bytes(), path.with_suffix(".mo").read_bytes()
    messages.refresh(source)
    assert (path.read_bytes(), path.with_suffix(".mo").read_bytes()) == before
    assert b"Date" not in before[0] + before[1]


def test_a_complete_catalogue_has_no_problem_and_every_fault_is_listed(source):
    path = source / messages.CATALOGUE
    assert "untranslated: “总览”" in set(messages.problems(source))
    text = path.read_text(encoding="utf-8")
    head, body = text.split("\n\n", 1)
    body = body.replace('msgstr[0] ""', 'msgstr[0] "one"').replace('msgstr[1] ""', 'msgstr[1] "%(n)s"')
    body = body.replace('你好，%(name)s"\nmsgstr ""', '你好，%(name)s"\nmsgstr "Hello, %(name)s"')
    body = body.replace('msgstr ""', 'msgstr "x"')
    path.write_text(f"{head}\n\n{body}", encoding="utf-8")
    assert list(messages.problems(source)) == ["stale: locale/en/LC_MESSAGES/django.mo"]
    messages.refresh(source)
    assert list(messages.problems(source)) == []

    text = path.read_text(encoding="utf-8")
    text = text.replace('msgstr "Hello, %(name)s"', 'msgstr "Hello, %(nam)s"')
    text = text.replace('msgid "其他"', '#, fuzzy\nmsgid "其他"').replace('msgid "总览"', 'msgid "概览"')
    path.write_text(text, encoding="utf-8")
    assert set(messages.problems(source)) == {
        "placeholders differ: “你好，%(name)s” → “Hello, %(nam)s”",
        "fuzzy: “其他”",
        "missing: “总览”",
        "obsolete: “概览”",
        "stale: locale/en/LC_MESSAGES/django.mo",
    }


def test_django_loads_the_compiled_file(source, settings):
    translate(source, 总览="Overview")
    mo = (source / messages.CATALOGUE).with_suffix(".mo").read_bytes()
    assert gettext.GNUTranslations(io.BytesIO(mo)).gettext("总览") == "Overview"
    settings.LOCALE_PATHS = [source / "locale"]  # the setting_changed signal empties Django's caches
    with translation.override("en"):
        assert translation.gettext("总览") == "Overview"
        assert translation.gettext("其他") == "其他"
    with translation.override(settings.LANGUAGE_CODE):
        assert translation.gettext("总览") == "总览"


def test_placeholders():
    assert messages.placeholders("%(n)d项，{unit}，100%%，%s") == {"n", "unit", "%s"}
    assert messages.placeholders("达到80% 以上") == set()
    assert settings.LANGUAGE_CODE == "zh-hans"
