"""Taking pictures in, making them ready, throwing them away: rows and files stay together."""

from contextlib import suppress
from datetime import timedelta
from io import BytesIO

import pytest

from livedrop.lib.db import transaction
from livedrop.lib.errors import DomainError, Invalid, NotFound
from livedrop.lib.ratelimit import TooManyTries
from livedrop.media import commands, jobs, steps, store, verify
from livedrop.media.commands import NotKept
from livedrop.media.models import Asset
from livedrop.media.queries import asset_of_id
from livedrop.media.store import StoreAway
from livedrop.outbox.carefully import carefully
from livedrop.outbox.models import OutboxAttempt
from livedrop.outbox.relay import relay
from livedrop.products import commands as products
from livedrop.wiring import HEARERS
from tests import factories
from tests.media.samples import a_bomb, a_photo, a_picture
from tests.rows import kinds, row, rows
from tests.shopping import change


def taken(person, content=None, alt="A red vase"):
    upload = commands.look_at(BytesIO(content or a_picture(64, 48)))
    return commands.take(owner_id=person.id, upload=upload, alt=alt)


def test_a_picture_waits_and_is_ready_after_the_job(ada, files):
    asset_id = taken(ada, a_photo())
    assert row(Asset).state == "waiting"
    assert [one.partition("/")[0] for one in files()] == ["uploads"]
    commands.make_ready(asset_id=asset_id)
    name = row(Asset).name
    assert files() == [f"pictures/{name}/{size}.webp" for size in ("card", "full", "thumbnail")]
    assert [one["name"] for one in row(Asset).variants] == ["thumbnail", "card", "full"]
    assert kinds() == ["PictureUploaded", "PictureReady"]
    assert not list(verify.problems())


def test_making_it_ready_twice_changes_nothing(ada, files):
    asset_id = taken(ada)
    commands.make_ready(asset_id=asset_id)
    before = files()
    commands.make_ready(asset_id=asset_id)
    assert files() == before
    assert kinds() == ["PictureUploaded", "PictureReady"]


def test_a_broken_picture_says_so_and_may_be_tried_again(ada):
    asset_id = taken(ada, a_picture(64, 48)[:-200])
    commands.make_ready(asset_id=asset_id)
    assert row(Asset).failure == "broken"
    commands.retry(asset_id=asset_id, owner_id=ada.id)
    assert row(Asset).state == "waiting"
    assert kinds() == ["PictureUploaded", "PictureFailed", "PictureRetried"]


def hand_over():
    """Let every wait be over, and the job be tried with what is handed over then."""
    change("UPDATE outbox_events SET leased_until = at")
    change("UPDATE outbox_attempts SET next_at = begun_at")
    with suppress(StoreAway):
        relay(HEARERS, lambda job, chunks: [tried(job, list(ids)) for ids in chunks], 10)


def tried(job, ids):
    if job is jobs.PICTURES:
        carefully(job, ids)


def test_a_store_that_is_away_spoils_nothing(app, ada, shelf, away, monkeypatch):
    """F53: what could not be kept is tried again until it can, and says so meanwhile."""
    taken(ada)
    monkeypatch.setitem(app.extensions, "media", away)
    with pytest.raises(NotKept):
        taken(ada)
    for _ in range(2):
        hand_over()
    assert (row(Asset).failure, row(OutboxAttempt).attempts) == ("store-away", 2)
    assert list(verify.problems()) == ["the store of pictures does not answer"]
    monkeypatch.setitem(app.extensions, "media", shelf)
    hand_over()
    assert (row(Asset).state, rows(OutboxAttempt)) == ("ready", [])
    assert kinds() == ["PictureUploaded", "PictureFailed", "PictureReady"]
    assert (away.answers(), shelf.answers()) == (False, True)


def test_its_owner_may_be_faster(app, ada, shelf, away, monkeypatch):
    asset_id = taken(ada)
    with monkeypatch.context() as gone:
        gone.setitem(app.extensions, "media", away)
        hand_over()
    commands.retry(asset_id=asset_id, owner_id=ada.id)
    assert row(Asset).state == "waiting"
    hand_over()
    assert row(Asset).state == "ready"


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
        (b"", 422),
        (a_bomb(), 422),
        (b"\xff\xd8\xff" + b"\0" * (8 * 2**20), 413),
    ],
)
def test_what_may_not_come_in_leaves_nothing(ada, files, content, status):
    """S44: SVG, nothing, too many pixels, too many bytes."""
    with pytest.raises(Invalid) as no:
        taken(ada, content) if content else commands.look_at(BytesIO())
    assert no.value.status == status
    assert not rows(Asset)
    assert not files()


def test_a_picture_needs_words(ada):
    with pytest.raises(Invalid):
        taken(ada, alt=" ")
    assert not rows(Asset)


def test_nobody_keeps_more_than_their_share(ada, files, monkeypatch):
    """S45; the control is the same with a larger share."""
    monkeypatch.setattr(steps, "MOST_KEPT", 1)
    taken(ada)
    with pytest.raises(DomainError, match="quota-reached"):
        taken(ada)
    assert len(files()) == 1
    monkeypatch.setattr(steps, "MOST_KEPT", 2)
    monkeypatch.setattr(steps, "MOST_BYTES", 1)
    with pytest.raises(DomainError, match="quota-reached"):
        taken(ada)
    monkeypatch.undo()


