"""A health check can tell a living bot from one that hangs, from one file."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.runtime.health import Heartbeat, is_healthy

NOW = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)


def test_a_fresh_beat_is_healthy_and_tells_its_status(tmp_path):
    path = tmp_path / "made" / "heartbeat"
    Heartbeat(path).beat(NOW, "connected")
    healthy, sentence = is_healthy(path, NOW + timedelta(seconds=30))
    assert healthy
    assert "30 seconds" in sentence
    assert "connected" in sentence


def test_the_newest_beat_counts_and_nothing_else_is_left_in_the_folder(tmp_path):
    heartbeat = Heartbeat(tmp_path / "heartbeat")
    heartbeat.beat(NOW, "starting")
    heartbeat.beat(NOW + timedelta(seconds=100), "connected")
    assert is_healthy(tmp_path / "heartbeat", NOW + timedelta(seconds=120))[0]
    assert [path.name for path in tmp_path.iterdir()] == ["heartbeat"]
    assert (tmp_path / "heartbeat").read_text(encoding="utf-8").count("\n") == 1


@pytest.mark.parametrize(
    ("age", "healthy", "says"),
    [
        (90, True, "90 seconds"),
        (91, False, "hangs or has stopped"),
        (-5, True, "0 seconds"),
        (-91, False, "a clock is wrong"),
    ],
)
def test_a_beat_may_be_as_old_as_the_limit(tmp_path, age, healthy, says):
    Heartbeat(tmp_path / "heartbeat").beat(NOW, "connected")
    found, sentence = is_healthy(tmp_path / "heartbeat", NOW + timedelta(seconds=age), max_age_seconds=90)
    assert found is healthy
    assert says in sentence


def test_no_file_is_not_healthy(tmp_path):
    healthy, sentence = is_healthy(tmp_path / "heartbeat", NOW)
    assert not healthy
    assert "hasn't started yet" in sentence


def test_a_file_that_can_not_be_read_is_not_healthy(tmp_path):
    healthy, sentence = is_healthy(tmp_path, NOW)
    assert not healthy
    assert "can't be read" in sentence


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"at": 5, "status": "connected"}',
        b'{"at": "2026-03-01T20:00:00", "status": "connected"}',
        b'{"at": "soon", "status": "connected"}',
    ],
)
def test_a_file_of_another_kind_is_not_healthy(tmp_path, content):
    path = tmp_path / "heartbeat"
    path.write_bytes(content)
    healthy, sentence = is_healthy(path, NOW)
    assert not healthy
    assert "isn't one that Shelftalk wrote" in sentence
