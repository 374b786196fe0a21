"""A transcript becomes lines in order of time; what is wrong with one is told with its line and its remedy."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from bot.domain.errors import SetupProblem
from bot.domain.links import find_urls
from bot.rehearsal.plan import load_chat
from bot.rehearsal.transcript import EventKind, Line, ScriptedQuestion, Transcript, load_transcript

HEADER: dict[str, object] = {"title": "On maps", "hosts": ["Ana"]}


def message(name: str, minute: float, text: str = "A map is a promise.", **more: object) -> dict[str, object]:
    return {"id": name, "minute": minute, "author": "Ana", "text": text, **more}


def dated(name: str, clock: str, text: str, **more: object) -> dict[str, object]:
    return {"id": name, "at": f"2024-03-05T{clock}Z", "author": "Ben", "text": text, **more}


def write(folder: Path, *lines: object) -> Path:
    path = folder / "maps.jsonl"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def problem(path: Path, questions: tuple[str, ...] | None = None) -> str:
    with pytest.raises(SetupProblem) as caught:
        load_transcript(path, questions)
    assert caught.value.advice
    return str(caught.value)


class TestOwnFormat:
    def test_every_kind_of_line_is_read_with_what_it_carries(self, tmp_path):
        path = write(
            tmp_path,
            HEADER,
            message("m1", 0.5, "Hello", answers=[1], attachments=["map.png"]),
            {"id": "e1", "minute": 1, "author": "Ana", "kind": "edit", "target": "m1", "text": "Hello!"},
            {"id": "e2", "minute": 2, "author": "Ben", "kind": "react", "target": "m1", "emoji": "🗺️"},
            {"id": "e3", "minute": 3, "author": "Ben", "kind": "unreact", "target": "m1", "emoji": "🗺️"},
            {"id": "e4", "minute": 4, "author": "Ben", "kind": "command", "command": "/privacy leave-me-out"},
            {"id": "e5", "minute": 15, "author": "Cy", "kind": "answer_button", "question": 1, "text": "An atlas."},
            {"id": "e6", "minute": 16, "author": "Ana", "kind": "delete", "target": "m1"},
        )
        found = load_transcript(path, ["Which map?", "Whose map?"])
        assert found.lines == (
            Line("m1", 30, "Ana", text="Hello", answers=(1,), attachments=("map.png",)),
            Line("e1", 60, "Ana", EventKind.EDIT, "Hello!", target="m1"),
            Line("e2", 120, "Ben", EventKind.REACT, target="m1", emoji="🗺️"),
            Line("e3", 180, "Ben", EventKind.UNREACT, target="m1", emoji="🗺️"),
            Line("e4", 240, "Ben", EventKind.COMMAND, command="privacy leave-me-out"),
            Line("e5", 900, "Cy", EventKind.ANSWER_BUTTON, "An atlas.", question=1),
            Line("e6", 960, "Ana", EventKind.DELETE, target="m1"),
        )
        assert (found.title, found.hosts, found.source) == ("On maps", ("Ana",), path)
        assert found.people == ("Ana", "Ben", "Cy")
        assert found.duration_seconds == 30 * 60

    def test_a_plans_questions_come_evenly_between_welcome_and_wrap_up(self, tmp_path):
        found = load_transcript(write(tmp_path, HEADER), ["Which map?", "Whose map?"], minutes=30)
        assert found.questions == (ScriptedQuestion(1, "Which map?", 300), ScriptedQuestion(2, "Whose map?", 900))
        assert found.lines == ()

    def test_lines_out_of_order_are_sorted_and_those_of_one_time_keep_their_order(self, tmp_path):
        path = write(tmp_path, HEADER, message("late", 9), message("one", 2), message("two", 2), message("first", 1))
        assert [line.id for line in load_transcript(path).lines] == ["first", "one", "two", "late"]

    @pytest.mark.parametrize(
        ("reply_to", "kept"),
        [("m1", "m1"), ("Q1", "Q1"), ("Q2", None), ("Q9", None), ("m3", None), ("m2", None), ("gone", None)],
    )
    def test_a_reply_is_kept_only_to_what_was_said_before_it(self, tmp_path, reply_to, kept):
        path = write(tmp_path, HEADER, message("m1", 1), message("m2", 6, reply_to=reply_to), message("m3", 7))
        found = load_transcript(path, ["Which map?", "Whose map?"])
        assert found.lines[1].reply_to == kept

    def test_a_reply_to_a_deleted_message_stands_alone(self, tmp_path):
        delete = {"id": "d", "minute": 2, "author": "Ana", "kind": "delete", "target": "m1"}
        path = write(tmp_path, HEADER, message("m1", 1), delete, message("m2", 3, reply_to="m1"))
        assert load_transcript(path).lines[-1].reply_to is None

    def test_texts_are_kept_to_the_letter(self, tmp_path):
        text = "  @everyone ||sp\u00f6iler||\u2028next\n\tline "
        path = tmp_path / "bom.jsonl"
        lines = (json.dumps(HEADER), "", json.dumps(message("m1", 1, text), ensure_ascii=False))
        path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
        assert load_transcript(path).lines[0].text == text

    def test_without_a_title_the_files_name_is_the_title(self, tmp_path):
        assert load_transcript(write(tmp_path, {})).title == "maps"


class TestRealChats:
    def test_questions_leave_the_lines_are_numbered_from_1_and_start_five_minutes_in(self, tmp_path):
        path = write(
            tmp_path,
            {
                "chat": "mapchat_2024",
                "hosts": ["Ben"],
                "questions": [{"number": 3, "id": "b"}, {"number": 2, "id": "a"}],
            },
            dated("x", "00:00:00", "Hi", reply_to="elsewhere"),
            dated("a", "00:10:00", "#mapchat Q2. Which map?  #mapchat #maps", answers=[]),
            dated("y", "00:10:00", "A2 The one at home", reply_to="a", answers=[2]),
            dated("b", "00:20:30", "Question 3: #Old maps,\nor new? #mapchat"),
            dated("z", "00:21:00", "A3 Old", reply_to="b", answers=[3]),
            dated("w", "00:22:00", "Why?", reply_to="z"),
        )
        found = load_transcript(path)
        assert found.title == "mapchat_2024"
        assert found.questions == (
            ScriptedQuestion(1, "Which map?", 300),
            ScriptedQuestion(2, "#Old maps, or new?", 930),
        )
        assert [(line.id, line.at_seconds, line.reply_to) for line in found.lines] == [
            ("x", -300, None),
            ("y", 300, "Q1"),
            ("z", 960, "Q2"),
            ("w", 1020, "z"),
        ]
        assert found.lines[1].answers == (2,), "as the file has it"
        assert found.duration_seconds == 1020

    @pytest.mark.parametrize(
        ("text", "bare"),
        [
            ("Q1: Which map?", "Which map?"),
            ("Q1. . . on its way", "on its way"),
            ("q1 up next", "up next"),
            ("Q1) Which?", "Which?"),
            ("Q1a As a reader, which?", "As a reader, which?"),
            ("Question 1 \u2013 which?", "which?"),
            ("Quick one: which?", "Quick one: which?"),
            ("Q1:", "Q1:"),
            ("#maps", "#maps"),
            ("Q1: #maps connect us #mapchat", "#maps connect us"),
        ],
    )
    def test_a_question_loses_its_label_and_last_hashtags_if_anything_is_left(self, tmp_path, text, bare):
        header = {"chat": "maps", "hosts": [], "questions": [{"number": 1, "id": "a"}]}
        found = load_transcript(write(tmp_path, header, dated("a", "00:10:00", text)))
        assert [question.text for question in found.questions] == [bare]

    def test_questions_after_the_twelfth_stay_messages(self, tmp_path):
        asked = [dated(f"q{n}", f"00:{n:02}:00", f"Q{n}: Why {n}?") for n in range(1, 15)]
        header = {"chat": "maps", "hosts": [], "questions": [{"number": n, "id": f"q{n}"} for n in range(1, 15)]}
        found = load_transcript(write(tmp_path, header, *asked, dated("r", "00:15:00", "Hm", reply_to="q14")))
        assert [question.number for question in found.questions] == list(range(1, 13))
        assert [line.id for line in found.lines] == ["q13", "q14", "r"]
        assert found.lines[-1].reply_to == "q14"

    def test_a_plans_questions_replace_those_of_the_file(self, tmp_path):
        header = {"chat": "maps", "hosts": [], "questions": [{"number": 1, "id": "a"}, {"number": 2, "id": "b"}]}
        said = [dated("x", "00:13:00", "Hm", reply_to="a"), dated("y", "00:21:00", "Hm", reply_to="b")]
        path = write(tmp_path, header, dated("a", "00:10:00", "Q1 Eh?"), dated("b", "00:20:00", "Q2 Oh?"), *said)
        found = load_transcript(path, ["Which map?"])
        assert [question.text for question in found.questions] == ["Which map?"]
        assert [(line.id, line.reply_to) for line in found.lines] == [("x", "Q1"), ("y", None)]

    def test_a_file_without_questions_starts_with_its_first_line(self, tmp_path):
        found = load_transcript(write(tmp_path, {"chat": "maps"}, dated("a", "00:10:00", "Hi")))
        assert (found.questions, found.lines[0].at_seconds) == ((), 0)


class TestDefects:
    """Each is one sentence with the line, the reason and what to do."""

    @pytest.mark.parametrize(
        ("lines", "told"),
        [
            ([HEADER, '{"id": "m1", "minute": 1, "au'], "line 2: this isn't JSON: EOF while parsing a string"),
            ([HEADER, "", "[1, 2]"], "line 3: this isn't a JSON object"),
            ([message("m1", 1)], "line 1: the header is missing"),
            ([{"titel": "On maps"}], 'line 1: "titel" isn\'t a name used here; perhaps "title" is meant'),
            ([{"hosts": "Ana"}], 'line 1: "hosts" needs a list'),
            ([{"questions": [{"number": 1, "id": "a"}]}], 'line 1: no message has the question\'s id "a"'),
            ([HEADER, {"id": "m1", "minute": 1, "text": "Hi"}], 'line 2: "author" is missing'),
            ([HEADER, {**message("m1", 1), "author": " "}], 'line 2: "author" is empty'),
            ([HEADER, {**message("m1", 1), "author": "A" * 33}], 'line 2: "author" is longer than 32 characters'),
            ([HEADER, {**message("m1", 1), "text": 5}], 'line 2: "text" needs text in quotation marks'),
            ([HEADER, message("m1", 1, replyto="m0")], 'perhaps "reply_to" is meant'),
            ([HEADER, message("m1", 1, kind="shout")], "line 2: \"kind\" must be one of 'message', 'edit'"),
            ([HEADER, message("m1", 1), message("m1", 2)], 'line 3: line 2 has the id "m1" too'),
            ([HEADER, message("Q2", 1)], 'line 2: the id "Q2" means a question'),
            ([HEADER, message("m1", 1, "x" * 4001)], 'line 2: "text" is longer than 4000 characters'),
            ([HEADER, message("m1", 1, " \n")], "line 2: the message is empty"),
            ([HEADER, {"id": "m1", "author": "Ana", "text": "Hi"}], "line 2: it has no time"),
            ([HEADER, message("m1", 1, at="2024-03-05T00:00:00Z")], "line 2: it has two times"),
            ([HEADER, dated("m1", "25:00:00", "Hi")], 'line 2: "at" isn\'t a time such as'),
            ([HEADER, {**dated("m1", "", "Hi"), "at": "2024-03-05T00:00:00"}], 'line 2: "at" doesn\'t say its zone'),
            ([HEADER, {**message("m1", 1), "minute": "soon"}], 'line 2: "minute" needs a number'),
            ([HEADER, message("m1", float("nan"))], 'line 2: "minute" needs an ordinary number'),
            ([HEADER, message("m1", 1e300)], "line 2: its time is over 7 days off"),
            (
                [HEADER, dated("m1", "00:00:00", "Hi"), {**dated("m2", "", "Hi"), "at": "0001-01-01T00:00:00Z"}],
                "line 2: its time is over 7 days off",
            ),
            ([HEADER, message("e1", 1, kind="react", target="m1")], 'line 2: a line of kind "react" needs "emoji"'),
            ([HEADER, message("e1", 1, kind="edit", target="m1")], 'line 2: there is no message "m1" then'),
            (
                [HEADER, message("e1", 1, kind="delete", target="m1"), message("m1", 2)],
                'line 2: there is no message "m1" then',
            ),
            (
                [HEADER, message("m1", 1), {**message("e1", 2, kind="edit", target="m1"), "author": "Ben"}],
                "line 3: only Ana can edit that message",
            ),
            ([HEADER, message("b1", 9, kind="answer_button", question=3)], "line 2: there is no question 3"),
        ],
    )
    def test_a_line_that_cannot_be_used(self, tmp_path, lines, told):
        path = write(tmp_path, *lines)
        sentence = problem(path, None if "questions" in str(lines[0]) else ("Which map?", "Whose map?"))
        assert sentence.startswith(f"{path}, line ")
        assert told in sentence

    def test_a_question_too_long_to_be_posted(self, tmp_path):
        header = {"chat": "maps", "questions": [{"number": 1, "id": "a"}]}
        path = write(tmp_path, header, dated("a", "00:10:00", "Q1 " + "why " * 400))
        assert "line 2: a question has 1 to 1500 characters, and this one 1599" in problem(path)

    def test_a_file_that_is_not_there(self, tmp_path):
        assert problem(tmp_path / "none.jsonl").startswith(f"There is no transcript at {tmp_path / 'none.jsonl'}.")

    def test_a_folder(self, tmp_path):
        assert "should be a transcript, but it is a folder" in problem(tmp_path)

    @pytest.mark.parametrize("content", ["", "\ufeff", " \n\n"])
    def test_an_empty_file(self, tmp_path, content):
        path = tmp_path / "empty.jsonl"
        path.write_text(content, encoding="utf-8")
        assert problem(path).startswith(f"The transcript {path} is empty.")

    def test_text_in_another_encoding_is_told_with_its_line(self, tmp_path):
        path = tmp_path / "latin.jsonl"
        path.write_bytes(b"\xef\xbb\xbf{}\n\n" + '{"text": "Tom\u00e1s"}'.encode("latin-1"))
        assert problem(path).startswith(f"{path}, line 3: this isn't UTF-8 text.")


class TestSample:
    """The chat that everyone sees first holds every manner of taking part."""

    @pytest.fixture
    def sample(self) -> Transcript:
        transcript = load_chat(None)[1]
        assert transcript is not None
        return transcript

    @pytest.fixture
    def said(self, sample) -> list[Line]:
        return [line for line in sample.lines if line.kind is EventKind.MESSAGE]

    def test_it_has_the_size_of_a_good_hour(self, sample, said):
        kinds = Counter(line.kind for line in sample.lines)
        assert 115 <= len(said) <= 135
        assert 14 <= len(sample.people) <= 16
        assert sample.hosts[0] in sample.people
        assert kinds[EventKind.EDIT] >= 4
        assert kinds[EventKind.DELETE] >= 2
        assert kinds[EventKind.REACT] >= 20
        assert kinds[EventKind.UNREACT] >= 1
        assert kinds[EventKind.ANSWER_BUTTON] == 3
        assert kinds[EventKind.COMMAND] == 1

    def test_it_runs_from_the_welcome_into_the_late_window(self, sample, said):
        assert [question.at_seconds for question in sample.questions] == [300, 800, 1300, 1800, 2300, 2800]
        assert min(line.at_seconds for line in sample.lines) > 0.2 * 60
        assert 70 * 60 < sample.duration_seconds < 80 * 60
        assert sum(line.at_seconds < 300 for line in said) >= 15
        assert all(len(line.text) <= 600 for line in said if line.author != "Old Ned")

    def test_answers_come_after_their_question(self, sample):
        asked = {question.number: question.at_seconds for question in sample.questions}
        for line in sample.lines:
            for number in (*line.answers, *([line.question] if line.question else [])):
                assert line.at_seconds > asked[number], line

    def test_a_third_of_the_messages_is_labelled_in_many_spellings(self, said):
        labelled = [line for line in said if line.answers]
        assert 0.25 < len(labelled) / len(said) < 0.4
        starts = (
            r"A1: ",
            r"A1\. ",
            r"A1 [A-Z]",
            r"a1\) ",
            r"A2/A3 ",
            r"A1 & A2: ",
            r"Q2: ",
            r"A3 part 2|A2 part 2",
            r"A5, late",
        )
        for start in starts:
            assert any(re.match(start, line.text) for line in labelled), start

    def test_people_reply_to_each_other_and_to_prompts(self, said):
        replies = [line.reply_to for line in said if line.reply_to]
        assert len(replies) >= 25
        assert {"Q1", "Q2", "Q3", "Q4", "Q5"} <= set(replies)

    def test_some_answer_late(self, sample, said):
        asked = {question.number: question.at_seconds for question in sample.questions}
        while_q3 = [line for line in said if asked[3] < line.at_seconds < asked[4]]
        assert any(line.answers == (1,) for line in while_q3)
        assert sum(bool(line.answers) for line in said if line.at_seconds > 60 * 60) >= 3

    def test_links_are_shared_more_than_once_and_one_is_tracked(self, sample, said):
        shared = Counter(url for line in said for url in find_urls(line.text))
        assert len(shared) >= 10
        assert sum(count > 1 for count in shared.values()) >= 2
        assert sum("utm_source=" in line.text for line in said) == 1
        texts = " ".join(line.text for line in sample.lines)
        hosts = re.findall(r"https?://([\w.-]+)", texts)
        assert all(re.fullmatch(r"(?:\w+\.)?example\.(?:org|com|net)", host) for host in hosts)

    @pytest.mark.parametrize(
        "feature",
        [
            r"@everyone",
            r"\|\|.+\|\|",
            r"\*\*.+\*\*",
            r"^- ",
            r"^A1: Naci\u00f3 ",
            r"\A[^\w\s]+\Z",
            r"\ASame here!\Z",
            r"\A.{800,1000}\Z",
            r"\b1/2 ",
            r"\A2/2 ",
            r"^Thank",
        ],
    )
    def test_it_has_a_message_with(self, said, feature):
        assert any(re.search(feature, line.text, re.MULTILINE) for line in said)

    def test_one_message_is_only_a_picture(self, said):
        assert [line.attachments for line in said if not line.text] == [("bookmobile-at-dusk.jpg",)]

    def test_one_question_by_a_participant_stays_without_a_reply(self, said):
        asked = next(line for line in said if line.author.startswith("Hanh") and line.text.endswith("anywhere."))
        assert "?" in asked.text
        assert asked.id not in {line.reply_to for line in said}

    def test_ilse_asks_to_be_left_out_after_several_messages_and_says_one_more_thing(self, sample, said):
        command = next(line for line in sample.lines if line.kind is EventKind.COMMAND)
        assert (command.author, command.command) == ("Ilse", "privacy leave-me-out")
        hers = [line.at_seconds > command.at_seconds for line in said if line.author == "Ilse"]
        assert hers.count(False) >= 5
        assert hers.count(True) == 1
