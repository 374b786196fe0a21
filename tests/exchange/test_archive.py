"""The JSON archive comes back as it went out, says where it is wrong, and its schema describes it."""

import io
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.chat import Guest
from bot.domain.messages import Attachment, Extras, Version
from bot.exchange.archive import VERSION, View, open_archive, read_archive, write_archive
from bot.exchange.archive.model import ArchiveModel
from bot.exchange.problems import Unreadable
from tests.domain.making import START, a_record, an_answer, an_asked_chat
from tests.exchange.records import several
from tests.web.test_page import a_rich_record

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "docs" / "archive-format.schema.json"
UPDATE = "python -m tests.exchange.test_archive"


def written(*records, view=View.EVERYTHING):
    return "".join(write_archive(records, view)).encode()


def back(data):
    return list(read_archive(io.BytesIO(data)))


def schema():
    made = ArchiveModel.model_json_schema(mode="serialization")
    made |= {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Shelftalk's archive, version {VERSION}",
    }
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


class Drops(io.BytesIO):
    """Gives a few bytes at a time, whatever is asked for."""

    def read(self, _size=-1):
        return super().read(7)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(several(), st.sampled_from(View))
def test_what_goes_out_comes_back_and_goes_out_the_same_to_the_byte(records, view):
    first = written(*records, view=view)
    archive = open_archive(io.BytesIO(first))
    again = list(archive.records)
    assert archive.view is view
    # What is for others holds less.
    assert again == records or view is not View.EVERYTHING
    assert written(*again, view=view) == first
    assert list(read_archive(Drops(first))) == again
    # However somebody's tool lays it out, it is read the same.
    assert back(json.dumps(json.loads(first), indent=3).encode("utf-8-sig")) == again


def test_what_is_for_others_holds_no_earlier_wordings_nothing_gone_and_no_hosts_numbers():
    old = (Version("SECRET", START),)
    file = Attachment(1, "SECRET", "SECRET", 1, "SECRET", "SECRET")
    gone = {"versions": old, "attachments": (file,), "reactions": (("SECRET", 1),), "extras": Extras(("SECRET",))}
    chat = an_asked_chat(guests=(Guest(1, 424242),), cohosts=(Guest(2, 424242),), host_role_id=424242)
    record = a_record(
        an_answer(1, "what stands now", versions=old),
        an_answer(2, "SECRET", author_name="SECRET", is_deleted=True, **gone),
        an_answer(3, "SECRET", author_name="SECRET", is_left_out=True, **gone),
        chat=chat,
    )
    assert b"SECRET" in written(record)
    assert b"424242" in written(record)
    for view in (View.SERVER, View.PUBLISHED):
        assert b"SECRET" not in written(record, view=view)
        assert b"424242" not in written(record, view=view)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(several())
def test_the_schema_takes_what_is_written(records):
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(
        json.loads(written(*records))
    )


def test_the_schema_in_the_docs_is_of_this_version():
    assert SCHEMA.read_text(encoding="utf-8") == schema(), f"update it with: {UPDATE}"


def test_the_example_in_the_docs_is_an_archive():
    page = (ROOT / "docs" / "archive-format.md").read_text(encoding="utf-8")
    (example,) = (part.partition("```")[0] for part in page.split("```json\n")[1:])
    (record,) = back(example.encode())
    assert written(record, view=View.SERVER).decode() == example


def test_a_file_of_version_1_is_read_by_every_later_program():
    """This file never changes; whoever changes the format keeps it readable."""
    with (Path(__file__).parent / "version-1.json").open("rb") as file:
        records = list(read_archive(file))
    assert [(r.chat.title, len(r.messages)) for r in records] == [("Reading in winter", 10), ("Nothing said", 0)]
    assert records[0].messages[5].attachments[0].description == "A shelf"


def test_each_message_stands_on_a_line_of_its_own():
    lines = written(a_record(an_answer(1, "one\ntwo\u2028three"), an_answer(2, "four"))).split(b"\n")
    assert len(lines) == 7
    assert [json.loads(line.rstrip(b","))["id"] for line in lines[2:4]] == ["101", "102"]


def whole_file():
    return written(a_rich_record(), a_record(an_answer(1000, "last"), chat=an_asked_chat(id=8)))


