"""A server of Postgres and its disk are lost in the middle of a sale (F46), in little: `dev.py
drill` does the same with a million orders, and writes its figures to docs/benchmarks.md."""

from bench import drill


def test_what_was_promised_is_there_again_and_adds_up():
    found = drill.drill(500, 3, durable=False)
    assert found.wrong == ()
    assert found.after > 10
    assert found.lost < found.after
    assert found.rpo <= 5
