"""Static files: kept for ever under the address of their content."""

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
    assert before.styles == b"a {}"


def test_nothing_outside_is_served(page):
    for path in ("../livedrop/config.py", "%2e%2e/pyproject.toml", "/etc/passwd", "css/../../x"):
        assert page.client.get(f"/static/x/{path}").status_code in {404, 308}
