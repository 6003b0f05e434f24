"""The queue runs what is on its list, and nothing that somebody else put into Redis."""

import json
import pickle
from contextlib import nullcontext

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job as PlainJob
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer
from rq.worker import SimpleWorker

from livedrop.lib.queue import Job, Queues, Refused


class Marks:
    """What jobs leave behind."""

    def __init__(self) -> None:
        self.left: list[object] = []

    def leave(self, ids: list[int]) -> None:
        self.left.append(ids)


@pytest.fixture
def marks() -> Marks:
    return Marks()


@pytest.fixture
def leave(marks) -> Job:
    return Job("leave", queue="yard", run=marks.leave)


@pytest.fixture
def queues(redis_url, leave) -> Queues:
    return Queues(redis_url, [leave])


@pytest.fixture
def redis(redis_url):
    with Redis.from_url(redis_url) as connection:
        connection.flushdb()
        yield connection
        connection.flushdb()


@pytest.fixture
def planted(redis, tmp_path):
    """Something foreign in the queue that would leave a file behind; whether it did."""

    def plant(data: bytes, **fields: str) -> PlainJob:
        queue = Queue("yard", connection=redis, serializer=JSONSerializer)
        job = queue.enqueue("leave", [1])
        redis.hset(job.key, mapping={"data": data, **fields})
        return job

    return plant


def serve(queues):
    queues.serve("yard", around=nullcontext, burst=True)


def failed(redis):
    return FailedJobRegistry("yard", connection=redis, serializer=JSONSerializer).get_job_ids()


def test_a_listed_job_runs_with_each_chunk_of_ids(redis, queues, leave, marks):
    queues.enqueue(leave, [[1, 2], [3]])
    serve(queues)
    assert marks.left == [[1, 2], [3]]


def test_nothing_remains_of_a_job_that_ran(redis, queues, leave):
    queues.enqueue(leave, [[1]])
    serve(queues)
    assert not redis.keys("rq:job:*") + redis.keys("rq:results:*")


def test_what_is_not_on_the_list_cannot_be_enqueued(redis, queues):
    with pytest.raises(Refused):
        queues.enqueue(Job("other", queue="yard", run=print), [[1]])


def test_a_job_that_names_a_shell_is_refused_and_alarmed(redis, queues, planted, tmp_path, caplog):
    command = f"touch {tmp_path}/broken-in"
    job = planted(json.dumps(["os.system", None, [command], {}]).encode())
    serve(queues)
    assert not list(tmp_path.iterdir())
    assert failed(redis) == [job.id]
    assert any(record.levelname == "CRITICAL" for record in caplog.records)


def test_a_plain_worker_would_have_run_the_shell(redis, planted, tmp_path):
    """The negative control: RQ as it comes."""
    planted(json.dumps(["os.system", None, [f"touch {tmp_path}/broken-in"], {}]).encode())
    SimpleWorker(["yard"], connection=redis, serializer=JSONSerializer).work(burst=True)
    assert [path.name for path in tmp_path.iterdir()] == ["broken-in"]


class Trap:
    """Does something when it is unpickled."""

    def __init__(self, path) -> None:
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path / "broken-in"), "w"))


def test_a_pickled_job_is_never_unpickled(redis, queues, planted, tmp_path):
    job = planted(pickle.dumps(("leave", None, [Trap(tmp_path)], {})))
    serve(queues)
    assert not list(tmp_path.iterdir())
    assert failed(redis) == [job.id]


def test_a_plain_worker_would_have_unpickled_it(redis, planted, tmp_path):
    """The negative control: RQ's serializer as it comes."""
    planted(pickle.dumps(("print", None, [Trap(tmp_path)], {})))
    SimpleWorker(["yard"], connection=redis).work(burst=True)
    assert [path.name for path in tmp_path.iterdir()] == ["broken-in"]


@pytest.mark.parametrize("call", ["success", "failure", "stopped"])
def test_callbacks_that_were_planted_are_forgotten(redis, queues, planted, marks, call):
    data = json.dumps(["leave", None, [[1]], {}]).encode()
    planted(data, **{f"{call}_callback_name": "os.abort"})
    serve(queues)
    assert marks.left == [[1]]


def test_a_method_of_some_object_is_no_job(redis, queues, planted, marks):
    job = planted(json.dumps(["leave", "an object", [[1]], {}]).encode())
    serve(queues)
    assert (marks.left, failed(redis)) == ([], [job.id])


def test_a_poisoned_job_does_not_keep_the_next_from_running(redis, queues, leave, planted, marks):
    planted(b"no json at all")
    queues.enqueue(leave, [[1]])
    serve(queues)
    assert marks.left == [[1]]


def test_a_job_that_fails_does_not_run_again_by_itself(redis, redis_url):
    tried = []

    def fail(ids):
        tried.append(ids)
        raise ZeroDivisionError

    job = Job("fail", queue="yard", run=fail)
    queues = Queues(redis_url, [job])
    queues.enqueue(job, [[1]])
    serve(queues)
    assert (tried, len(failed(redis))) == ([[1]], 1)


def test_a_queue_nothing_is_enqueued_on_cannot_be_served(queues):
    with pytest.raises(ValueError, match="nothing is ever enqueued"):
        queues.serve("garden", around=nullcontext)
