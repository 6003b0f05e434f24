"""Static files: kept for ever under the address of their content."""

import gzip

from livedrop.lib.assets import Assets


def test_a_page_links_to_what_never_changes(page):
    sheet = page.get("/sign-in").one("link[rel=stylesheet]").get("href")
    answer = page.client.get(sheet)
    assert answer.mimetype == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_every_script_and_picture_a_page_names_is_there(page):
    seen = page.get("/sign-in")
    for element in [*seen.all("script[src]"), *seen.all("link[href]")]:
        address = element.get("src") or element.get("href")
        assert page.client.get(address).status_code == 200, address


def test_another_versions_address_is_answered_but_not_kept(page):
    answer = page.client.get("/static/0000000000000000/js/main.js")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


def test_the_address_changes_with_any_file(tmp_path):
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "a.css").write_text("a {}")
    before = Assets(tmp_path)
    (tmp_path / "css" / "a.css").write_text("b {}")
    after = Assets(tmp_path)
    assert before.url("app.css") != after.url("app.css")
    assert before.files["app.css"].body == b"a {}"


def test_what_gets_smaller_is_compressed_for_whoever_takes_it(page):
    sheet = page.get("/sign-in").one("link[rel=stylesheet]").get("href")
    plain = page.client.get(sheet)
    packed = page.client.get(sheet, headers={"Accept-Encoding": "br, gzip"})
    refused = page.client.get(sheet, headers={"Accept-Encoding": "gzip;q=0"})
    assert gzip.decompress(packed.data) == plain.data == refused.data
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


def test_styles_are_sent_without_their_comments_and_select_what_they_did(tmp_path):
    """A minifier once made `.field:is(input)` of it, and no field of the shop had its looks."""
    (tmp_path / "css").mkdir()
    sheet = "@layer a {\n  /* why\n  */\n  .field :is(input) { color: red; } /* and how */\n\n}\n"
    (tmp_path / "css" / "a.css").write_text(sheet)
    sent = Assets(tmp_path).files["app.css"].body
    assert sent == b"@layer a {\n.field :is(input) { color: red; }\n}"


def test_scripts_are_sent_without_their_comments(tmp_path):
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text("// why\nconst address = `http://a/${1 + 1}`;\n")
    assert Assets(tmp_path).files["js/a.js"].body == b"const address=`http://a/${1 + 1}`;"


def test_what_the_main_script_only_runs_is_sent_with_it(tmp_path):
    (tmp_path / "js").mkdir()
    for name, script in {
        "main": 'import "./a.js";\nimport "./b.js";\nimport "./c.js";\n',
        "a": "const name = 1;\n",
        "b": "const name = 2;\n",
        "c": 'import { x } from "./d.js";\n',
    }.items():
        (tmp_path / "js" / f"{name}.js").write_text(script)
    sent = Assets(tmp_path).files["js/main.js"].body
    assert sent == b'{const name=1;}\n{const name=2;}\nimport"./c.js";'


def test_nothing_outside_is_served(page):
    for path in ("../livedrop/config.py", "%2e%2e/pyproject.toml", "/etc/passwd", "css/../../x"):
        assert page.client.get(f"/static/x/{path}").status_code in {404, 308}
