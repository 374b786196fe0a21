"""`shelftalk when` tells what a phrase means, for people and for programs, and says why when it can't."""

import json

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli

FROM = ["--from", "2026-11-23"]


@pytest.fixture(autouse=True)
def no_settings(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHELFTALK_CONFIG", raising=False)


def when(*arguments):
    return CliRunner().invoke(cli, ["when", *arguments])


def asked(*arguments):
    ended = when(*arguments, "--json")
    return ended.exit_code, json.loads(ended.stdout)


def test_a_program_reads_what_was_understood():
    code, answer = asked("2nd Thursday of the month, 9-10:30 pm ET", "--count", "2", *FROM)
    assert code == 0
    assert answer["sentence"] == "The second Thursday of every month, 9 pm to 10:30 pm New York time"
    assert answer["rrule"] == "FREQ=MONTHLY;BYDAY=2TH"
    assert answer["timezone"] == "America/New_York"
    assert answer["duration_minutes"] == 90
    assert answer["occurrences"] == [
        {"utc": "2026-12-11T02:00:00Z", "local": "2026-12-10T21:00:00-05:00"},
        {"utc": "2027-01-15T02:00:00Z", "local": "2027-01-14T21:00:00-05:00"},
    ]
    assert (answer["notes"], answer["confirm"], answer["slow"], answer["holidays"]) == ([], False, False, None)


def test_several_sittings_are_one_rule_or_one_a_line_and_their_dates_are_merged():
    _, answer = asked("Fridays at noon and 7pm ET", "--count", "3", *FROM)
    assert answer["rrule"] == "FREQ=WEEKLY;BYDAY=FR;BYHOUR=12,19;BYMINUTE=0;BYSECOND=0"
    assert [each["local"][:13] for each in answer["occurrences"]] == ["2026-11-27T12", "2026-11-27T19", "2026-12-04T12"]
    _, answer = asked("Mondays at 7pm and Thursdays at noon, ET", *FROM)
    assert answer["rrule"] == "FREQ=WEEKLY;BYDAY=MO\nFREQ=WEEKLY;BYDAY=TH"


def test_a_program_reads_why_not():
    code, answer = asked("every blursday at 8pm ET")
    assert code == 1
    assert answer["words"] == ["every blursday"]
    assert answer["error"].count("“") == 4, "the words, and three examples"


def test_the_zone_is_the_one_asked_for_or_the_settings(tmp_path):
    assert asked("Tuesdays at 8pm", "--zone", "Europe/Berlin", *FROM)[1]["timezone"] == "Europe/Berlin"
    assert asked("Tuesdays at 8pm", "--zone", "Pacific time", *FROM)[1]["timezone"] == "America/Los_Angeles"
    assert asked("Tuesdays at 8pm", *FROM)[1]["timezone"] == "Etc/UTC"
    (tmp_path / "shelftalk.toml").write_text('[chats]\ndefault_zone = "Asia/Tokyo"\n')
    assert asked("Tuesdays at 8pm", *FROM)[1]["timezone"] == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--zone", "the moon"], ["the moon"]), (["--zone", "CST"], ["CST"]), (["--from", "soon"], ["soon"])],
)
def test_options_that_can_not_be_used_are_named(arguments, words):
    code, answer = asked("Tuesdays at 8pm", *arguments)
    assert code == 1
    assert answer["words"] == words


def test_a_person_reads_the_rule_what_to_check_and_the_next_dates():
    ended = when("every other Tuesday, 8pm ET", "--from", "2027-03-01", "--count", "2")
    assert ended.exit_code == 0
    assert ended.stdout.splitlines() == [
        "Every other Tuesday, 8 pm to 9 pm New York time, starting 2 March 2027.",
        "",
        "Rule:  FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        "Zone:  America/New_York",
        "Check:  You named no first date; it begins with the next that fits.",
        "",
        "2027-03-03 01:00 UTC   Tue 02 Mar 2027 20:00 EST",
        "2027-03-17 00:00 UTC   Tue 16 Mar 2027 20:00 EDT  (clocks have changed)",
    ]


def test_a_person_reads_why_not():
    ended = when("8pm on 31 February")
    assert ended.exit_code == 1
    assert ended.stdout == "No year has a “31 February”.\n"


def test_an_old_date_has_nothing_ahead():
    assert "No dates lie ahead." in when("3 December 2020 at 8pm ET", *FROM).stdout
