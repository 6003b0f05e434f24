"""What LiveDrop lets itself be told, and what it refuses to start with."""

from dataclasses import asdict

import pytest

from deploy import configuration
from deploy.local.paths import ROOT
from livedrop.config import ConfigError, from_environment

GOOD = {
    "DATABASE_URL": "postgres://ada@127.0.0.1/livedrop",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "SECRET_KEY": "s" * 32,
    "LIVEDROP_SMTP_URL": "smtp://127.0.0.1",
    "LIVEDROP_MEDIA": "/var/lib/livedrop/media",
}


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_usual_names_of_postgres_all_mean_psycopg_3(scheme):
    config = from_environment(GOOD | {"DATABASE_URL": f"{scheme}://ada@127.0.0.1/livedrop"})
    assert config.sqlalchemy_url == "postgresql+psycopg://ada@127.0.0.1/livedrop"


@pytest.mark.parametrize("name", GOOD)
def test_it_refuses_to_start_without(name):
    with pytest.raises(ConfigError, match=name):
        from_environment({key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("LIVEDROP_PREVIOUS_SECRET_KEY", "short"),
        ("REDIS_URL", "http://127.0.0.1"),
        ("DATABASE_URL", "mysql://127.0.0.1/livedrop"),
        ("LIVEDROP_ENV", "staging"),
        ("LIVEDROP_URL", "livedrop"),
        ("LIVEDROP_POOL_SIZE", "many"),
        ("LIVEDROP_PROXIES", "-1"),
        ("LIVEDROP_POOL_SIZE", "0"),
        ("LIVEDROP_LATCH_SECONDS", "-1"),
        ("LIVEDROP_LATCH_SECONDS", "nan"),
        ("LIVEDROP_PAGE_SECONDS", "inf"),
        ("LIVEDROP_URL", "ftp://shop.example"),
        ("LIVEDROP_URL", "http://shop.example"),
        ("LIVEDROP_LOG", "xml"),
        ("LIVEDROP_LOAD_TEST", "maybe"),
        ("LIVEDROP_SPEED", "9000"),
        ("LIVEDROP_SMTP_URL", "http://127.0.0.1"),
        ("LIVEDROP_MEDIA", "media"),
        ("LIVEDROP_MEDIA", "s3://"),
        ("LIVEDROP_MEDIA", "s3://key:secret@shop"),
        ("LIVEDROP_MEDIA", "s3://shop/../other"),
        ("LIVEDROP_MEDIA_ENDPOINT", "https://s3.example"),
        ("LIVEDROP_MEDIA_URL", "cdn.example.com"),
        ("LIVEDROP_SMTP_URL", "smtp://127.0.0.1:none"),
        ("LIVEDROP_MAIL_FROM", "the shop"),
        ("LIVEDROP_TRACES", "1"),
        ("LIVEDROP_TRACES", "https://key:secret@traces.example/v1/traces"),
        ("LIVEDROP_MAIL_FROM", "Shop <a@b.example>\nBcc: all@b.example"),
    ],
)
def test_it_refuses_what_it_does_not_know_or_cannot_use(name, value):
    with pytest.raises(ConfigError):
        from_environment(GOOD | {name: value})


IN_BUCKET = GOOD | {"LIVEDROP_MEDIA": "s3://shop.example/pictures/"}


@pytest.mark.parametrize(
    "endpoint", ["s3.example", "https://key:secret@s3.example", "http://s3.example", "https://s/?x"]
)
def test_a_bucket_is_nowhere_strange_and_nobody_reads_along(endpoint):
    with pytest.raises(ConfigError, match="LIVEDROP_MEDIA_ENDPOINT"):
        from_environment(IN_BUCKET | {"LIVEDROP_MEDIA_ENDPOINT": endpoint})


@pytest.mark.parametrize("endpoint", ["", "https://s3.example:9000/", "http://127.0.0.1:9000"])
def test_a_bucket_is_amazons_or_that_of_whoever_speaks_like_it(endpoint):
    assert (
        from_environment(IN_BUCKET | {"LIVEDROP_MEDIA_ENDPOINT": endpoint}).media
        == (IN_BUCKET["LIVEDROP_MEDIA"])
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LIVEDROP_LOAD_TEST", "1"),
        ("LIVEDROP_FAILPOINTS", "before_commit=kill"),
        ("LIVEDROP_MAILBOX", "/tmp/mailbox"),
    ],
)
def test_production_refuses_what_is_for_tests(name, value):
    with pytest.raises(ConfigError, match="not in production"):
        from_environment(GOOD | {"LIVEDROP_ENV": "production", name: value})
    assert from_environment(GOOD | {"LIVEDROP_ENV": "development", name: value})


def test_a_load_test_lifts_rate_limits_and_nothing_else(config, make_app, caplog):
    usual, lifted = make_app(load_test=False), make_app(load_test=True)
    assert "Rate limits are lifted" in caplog.text
    assert usual.config == lifted.config
    assert usual.before_request_funcs.keys() == lifted.before_request_funcs.keys()
    assert set(map(str, usual.url_map.iter_rules())) == set(map(str, lifted.url_map.iter_rules()))
    told = [asdict(app.extensions["livedrop"]) for app in (usual, lifted)]
    assert {name for name in told[0] if told[0][name] != told[1][name]} == {"load_test"}
    assert usual.extensions["rate-limits"] is not None
    assert lifted.extensions["rate-limits"] is None


def test_every_setting_is_written_down_with_its_meaning_and_default():
    """U55. Made anew by `python -m deploy.configuration > docs/configuration.md`."""
    page = (ROOT / "docs/configuration.md").read_text()
    assert page == configuration.table()
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    assert all(len(row) == 3 and len(row[2]) > 10 for row in rows)


def test_a_pooler_is_asked_for_nothing_that_a_session_keeps(make_app):
    lent, own = (
        make_app(pooler=pooler).config["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"]
        for pooler in (True, False)
    )
    assert "options" not in lent
    assert lent["prepare_threshold"] is None
    assert "statement_timeout=3s" in own["options"]
