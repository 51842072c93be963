"""Never a bad model: what is refused while publishing, and what stays then."""

import logging

import pytest

from tests.compiler.publishing import INTERVAL, Config, everything, loop, read, undecided


def delay_free() -> Config:
    return loop(samples=(0.0, 233.0))


def not_a_number() -> Config:
    config = loop()
    config["root"]["feedback"]["gains"][0][1] = float("nan")
    return config


@pytest.mark.parametrize(
    ("bad", "verdict", "words"),
    [
        (lambda: loop(1.01), "unstable", "loop"),
        (not_a_number, None, "loop/mixing: gains[0][1] is not finite"),
        (delay_free, None, "loop"),
        (lambda: {"schema_version": 1}, None, "name"),
    ],
    ids=["unstable", "NaN", "delay-free", "malformed"],
)
@pytest.mark.parametrize("force", [False, True])
def test_a_bad_model_is_never_published_and_the_last_good_one_stays(
    live, clock, caplog, bad, verdict, words, force
):
    live.update(loop())
    clock.wait(1.0)
    before = everything(live)
    updates = []
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            updates.append(live.update(bad(), force=force))
            clock.wait(10.0)
    assert all(update.state == "refused" and words in update.reason for update in updates)
    assert {update.verdict for update in updates} == {verdict}
    assert {update.generation for update in updates} == {1}
    assert everything(live) == before
    assert [record.getMessage() for record in caplog.records] == [updates[0].reason]
    assert "\n" not in updates[0].reason


def test_a_bad_model_is_not_published_as_the_first_one_either(live):
    assert live.update(loop(1.01)).state == "refused"
    assert everything(live) == {}


def test_a_bad_model_that_waited_is_refused_and_the_last_good_one_stays(live, clock, caplog):
    live.update(loop(0.7))
    assert live.update(loop(1.01)).state == "waiting"
    before = everything(live)
    with caplog.at_level(logging.WARNING):
        clock.wait(INTERVAL)
    assert everything(live) == before
    assert live.last is not None
    assert (live.last.state, live.last.verdict) == ("refused", "unstable")
    assert [record.getMessage() for record in caplog.records] == [live.last.reason]


def test_a_malformed_model_does_not_take_the_place_of_a_good_one_that_waits(live, clock):
    live.update(loop(0.7))
    live.update(loop(0.6))
    for bad in (not_a_number(), {"schema_version": 1}, [1.0]):
        assert live.update(bad).state == "refused"
    clock.wait(INTERVAL)
    assert read(live, ".json")["root"] == loop(0.6)["root"]


def test_the_same_complaint_is_logged_again_after_a_good_model(live, clock, caplog):
    with caplog.at_level(logging.WARNING):
        for gain in (1.01, 0.5, 1.01):
            live.update(loop(gain))
            clock.wait(1.0)
    assert len(caplog.records) == 2


def test_a_lossless_model_is_published_with_a_warning(live, caplog):
    with caplog.at_level(logging.WARNING):
        update = live.update(loop(1.0))
    assert (update.state, update.verdict) == ("published", "marginally-stable")
    assert "marginally-stable" in update.reason
    assert len(caplog.records) == 1


def test_what_cannot_be_decided_is_published_only_when_forced(live, clock):
    refused = live.update(undecided())
    assert (refused.state, refused.verdict) == ("refused", "indeterminate")
    assert "force=True" in refused.reason
    assert everything(live) == {}
    clock.wait(1.0)
    forced = live.update(undecided(), force=True)
    assert (forced.state, forced.verdict) == ("published", "indeterminate")
