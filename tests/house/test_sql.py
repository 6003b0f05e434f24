"""SQL and markup are written in the source and nowhere else (S49).

A statement is made when a module is loaded, from its own constants; at that time nobody has sent
anything. In a function it may only be written out as one literal.

And none needs a session that outlives its transaction (F43): a pooler lends none.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "livedrop"
WORDS = {"text", "literal_column", "Markup", "exec_driver_sql"}  # what makes SQL or HTML of text
LIBRARIES = {"db", "sa", "sqlalchemy"}
BUILT = (ast.JoinedStr, ast.BinOp)
ALLOWED = {
    ("seed/commands.py", "TRUNCATE"): "names of our own tables, in development",
}


class Looks(ast.NodeVisitor):
    """Finds calls in functions that make SQL or HTML of something that is not a literal."""

    def __init__(self, source):
        self.source, self.found, self.depth, self.names = source, [], 0, set()
        self.visit(ast.parse(source))

    def visit_ImportFrom(self, node):
        if (node.module or "").partition(".")[0] in {"sqlalchemy", "markupsafe", "flask"}:
            self.names |= {one.asname or one.name for one in node.names if one.name in WORDS}

    def visit_FunctionDef(self, node):
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef

    def visit_Call(self, node):
        if self.depth and node.args and self._is_written(node.func, node.args[0]):
            self.found.append(ast.get_source_segment(self.source, node))
        self.generic_visit(node)

    def _is_written(self, called, words):
        if isinstance(called, ast.Name):
            makes = called.id in self.names
        else:
            name = getattr(called, "attr", "")
            of = getattr(getattr(called, "value", None), "id", "")
            makes = name == "exec_driver_sql" or (name in WORDS and of in LIBRARIES)
            if name == "execute" and (isinstance(words, BUILT) or _is_formatted(words)):
                return True
        return makes and not isinstance(words, ast.Constant)


def _is_formatted(words):
    return isinstance(words, ast.Call) and getattr(words.func, "attr", "") == "format"


def written():
    return [
        (path.relative_to(PACKAGE).as_posix(), call)
        for path in sorted(PACKAGE.rglob("*.py"))
        for call in Looks(path.read_text()).found
    ]


def test_no_function_writes_sql_or_markup_of_what_it_is_given():
    def allowed(file, call):
        return any(file == where and words in call for where, words in ALLOWED)

    assert [one for one in written() if not allowed(*one)] == []


def test_what_is_allowed_is_still_there():
    assert all(any(file == f and words in call for f, call in written()) for file, words in ALLOWED)


@pytest.mark.parametrize(
    "call",
    [
        'text(f"SELECT {x}")',
        'text("SELECT " + x)',
        'text("SELECT %s" % x)',
        'text("SELECT {}".format(x))',
        "text(x)",
        'literal_column(f"{x} + 1")',
        'session.execute(f"SELECT {x}")',
        'cursor.execute("SELECT {}".format(x))',
        "connection.exec_driver_sql(x)",
        "db.text(x)",
        "Markup(x)",
        'Markup(f"<b>{x}</b>")',
    ],
)
def test_each_way_to_do_it_is_seen(call):
    """The controls."""
    head = "from sqlalchemy import literal_column, text\nfrom markupsafe import Markup\n"
    assert Looks(f"{head}def view(x):\n    return {call}").found == [call]
    assert Looks(f"{head}view = lambda x: {call}").found == [call]


@pytest.mark.parametrize("call", ['text("SELECT :x")', "session.execute(STATEMENT, {'x': x})"])
def test_what_takes_values_is_fine(call):
    assert Looks(f"from sqlalchemy import text\ndef view(x):\n    return {call}").found == []


# What is kept in a session, and is somebody else's in the next transaction.
KEPT = re.compile(
    r"^\s*((UN)?LISTEN |PREPARE |SET (?!LOCAL)\w+( TO| =)|CREATE TEMP)|WITH HOLD"
    r"|pg_(try_)?advisory_(lock|unlock)|set_config\([^)]*, *false\)",
    re.IGNORECASE,
)


def kept(source):
    """Literals that leave something in a session."""
    literals = (
        node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)
    )
    return [one for one in literals if isinstance(one, str) and KEPT.search(one)]


def test_f43_no_statement_leaves_anything_in_a_session():
    files = sorted(PACKAGE.rglob("*.py"))
    assert {path.name: kept(path.read_text()) for path in files if kept(path.read_text())} == {}


@pytest.mark.parametrize(
    "words",
    [
        "LISTEN orders",
        "SET statement_timeout = 0",
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_try_advisory_lock(1)",
        "CREATE TEMP TABLE x ()",
        "DECLARE x CURSOR WITH HOLD FOR SELECT 1",
        "SELECT set_config('jit', 'off', false)",
    ],
)
def test_each_way_to_leave_something_is_seen(words):
    """The controls."""
    assert kept(f"x = {words!r}") == [words]
    assert (
        kept("x = 'SELECT pg_advisory_xact_lock(1)', 'UPDATE x SET y = 1', 'SET LOCAL x = 1'") == []
    )
