"""`shelftalk rehearse` plays the sample and any file through the whole bot, and fails when the archive isn't exact."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.domain.errors import SetupProblem
from bot.rehearsal.check import differences
from bot.rehearsal.plan import load_chat
from bot.rehearsal.play import Timetable, plan_chat, play
from bot.rehearsal.rehearse import rehearse
from bot.storage.migrate import check
from tests.support import evening

ROOT = Path(__file__).parents[2]


def write_chat(path, lines, **header):
    rows = [{"title": "A chat about maps", "hosts": ["Maren"]} | header, *lines]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def real_like(path):
    """A file in the format of a real chat: its questions are among its messages."""
    texts = [
        ("m1", "Maren", "Hello all, we begin soon", -10),
        ("m2", "Ana", "Hi from the map room", -2),
        ("m3", "Maren", "Q1: Which map do you return to? #mapchat", 0),
        ("m4", "Ana", "A1: the one with the sea monsters #mapchat", 1),
        ("m5", "Maren", "Q2: Who drew it?", 9),
        ("m6", "Tomás", "A1: late, the tram map", 10),
        ("m7", "Ana", "A2: nobody knows", 11),
    ]
    lines = [
        {"id": i, "at": f"2026-05-05T20:{30 + m:02}:00Z", "author": a, "text": t, "reply_to": None, "answers": []}
        for i, a, t, m in texts
    ]
    lines[6]["reply_to"] = "m5"
    return write_chat(path, lines, questions=[{"number": 1, "id": "m3"}, {"number": 2, "id": "m5"}])


def test_the_sample_is_played_and_shown(tmp_path, capsys):
    assert rehearse(None, folder=tmp_path) == 0
    shown = capsys.readouterr().out
    assert "Q6 of 6" in shown
    assert "types /digest and sees, in private" in shown
    assert "The archive holds exactly what was said" in shown
    assert str(tmp_path / "shelftalk.db") in shown
    assert (tmp_path / "chat.html").stat().st_size > 10_000
    assert check(tmp_path / "shelftalk.db") == []
    with sqlite3.connect(tmp_path / "shelftalk.db") as database:
        (left_out,) = database.execute("SELECT count(*) FROM messages WHERE left_out").fetchone()
        (deleted,) = database.execute("SELECT count(*) FROM messages WHERE deleted_at NOT NULL").fetchone()
    assert left_out >= 2
    assert deleted >= 2


def test_a_file_of_a_real_chat_is_played_with_its_questions_as_prompts(tmp_path, capsys):
    chat = real_like(tmp_path / "mapchat_2026-05-05.jsonl")
    assert rehearse(chat, folder=tmp_path / "out") == 0
    shown = capsys.readouterr().out
    assert "Q1 of 2: Which map do you return to?" in shown
    assert "5 messages compared" in shown


def test_a_plan_without_a_transcript_is_played_to_an_empty_room(tmp_path, capsys):
    plan = tmp_path / "plan.toml"
    plan.write_text(
        'title = "Maps"\nhashtag = "mapchat"\nzone = "Europe/London"\nminutes = 30\nhost = "Maren"\n'
        'questions = ["One?", "Two?"]\n',
        encoding="utf-8",
    )
    assert rehearse(plan, folder=tmp_path / "out") == 0
    assert "No answers yet." in capsys.readouterr().out


def test_a_plan_that_the_bot_refuses_ends_with_the_bots_own_sentence(tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text(
        'title = "Maps"\nhashtag = "maps"\nzone = "Europe/London"\nminutes = 30\nhost = "Maren"\n'
        'start = 2029-05-05T20:00:00\nquestions = ["One?", "Two?"]\n',
        encoding="utf-8",
    )
    with pytest.raises(SetupProblem, match="days away"):
        rehearse(plan, folder=tmp_path / "out")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "There is no transcript"),
        (b"\xff\xfe\x00", "isn't UTF-8"),
        (b'{"title": "T"}\n{"id": "m1", "at": "2026', "line 2: this isn't JSON"),
        (b'{"title": "T"}\n[]\n', "line 2: this isn't a JSON object"),
        (b"", "is empty"),
    ],
)
def test_a_file_that_cannot_be_used_ends_with_a_sentence_and_status_2(tmp_path, content, words):
    path = tmp_path / "chat.jsonl"
    if content is not None:
        path.write_bytes(content)
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "rehearse", str(path)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert ended.returncode == 2
    assert words in ended.stderr.replace("\n", " ")
    assert "Traceback" not in ended.stderr


def test_a_transcript_without_questions_says_how_to_name_them(tmp_path):
    path = write_chat(tmp_path / "chat.jsonl", [{"id": "m1", "minute": 1, "author": "Ana", "text": "hi"}])
    with pytest.raises(SetupProblem, match="There are 0 questions, and a chat needs at least 2"):
        rehearse(path, folder=tmp_path / "out")


def test_a_folder_that_holds_a_rehearsal_is_not_overwritten(tmp_path):
    (tmp_path / "shelftalk.db").write_bytes(b"mine")
    with pytest.raises(SetupProblem, match="holds a rehearsal already"):
        rehearse(None, folder=tmp_path)
    assert (tmp_path / "shelftalk.db").read_bytes() == b"mine"


async def test_every_kind_of_difference_is_noticed(stage, tmp_path):
    plan, transcript = load_chat(real_like(tmp_path / "mapchat_2026-05-05.jsonl"))
    played = await plan_chat(stage, plan, lambda _: None)
    await play(stage, played, transcript, lambda _: None)
    record = await stage.app.services.reading.record(played.chat_id)
    assert differences(record, played) == []
    first, *rest = record.messages
    for wrong in (
        replace(record, messages=tuple(rest)),
        replace(record, messages=(replace(first, text="other"), *rest)),
        replace(record, messages=(replace(first, author_name="Omar"), *rest)),
        replace(record, messages=(replace(first, is_deleted=True), *rest)),
        replace(record, messages=(replace(first, id=1), first, *rest)),
    ):
        assert differences(wrong, played)
    played.left_out.add(first.author_name)
    assert differences(record, played)


async def test_lines_keep_their_place_between_the_questions(stage, tmp_path):
    _, transcript = load_chat(real_like(tmp_path / "mapchat_2026-05-05.jsonl"))
    chat = await evening.planned_chat(stage, questions=("One?", "Two?"), minutes=60)
    timetable = Timetable(chat, transcript)
    moments = [timetable.moment(line.at_seconds) for line in transcript.lines]
    assert moments == sorted(moments)
    assert moments[0] > chat.starts_at
    assert moments[-1] < chat.closes_at
    from bot.domain.agenda import question_times

    q1, q2 = question_times(chat)
    assert moments[1] < q1 < moments[2] < q2 < moments[3]


def test_a_rehearsal_killed_in_the_middle_leaves_a_database_that_opens_and_carries_on(tmp_path, capsys):
    """A real `kill -9` of the process."""
    command = [sys.executable, "-m", "bot", "rehearse", "--folder", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        for line in process.stdout:
            if b"Q3 of 6" in line:
                break
        time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    path = tmp_path / "shelftalk.db"
    assert check(path) == []
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (kept,) = database.execute("SELECT count(*) FROM messages").fetchone()
        asked = database.execute("SELECT count(*) FROM questions WHERE message_id NOT NULL").fetchone()
    assert kept > 20
    assert asked[0] >= 3
    result = CliRunner().invoke(cli, ["doctor", "--offline"], env={"SHELFTALK_DATABASE__PATH": str(path)})
    assert result.exit_code == 0
    assert "is whole and up to date" in " ".join(result.output.split())


@pytest.fixture
def killed_rehearsal(settings):
    """The database of a rehearsal that was killed after Q2."""
    settings.database.path.unlink()
    command = [sys.executable, "-m", "bot", "rehearse", "--folder", str(settings.database.path.parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert any(b"Q2 of 6" in line for line in process.stdout)
        process.send_signal(signal.SIGKILL)
    return settings


async def test_a_bot_starts_on_a_killed_rehearsals_database_and_runs_another_chat(killed_rehearsal):
    """The same file, opened by a new process in a world where the old chat's thread is gone."""
    from bot.rehearsal.stage import open_stage

    settings = killed_rehearsal
    async with open_stage(settings, host="Maren") as stage:
        await stage.pass_time(3 * 3600)
        chat, thread = await evening.begun_chat(stage)
        await stage.person("Ana").send(thread, "A1: still here")
        await evening.until(stage, chat.closes_at, plus=60)
        assert [m.text for m in (await evening.record(stage, chat)).messages] == ["A1: still here"]
        assert chat.id == 2
