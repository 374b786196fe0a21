"""The benchmark of the labels counts what is read and what isn't, in a folder made for this test."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

MARKERS = """marker\tcount\texample
A1:  start\t90\tA5: we lend ukuleles
A1 in a riddle\t10\tthe one after nought, in the fifth letter's place
A#1\t0\t
FF: A4 paper\t0\t
"""
FRIENDS = """text (real, shortened)\twhy not a marker\tsource
A 4 mile walk\tarticle\tinvented
gate A9 / A2: this is one after all\tgate\tinvented
A1 +1 for tea\tIS a marker\tinvented
"""
CHAT = [
    {"chat": "invented", "hosts": ["h"], "questions": [{"number": 1, "id": "q1"}]},
    {"id": "q1", "author": "h", "text": "Q1: What do you lend?", "answers": []},
    {"id": "m1", "author": "p", "text": "A1: ukuleles", "answers": [1]},
    {"id": "m2", "author": "p", "text": "all sorts", "answers": [1]},
    {"id": "m3", "author": "p", "text": "They are tuned. A1", "answers": []},
]


def run(*arguments):
    command = [sys.executable, str(ROOT / "benchmarks" / "markers.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


def test_it_counts_recall_and_false_friends(tmp_path):
    (tmp_path / "chats").mkdir()
    (tmp_path / "markers.tsv").write_text(MARKERS, encoding="utf-8")
    (tmp_path / "falsefriends.tsv").write_text(FRIENDS, encoding="utf-8")
    (tmp_path / "chats" / "one.jsonl").write_text("\n".join(map(json.dumps, CHAT)), encoding="utf-8")
    finished = run(str(tmp_path))
    assert finished.returncode == 0, finished.stderr
    result = json.loads(finished.stdout.splitlines()[-1])
    spellings, friends, chats = result["spellings"], result["false_friends"], result["chats"]
    assert (spellings["read"], spellings["spellings"], spellings["weighted_recall"]) == (2, 3, 0.9)
    assert spellings["unread"] == ["A1 in a riddle"]
    assert spellings["no_label_but_read"] == []
    assert (friends["tried"], friends["read"], friends["labels_missed"]) == (4, 1, [])
    assert (chats["annotated"], chats["recall"], chats["precision"]) == (2, 0.5, 1.0)
    assert chats["places"]["end"] == 1
    assert run(str(tmp_path), "--json").stdout.count("\n") == 1


def test_a_folder_without_the_files_is_said_kindly(tmp_path):
    finished = run(str(tmp_path))
    assert finished.returncode == 2
    assert "there is no markers.tsv in" in finished.stderr