def test_nobody_has_more_made_ready_than_others_can_wait_for(ada, ben, files, monkeypatch):
    """Each may take the one worker twenty seconds, and one that failed can be tried for ever; the
    control is the same with a longer queue."""
    monkeypatch.setattr(steps, "MOST_WAITING", 1)
    failed = taken(ada, a_picture(64, 48)[:-200])
    commands.make_ready(asset_id=failed)
    taken(ada)
    with pytest.raises(TooManyTries):
        taken(ada)
    with pytest.raises(TooManyTries):
        commands.retry(asset_id=failed, owner_id=ada.id)
    assert taken(ben)
    monkeypatch.setattr(steps, "MOST_WAITING", 9)
    assert taken(ada)
    commands.retry(asset_id=failed, owner_id=ada.id)


def test_what_is_removed_is_gone_with_its_files(ada, cleo, files):
    asset_id = taken(ada)
    commands.make_ready(asset_id=asset_id)
    with pytest.raises(NotFound):
        commands.remove(asset_id=asset_id, owner_id=cleo.id)
    commands.remove(asset_id=asset_id, owner_id=ada.id)
    assert not files()
    assert not rows(Asset)


def test_what_nothing_shows_is_thrown_away_after_a_day(ada, files):
    unused, used = taken(ada), taken(ada)
    product = factories.a_product(ada.creator)
    products.add_picture(product_id=product.id, creator_id=ada.id, asset_id=used)
    assert commands.purge() == 0
    assert commands.purge(hours=0) == 1
    assert [one.id for one in rows(Asset)] == [used]
    assert asset_of_id(unused) is None
    assert len(files()) == 1


def thrown_away_of_what_was_shown_until_now(ada):
    """A picture that was uploaded two days ago was shown with a product ever since."""
    asset_id, product = taken(ada), factories.a_product(ada.creator)
    products.add_picture(product_id=product.id, creator_id=ada.id, asset_id=asset_id)
    factories.change(row(Asset), created_at=factories.now() - timedelta(days=2))
    with transaction() as tx:
        steps.show_with_product(tx, product.id, ada.id, [])
    return commands.purge()


def test_what_was_shown_until_now_is_kept_for_a_day_too(ada, files):
    """It was gone within minutes, if it was not uploaded that day."""
    assert thrown_away_of_what_was_shown_until_now(ada) == 0
    factories.change(row(Asset), put_away_at=factories.now() - timedelta(hours=25))
    assert commands.purge() == 1


def test_by_the_day_of_its_upload_it_would_not_be(ada, files, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(steps, "unused_since", Asset.created_at)
    assert thrown_away_of_what_was_shown_until_now(ada) == 1


def test_files_that_no_row_knows_are_found_and_swept_up(ada, files, shelf, monkeypatch):
    commands.make_ready(asset_id=taken(ada))
    shelf.put("uploads/lost", b"-", "image/jpeg")
    shelf.put("pictures/lost/card.webp", b"-", "image/webp")
    assert commands.sweep() == 0
    monkeypatch.setattr(verify, "UNDER_WAY", verify.UNDER_WAY * 0)
    wrong = list(verify.problems())
    assert wrong == [
        "no picture has the file uploads/lost",
        "no picture has the file pictures/lost/card.webp",
    ]
    assert commands.sweep(hours=0) == 2
    shelf.delete(f"pictures/{row(Asset).name}/card.webp")
    assert [one.endswith("card.webp is missing") for one in verify.problems()] == [True]


def test_what_a_killed_process_was_writing_is_swept_up_and_nothing_of_others(
    app, tmp_path, monkeypatch
):
    monkeypatch.setitem(app.extensions, "media", store.Disk(str(tmp_path)))
    draft, others = (tmp_path / store.UPLOADS / name for name in (f".{'0' * 32}", "lost+found.txt"))
    draft.parent.mkdir()
    draft.touch()
    others.touch()
    assert commands.sweep(hours=0) == 1
    assert [path.name for path in draft.parent.iterdir()] == [others.name]


def test_pictures_are_shown_in_the_order_that_is_asked_for(ada):
    product = factories.a_product(ada.creator)
    first, second, third = (taken(ada) for _ in range(3))
    for one in (first, second, third):
        products.add_picture(product_id=product.id, creator_id=ada.id, asset_id=one)
    move = {"product_id": product.id, "creator_id": ada.id}
    products.move_picture(**move, asset_id=third, by=-1)
    products.move_picture(**move, asset_id=first, by=-1)
    order = sorted(rows(Asset), key=lambda asset: asset.position)
    assert [asset.id for asset in order] == [first, third, second]


def test_nobody_shows_pictures_of_somebody_else(ada, cleo):
    product = factories.a_product(ada.creator)
    with pytest.raises(Invalid):
        products.add_picture(product_id=product.id, creator_id=ada.id, asset_id=taken(cleo))
    assert row(Asset).product_id is None


def test_the_relay_is_told_which_job_makes_pictures():
    assert HEARERS.kinds["PictureUploaded"] == HEARERS.kinds["PictureRetried"] == (jobs.PICTURES,)
