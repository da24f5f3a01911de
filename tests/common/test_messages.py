"""The catalogue tools find words, holes and bad habits."""

import textwrap

import pytest
from polib import POEntry, POFile

from common import catalogue


@pytest.fixture
def project(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(content), encoding="utf-8")
        return tmp_path

    return write


def test_words_are_found_in_python_and_templates(project):
    project(
        "app/views.py",
        """
        x = _("Sent")
        y = ngettext("one", "many", 2)
        z = pgettext("month", "May")
        """,
    )
    root = project(
        "templates/a.html",
        '{% translate "Home" %}{% nav_link "home" _("Products") %}{% blocktranslate trimmed %}\n Hi {{ name }}\n{% endblocktranslate %}',
    )

    used = catalogue.used_messages(root)

    assert {key[1] for key in used} == {"Sent", "one", "May", "Home", "Products", "Hi %(name)s"}
    assert used[None, "one"].plural == "many"
    assert ("month", "May") in used


def test_tests_and_migrations_are_not_read(project):
    project("tests/test_a.py", '_("A")')
    root = project("app/migrations/0001_a.py", '_("B")')

    assert catalogue.used_messages(root) == {}


def message(singular, plural=""):
    return catalogue.Message(None, singular, plural, "app/views.py")


def test_holes_and_leftovers_are_listed():
    po = POFile()
    po.append(POEntry(msgid="Sent", msgstr="Dikirim"))
    po.append(POEntry(msgid="Empty", msgstr=""))
    po.append(POEntry(msgid="Old", msgstr="Lama"))
    po.append(POEntry(msgid="%(a)s left", msgstr="sisa %(b)s"))
    used = {item.key: item for item in (message("Sent"), message("Empty"), message("New"), message("%(a)s left"))}

    problems = list(catalogue.catalogue_problems(po, used))

    assert [problem.split(":")[0] for problem in problems] == [
        "not translated",
        "not translated",
        "unused",
        "placeholders differ ['%(b)s']",
    ]


def test_update_adds_and_drops():
    po = POFile()
    po.append(POEntry(msgid="Sent", msgstr="Dikirim"))
    po.append(POEntry(msgid="Old", msgstr="Lama"))

    catalogue.update(po, {item.key: item for item in (message("Sent"), message("one", "many"))})

    assert [(entry.msgid, entry.msgid_plural) for entry in po] == [("one", "many"), ("Sent", "")]
    assert po[1].msgstr == "Dikirim"


@pytest.mark.parametrize(
    ("code", "bad"),
    [('_(f"Hi {x}")', True), ('gettext("a" + b)', True), ('_("a %s" % b)', True), ('gettext("{}".format(x))', True), ('_("a") % b', False)],
)
def test_words_built_before_translation(project, code, bad):
    root = project("app/views.py", code)

    assert bool(list(catalogue.python_problems(root))) is bad


@pytest.mark.parametrize(
    ("tag", "bad"),
    [
        ("{% blocktranslate %}", True),
        ("{% blocktrans count n=x %}", True),
        ("{% blocktranslate trimmed count n=x %}", False),
        ("{% blocktranslate with a=b trimmed %}", False),
        ("{% endblocktranslate %}", False),
    ],
)
def test_untrimmed_blocks(project, tag, bad):
    root = project("templates/a.html", tag)

    assert bool(list(catalogue.template_problems(root))) is bad


def test_stale_compiled_catalogue(tmp_path):
    path = tmp_path / "django.po"
    po = POFile()
    po.append(POEntry(msgid="Sent", msgstr="Dikirim"))
    po.save(str(path))

    assert not catalogue.is_compiled(path)
    po.save_as_mofile(str(path.with_suffix(".mo")))
    assert catalogue.is_compiled(path)
    po.append(POEntry(msgid="New", msgstr="Baru"))
    po.save(str(path))
    assert not catalogue.is_compiled(path)