def test_a_file_cut_off_anywhere_is_refused_with_the_line_and_what_came_before_is_read():
    data = whole_file()
    for length in range(0, len(data) - 1, 29):
        found = []
        with pytest.raises(Unreadable) as problem:
            found.extend(read_archive(io.BytesIO(data[:length])))
        lines = data[:length].decode("utf-8", "ignore").count("\n") + 1
        assert lines - 1 <= problem.value.line <= lines
        assert len(found) == (data[:length].count(b"\n]}") > 0)
    with pytest.raises(Unreadable, match=r"^Line 16, character \d+: the file ends .* Fetch|It was cut off"):
        back(data[:-8])


BROKEN = [
    (b"", 1, "no archive"),
    (b"[]", 1, "no archive"),
    (b"{}", 1, "name in quotation marks"),
    (b"hello", 1, "no archive"),
    (b'{"format": "other", "chats": []}', 1, "no archive"),
    (b'{"chats": [], "format": "shelftalk-archive"}', 1, "stand before the chats"),
    (b'{"format": "shelftalk-archive", "version": 1}', 1, 'no "chats"'),
    (b'{"format": "shelftalk-archive", "version": 2, "chats": []}', 1, "version 2 of the format"),
    (b'{"format": "shelftalk-archive", "version": "1", "chats": []}', 1, '"version"'),
    (b'{"format": "shelftalk-archive", "version": 1, "more": 1, "chats": []}', 1, '"more" isn\'t known'),
    (b"\xff\xfe{\x00}\x00", 1, "isn't UTF-8"),
    (b'{"a": ' + b"[" * 100_000, 1, "nested too deep"),
    (b'{"format": ' + b"9" * 10_000 + b"}", 1, "nested too deep or too long"),
]


@pytest.mark.parametrize(("data", "line", "why"), BROKEN)
def test_what_is_no_archive_is_refused(data, line, why):
    with pytest.raises(Unreadable) as problem:
        back(data)
    assert problem.value.line == line
    assert why in str(problem.value)


@pytest.mark.parametrize(
    ("before", "after", "line", "why"),
    [
        (b'"version": 1', b'"version": 99', 1, "Bring Shelftalk up to date"),
        (b'"posted_at":"2026-12-04T01:04:55Z"', b'"posted_at":"yesterday"', 3, '"posted_at" can\'t be read'),
        (b'"posted_at":"2026-12-04T01:04:55Z"', b'"posted_at":"2026-12-04T01:04:55"', 3, '"posted_at" can\'t be read'),
        (b'"id":"95"', b'"id":95', 3, '"id" can\'t be read (must be a number in quotation marks'),
        (b'"id":"101"', b'"id":"95"', 4, "the message 95 stands in the file twice"),
        (b'"number":8', b'"number":7', 14, "the chat 7 stands in the file twice"),
        (b'"text":"A nice', b'"txt":"A nice', 7, '"text" is missing'),
        (b'"by_machine":true', b'"by_machine":1', 12, '"by_machine" can\'t be read'),
        (b'"by_machine":true', b'"by_elephant":true', 12, '"by_elephant" isn\'t known to this version'),
        (b'"zone":"America/New_York"', b'"zone":"Atlantis"', 2, "name of a time zone"),
        (b'"messages": [', b'"said": [', 2, '"said" stands where "messages" should'),
        (b'"count":2', b'"count":-2', 3, '"reactions.0.count"'),
        (b"Hello, I read", b"Hello, \xe9 read", 3, "isn't UTF-8"),
        (b"Hello, I read", b"Hello, \x01 read", 3, "isn't JSON (Invalid control character at)"),
        (b'}]},\n{"id":"101"', b'}]}\n{"id":"101"', 4, "'{' stands where , or ] should"),
    ],
)
def test_what_is_wrong_in_an_archive_is_told_with_its_line(before, after, line, why):
    data = whole_file()
    assert before in data
    with pytest.raises(Unreadable) as problem:
        back(data.replace(before, after, 1))
    assert problem.value.line == line
    assert why in str(problem.value)


def test_a_problem_never_repeats_what_somebody_wrote():
    data = written(a_record(replace(an_answer(1, "the secret"), author_name="Wilhelmina")))
    for wrong in (
        data.replace(b'"name":"Wil', b'"nam":"Wil'),
        data.replace(b'"text":"the secret"', b'"text":["the secret"]'),
    ):
        with pytest.raises(Unreadable) as problem:
            back(wrong)
        assert "secret" not in str(problem.value)
        assert "Wilhelmina" not in str(problem.value)


def test_something_behind_the_end_is_refused():
    with pytest.raises(Unreadable, match="Line 18, character 1: something stands behind the end"):
        back(whole_file() + b"{}")


if __name__ == "__main__":
    SCHEMA.write_text(schema(), encoding="utf-8")
