"""How fast the mails of one announcement are planned: a row for each follower who wants one."""

from time import perf_counter

from bench.database import Database, settings
from bench.report import Goal, Section, spread
from bench.stage import Stage
from deploy.local.console import Refusal, step
from livedrop import create_app
from livedrop.deliveries.commands import plan_next
from livedrop.extensions import db

GOAL = 2.0  # seconds for `COUNTED` deliveries
COUNTED = 100_000

MAKER = """
WITH person AS (
    INSERT INTO users (email, handle, display_name, password_hash)
    VALUES ('star@example.com', 'star', 'Star', '') RETURNING id, handle, display_name
)
INSERT INTO creators (id, handle, display_name) SELECT * FROM person RETURNING id
"""
# A tenth has not confirmed the address, another does not want to hear of it.
FOLLOWERS = """
WITH person AS (
    INSERT INTO users (email, handle, display_name, password_hash, confirmed_at)
    SELECT 'w' || n || '@example.com', 'w' || n, 'Follower', '',
        CASE WHEN n %% 10 > 0 THEN now() END
    FROM generate_series(1, %(rows)s) AS n RETURNING id
), unwilling AS (
    INSERT INTO preferences (user_id, kind, page, email)
    SELECT id, 'announced', true, false FROM person WHERE id %% 10 = 1
)
INSERT INTO follows (follower_id, creator_id, since)
SELECT id, %(star)s, now() - id * interval '1 second' FROM person
"""
ANNOUNCEMENT = """
INSERT INTO announcements (id, event_id, kind, creator_id, drop_id, at)
VALUES (nextval('news_ids'), %(number)s, 'announced', %(star)s, %(number)s, clock_timestamp())
"""


def run(stage: Stage) -> Section:
    """Announce one drop in each round, and plan for all followers of its creator."""
    app = create_app(settings(stage.database.url))
    star = _fill(stage.database, stage.options.rows)
    times, planned = [], 0
    for number in range(1, stage.options.rounds + 1):
        with stage.database.connection() as connection:
            connection.execute(ANNOUNCEMENT, {"number": number, "star": star})
        with app.app_context():
            begun = perf_counter()
            while plan_next(lane="announcements"):
                pass
            times.append(perf_counter() - begun)
        planned = _planned(stage.database, number)
    with app.app_context():
        db.engine.dispose()
    return _section(stage, times, planned)


def _fill(where: Database, rows: int) -> int:
    with where.connection() as connection, step(f"Writing {rows:,} followers of one creator"):
        star: int = connection.execute(MAKER).fetchone()[0]
        connection.execute(FOLLOWERS, {"rows": rows, "star": star})
        connection.execute("VACUUM ANALYZE")
    return star


def _planned(where: Database, event_id: int) -> int:
    """How many have a mail to come; nobody who does not want it, and everybody else."""
    question = """
        SELECT count(*), count(*) FILTER (WHERE confirmed_at IS NULL OR users.id %% 10 = 1)
        FROM deliveries JOIN users ON users.id = user_id WHERE event_id = %s
    """
    with where.connection() as connection:
        planned, unwanted = connection.execute(question, [event_id]).fetchone()
    if unwanted or not planned:
        raise Refusal(f"{planned} deliveries are planned, {unwanted} of them unwanted.")
    return int(planned)


def _section(stage: Stage, times: list[float], planned: int) -> Section:
    each = sorted(seconds * COUNTED / planned for seconds in times)
    section = Section(
        name="deliveries",
        title=f"an announcement to {stage.options.rows:,} followers, planned by one job",
        server=stage.database.server_version(),
        columns=("followers", "deliveries planned", "s", f"s for {COUNTED:,}"),
        rows=[(f"{stage.options.rows:,}", f"{planned:,}", spread(times), spread(each))],
        notes=[
            f"{len(times)} rounds, one announcement each; median [lowest-highest]. A tenth of the"
            " followers has not confirmed the address, another does not want this kind by mail.",
            "Shards of 10,000 followers, each planned and committed by itself, on durable storage.",
        ],
    )
    section.goals.append(
        Goal(f"{COUNTED:,} deliveries planned", GOAL, each[len(each) // 2], at_most=True, unit=" s")
    )
    return section
