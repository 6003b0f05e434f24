"""Publication freezes what a drop offers and opens its public history."""

from datetime import datetime

import pytest

from livedrop.drops import commands, queries
from livedrop.lib.errors import DomainError, NotFound
from tests import factories
from tests.drops.drafts import content
from tests.rows import kinds, recorded


def test_a_draft_becomes_scheduled(ada):
    drop = factories.a_draft(ada.creator)
    commands.publish(drop_id=drop.id, actor_id=ada.id)
    page = queries.drop_of_id(drop.id)
    assert (page.state, page.starts_at) == ("scheduled", drop.starts_at)


def test_a_start_already_past_becomes_the_instant_of_publication(ada):
    drop = factories.a_drop(ada.creator, starts_in=-3600, published=False)
    before = factories.now()
    commands.publish(drop_id=drop.id, actor_id=ada.id)
    page = queries.drop_of_id(drop.id)
    assert page.state == "live"
    assert before < page.starts_at == page.published_at < factories.now()


def test_the_history_and_the_news_tell_when_it_starts(ada):
    drop = factories.a_draft(ada.creator)
    commands.publish(drop_id=drop.id, actor_id=ada.id)
    (change,) = queries.history(drop.id)
    (event,) = recorded("DropPublished")
    assert change.kind == "published"
    assert datetime.fromisoformat(change.facts["starts_at"]) == drop.starts_at
    assert event.payload == {"creator_id": ada.id, **change.facts}


def test_it_is_published_once(ada):
    drop = factories.a_draft(ada.creator)
    commands.publish(drop_id=drop.id, actor_id=ada.id)
    with pytest.raises(DomainError, match="already-published"):
        commands.publish(drop_id=drop.id, actor_id=ada.id)
    assert kinds() == ["DropPublished"]


def test_a_drop_that_offers_nothing_is_not_published(ada):
    drop_id = commands.draft(creator_id=ada.id, content=content(skus=[]))
    with pytest.raises(DomainError, match="no-skus"):
        commands.publish(drop_id=drop_id, actor_id=ada.id)


def test_a_drop_whose_end_has_passed_is_not_published(ada):
    drop = factories.a_draft(ada.creator, starts_in=-3600, ends_in=-1)
    with pytest.raises(DomainError, match="ended"):
        commands.publish(drop_id=drop.id, actor_id=ada.id)


def test_a_cancelled_draft_is_not_published(ada):
    drop = factories.a_draft(ada.creator)
    commands.cancel(drop_id=drop.id, actor_id=ada.id, reason="A mistake.")
    with pytest.raises(DomainError, match="cancelled"):
        commands.publish(drop_id=drop.id, actor_id=ada.id)


def test_what_is_not_there_is_not_found(ada):
    with pytest.raises(NotFound):
        commands.publish(drop_id=1, actor_id=ada.id)
