"""What templates may not contain, and what style sheets and scripts are named after."""

import re
from pathlib import Path

import pytest
from jinja2 import nodes

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
FORBIDDEN = {
    "escaping is never turned off": r"\|\s*safe\b|autoescape",
    "nothing is inline": r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son\w+=|hx-on",
    "no attribute of htmx is evaluated": r"\bjs:|javascript:|hx-trigger=\"[^\"]*\[",
    "links lead to our own files": r"(src|href)=\"(https?:)?//",
}


# Mail programs know no style sheets; and what a mail would load tells its sender who reads it.
MAILS = re.compile(r"mail/|layouts/mail\.html|components/mail\.html")
FORBIDDEN_IN_MAILS = r"<script|<link|\bsrc=|url\(|\son\w+=|\|\s*safe\b"


def templates():
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_no_template_breaks_the_policy(rule):
    """S28, S49"""
    broken = {
        name: found.group()
        for name in templates()
        if not MAILS.match(name)
        and (found := re.search(FORBIDDEN[rule], (TEMPLATES / name).read_text()))
    }
    assert not broken


def test_a_mail_loads_nothing_and_runs_nothing():
    mails = [name for name in templates() if MAILS.match(name)]
    assert mails
    assert not [
        name for name in mails if re.search(FORBIDDEN_IN_MAILS, (TEMPLATES / name).read_text())
    ]


@pytest.mark.parametrize("name", templates())
def test_every_template_compiles(app, name):
    app.jinja_env.get_template(name)


def test_templates_name_only_templates_that_are_there(app):
    for name in templates():
        tree = app.jinja_env.parse((TEMPLATES / name).read_text())
        for node in tree.find_all((nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)):
            assert node.template.value in templates(), f"{name} names {node.template.value}"


def test_scripts_import_only_scripts_that_are_there():
    scripts = ROOT / "static" / "js"
    for script in scripts.glob("*.js"):
        for name in re.findall(r'(?:from|import) "\./([^"]+)"', script.read_text()):
            assert (scripts / name).exists(), f"{script.name} imports {name}"


def test_every_style_sheet_is_in_a_layer():
    for sheet in (ROOT / "static" / "css").rglob("*.css"):
        assert re.match(r"(/\*.*?\*/\s*)*@layer ", sheet.read_text(), re.S), sheet.name
