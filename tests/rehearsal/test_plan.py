"""A plan file, a real chat's file or nothing: each becomes a plan, or a sentence that says what to correct."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from bot.domain.errors import SetupProblem
from bot.rehearsal.plan import SAMPLE, Plan, load_chat, load_plan
from bot.rehearsal.transcript import EventKind

KEYS = {
    "title": '"On maps"',
    "hashtag": '"#mapchat"',
    "zone": '"Europe/Berlin"',
    "minutes": "45",
    "host": '"Ana"',
    "questions": '["Which map?", "Q2: Whose\\n map?"]',
}


def write(folder: Path, **changed: str | None) -> Path:
    path = folder / "plan.toml"
    keys = {**KEYS, **changed}
    path.write_text("".join(f"{key} = {value}\n" for key, value in keys.items() if value is not None), "utf-8")
    return path


def problem(path: Path) -> str:
    with pytest.raises(SetupProblem) as caught:
        load_chat(path)
    assert caught.value.advice
    return str(caught.value)


def real_chat(folder: Path, header: dict[str, object], *texts: str, hours: int = 0) -> Path:
    path = folder / "chat.jsonl"
    lines: list[object] = [header]
    for n, text in enumerate(texts):
        at = f"2024-03-05T{n * hours:02}:{n:02}:30Z"
        lines.append({"id": f"m{n}", "at": at, "author": f"p{n}", "text": text, "reply_to": None, "answers": []})
    path.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    return path


class TestPlanFile:
    def test_it_says_what_the_bot_will_post(self, tmp_path):
        path = write(tmp_path, start="2026-12-03T20:00:00", transcript='"who/said.jsonl"')
        assert load_plan(path) == Plan(
            title="On maps",
            hashtag="mapchat",
            zone="Europe/Berlin",
            start=datetime(2026, 12, 3, 20, 0),  # noqa: DTZ001 - a wall clock has no zone
            minutes=45,
            host="Ana",
            questions=("Which map?", "Whose map?"),
            transcript=tmp_path / "who" / "said.jsonl",
        )

    def test_start_and_transcript_may_be_left_out(self, tmp_path):
        plan, transcript = load_chat(write(tmp_path))
        assert (plan.start, plan.transcript, transcript) == (None, None, None)

    def test_its_questions_and_minutes_time_the_transcript(self, tmp_path):
        path = write(tmp_path, transcript='"said.jsonl"')
        said = {"id": "m1", "minute": 6, "author": "Ben", "text": "That one", "reply_to": "Q1"}
        (tmp_path / "said.jsonl").write_text("{}\n" + json.dumps(said), "utf-8")
        _, transcript = load_chat(path)
        assert transcript is not None
        assert [(q.text, q.at_seconds) for q in transcript.questions] == [("Which map?", 300), ("Whose map?", 1350)]
        assert transcript.lines[0].reply_to == "Q1"

    @pytest.mark.parametrize(
        ("changed", "told"),
        [
            ({"title": None}, '"title" is missing'),
            ({"title": '" "'}, "the title is empty"),
            ({"title": f'"{"x" * 71}"'}, "the title has 71 characters, and 70 is the most"),
            ({"hashtag": '"two words"'}, 'the hashtag "two words" isn\'t one word'),
            ({"zone": '"Europe/Berlim"'}, "Did you mean Europe/Berlin"),
            ({"zone": '"Nowhere at all"'}, 'there is no time zone "Nowhere at all"'),
            ({"minutes": '"45"'}, '"minutes" needs a whole number'),
            ({"minutes": "true"}, '"minutes" needs a whole number'),
            ({"minutes": "5"}, "a chat has 11 to 1440 minutes, and this one 5"),
            ({"host": '""'}, "the host's name needs 1 to 32 characters"),
            ({"questions": '["Which?"]'}, "a chat has 2 to 12 questions, and this plan 1"),
            ({"questions": str(["Why?"] * 13)}, "a chat has 2 to 12 questions, and this plan 13"),
            ({"questions": '["Which?", " "]'}, "question 2 is empty"),
            ({"questions": f'["Which?", "{"x" * 1501}"]'}, "question 2 has 1501 characters, and 1500 is the most"),
            ({"questions": '["Which?", 2]'}, '"questions.2" needs text in quotation marks'),
            ({"questions": '"Which?"'}, '"questions" needs a list in square brackets'),
            ({"start": '"2026-12-03 20:00"'}, '"start" needs a date with a time, such as 2026-12-03T20:00:00'),
            ({"start": "2026-12-03"}, '"start" needs a date with a time'),
            ({"start": "2026-12-03T20:00:00Z"}, "Write it as clocks in Europe/Berlin show it: 2026-12-03T20:00:00."),
            ({"start": "2026-03-29T02:30:00"}, "clocks in Europe/Berlin skip 2026-03-29 02:30"),
            ({"qestions": "[]"}, '"qestions" isn\'t a name used here; perhaps "questions" is meant'),
            ({"title": None, "hots": '"Ana"'}, '"title" is missing; "hots" isn\'t a name used here'),
            ({"title": "On maps"}, "isn't valid TOML: Invalid value (at line 1, column 9)"),
            ({"transcript": '"none.jsonl"'}, "There is no transcript at"),
        ],
    )
    def test_what_cannot_be_used_is_told_with_the_file(self, tmp_path, changed, told):
        path = write(tmp_path, **changed)
        sentence = problem(path)
        assert str(path.parent) in sentence
        assert told in sentence

    def test_a_plan_that_is_not_there(self, tmp_path):
        assert problem(tmp_path / "none.toml").startswith("There is no plan at ")

    def test_a_folder(self, tmp_path):
        folder = tmp_path / "plan.toml"
        folder.mkdir()
        assert "should be a plan, but it is a folder" in problem(folder)

    def test_text_in_another_encoding_is_told_with_its_line(self, tmp_path):
        path = tmp_path / "plan.toml"
        path.write_bytes('minutes = 60\nhost = "Tom\u00e1s"\n'.encode("latin-1"))
        assert problem(path).startswith(f"{path}, line 2: this isn't UTF-8 text.")


class TestRealChat:
    def test_a_plan_is_derived_from_it(self, tmp_path):
        questions = [{"number": 1, "id": "m1"}, {"number": 2, "id": "m2"}]
        header = {"chat": "mapchat_2024-03-05", "hosts": ["p9"], "questions": questions}
        path = real_chat(tmp_path, header, "Hi", "Q1: Which map? #mapchat", "Q2. Whose map?", "A2 Mine")
        plan, transcript = load_chat(path)
        assert plan == Plan(
            title="mapchat_2024-03-05",
            hashtag="mapchat",
            zone="UTC",
            start=None,
            minutes=30,
            host="p9",
            questions=("Which map?", "Whose map?"),
            transcript=path,
        )
        assert transcript is not None
        assert [line.text for line in transcript.lines] == ["Hi", "A2 Mine"]

    @pytest.mark.parametrize(
        ("texts", "hashtag"),
        [
            (["#Atlas", "#maps and #atlas", "#maps", "#mAPS"], "maps"),
            (["#1 of all", "a#b"], "chat"),
            (["Hello"], "chat"),
        ],
    )
    def test_the_hashtag_is_the_commonest_that_can_be_used(self, tmp_path, texts, hashtag):
        assert load_chat(real_chat(tmp_path, {"title": "On maps"}, *texts))[0].hashtag == hashtag

    def test_it_is_planned_long_enough_for_all_of_it_within_a_day(self, tmp_path):
        assert load_chat(real_chat(tmp_path, {}, "Hi", "there", hours=1))[0].minutes == 61
        assert load_chat(real_chat(tmp_path, {}, "Hi", "there", "you", hours=11))[0].minutes == 1322

    def test_without_hosts_the_first_author_hosts_and_a_long_title_is_cut(self, tmp_path):
        plan, _ = load_chat(real_chat(tmp_path, {"title": "x" * 71}, "Hi"))
        assert (plan.host, plan.title, plan.questions) == ("p0", "x" * 69 + "\u2026", ())

    def test_a_header_alone_is_a_chat_where_nobody_speaks(self, tmp_path):
        plan, transcript = load_chat(real_chat(tmp_path, {}))
        assert plan.host == "Host"
        assert transcript is not None
        assert transcript.duration_seconds == 0


def test_the_sample_is_played_when_nothing_is_named():
    plan, transcript = load_chat(None)
    assert (plan.hashtag, plan.zone, plan.minutes, len(plan.questions)) == ("shelfchat", "America/New_York", 60, 6)
    assert plan.transcript == SAMPLE.parent / "transcript.jsonl"
    assert transcript is not None
    assert (plan.title, plan.host) == (transcript.title, transcript.hosts[0])
    assert tuple(question.text for question in transcript.questions) == plan.questions
    assert any(line.kind is EventKind.COMMAND for line in transcript.lines)
