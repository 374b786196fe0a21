"""Each benchmark that needs no data, or little, runs on a tiny sample of our own and ends with its line of JSON."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
START = datetime(2026, 1, 1, 20, tzinfo=UTC)
PLACES = ("mill", "school", "station", "harbour", "bakery", "church", "museum", "market")


@pytest.fixture(scope="module")
def chats(tmp_path_factory):
    """A folder with two annotated chats of two questions and sixteen answers each."""
    folder = tmp_path_factory.mktemp("chats")
    for evening in (1, 2):
        lines = [_line("q1", 0, "maren", "Q1: Where do you read?"), _line("q2", 600, "maren", "Q2: And when?")]
        for number in (1, 2):
            for place, name in enumerate(PLACES):
                text = f"A{number}: behind the {name}, on evening {evening}, with a book about it"
                lines.append(_line(f"a{number}{place}", 600 * number - 500 + 30 * place, f"p{place}", text, [number]))
        lines.sort(key=lambda line: line["at"])
        head = {"chat": "reading", "hosts": ["maren"], "questions": [{"number": n, "id": f"q{n}"} for n in (1, 2)]}
        path = folder / f"reading_2026-01-0{evening}.jsonl"
        path.write_text("\n".join(json.dumps(line) for line in (head, *lines)), encoding="utf-8")
    return folder


def _line(name, seconds, author, text, answers=()):
    at = (START + timedelta(seconds=seconds)).isoformat()
    return {"id": name, "at": at, "author": author, "text": text, "reply_to": None, "answers": list(answers)}


def run(name, *options):
    """The JSON of its last line."""
    made = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / name), *map(str, options)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
    )
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout.splitlines()[-1])


def test_filing(chats):
    found = run("filing.py", chats, "--json")
    assert found["n"] == 32
    assert set(found) >= {"baseline", "cold", "live", "after"}
    assert 0 <= found["live"]["accuracy"] <= 1


def test_fairness(chats):
    found = run("fairness.py", chats, "--json")
    assert found["chats"] == 2
    assert found["most_by_one"] <= 2


def test_reading():
    found = run("reading.py", 60, "--json")
    assert found["messages"] == 60
    assert found["sealed_ms"] > 0


def test_archive():
    """All of the archive's: how fast it takes in, searches, shows, imports and erases."""
    made = run("archive.py", "--messages", 400, "--quick", "--json")
    found = made["figures"]
    assert found["ingestion"]["messages"] == 500
    rates = [found["ingestion"][f"{kind}_per_second"] for kind in ("indexed", "filed", "committed")]
    assert 0 < rates[0] <= rates[1] <= rates[2]
    assert found["ingestion"]["stream_commit_ms_p99"] > 0
    assert found["search"]["messages"] == 400
    assert 0 < found["search"]["newest_ms_p99"] <= found["search"]["page_ms_p99"]
    assert found["search"]["beside_at_once_ms_p99"] > 0
    if find_spec("chat_exporter"):
        assert found["site"]["messages"] == 300
        assert found["site"]["site_chats"] == 2
        assert found["site"]["ratio"] > 3
        assert found["site"]["chat_exporter_bytes"] > found["site"]["page_bytes"] > 0
    assert (found["importing"]["messages"], found["importing"]["chats"]) == (1_000, 4)
    assert found["importing"]["filings"] > 500
    assert found["importing"]["seconds"] > 0 < found["importing"]["bare_seconds"]
    erasing = found["erasing"]
    assert (erasing["messages"], erasing["erased"], erasing["left"]) == (400, 2, 0)
    assert erasing["seconds"] > 0
    assert erasing["bare_seconds"] > 0
    for bar in made["bars"]:
        sign, _, limit = bar["bar"].partition(" ")
        is_reached = {"": True, ">=": bar["value"] >= float(limit or 0), "<=": bar["value"] <= float(limit or 0)}[sign]
        assert bar["reached"] == is_reached


def test_lateness():
    found = run("lateness.py", 5, "--json")
    assert found["chats"] == 5
    for case in ("at_once", "spread"):
        for way in ("product", "baseline"):
            assert found[f"{case}_{way}_opened"] == 5
            assert 0 <= found[f"{case}_{way}_ms_p50"] <= found[f"{case}_{way}_ms_max"]


def test_writing():
    assert run("writing.py", 60, "--json")


def test_answering():
    found = run("answering.py", 60, "--starts", 1, "--json")
    assert found["readers"] == 20
    assert 0 < found["first_ms"] <= found["digest_ms"]
