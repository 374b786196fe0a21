"""All that the archive has to be quick at, in one run: `python benchmarks/archive.py [--messages N] [--json]`.

The other benchmarks are run one after the other, each in a process of its own, and their figures are put beside what
they have to reach and what bare sqlite3 takes for the same in the same run; the site's pages beside `chat-exporter`.
With a million messages in the archive (unless said otherwise) it takes a quarter of an hour and two gigabytes.
"""

import argparse
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Bar(NamedTuple):
    """What a figure has to reach.

    Attributes:
        part: the benchmark that measures it.
        figure: its name there.
        sign: whether it has to be so much at least or at most.
        bar: how much.
        beside: the figure of the same run that it stands beside; "" if there is none.
    """

    part: str
    figure: str
    sign: str
    bar: float
    beside: str = ""


BARS = (
    Bar("ingestion", "committed_to_dispatched", ">=", 0.5),
    Bar("ingestion", "committed_per_second", ">=", 0, "bare_per_second"),
    Bar("ingestion", "flood_loop_late_ms_p99", "<=", 25),
    Bar("ingestion", "stream_commit_ms_p99", "<=", 100, "bare_commit_ms_p99"),
    Bar("ingestion", "stream_loop_late_ms_p99", "<=", 5),
    Bar("search", "newest_ms_p99", "<=", 10, "bare_newest_ms_p99"),
    Bar("search", "best_ms_p99", "<=", 50, "bare_best_ms_p99"),
    Bar("search", "beside_at_once_ms_p99", "<=", 150, "bare_newest_ms_p99"),
    Bar("search", "beside_commit_ms_p99", "<=", 100),
    Bar("search", "beside_loop_late_ms_p99", "<=", 5),
    Bar("site", "ratio", ">=", 10),
    Bar("importing", "seconds", "<=", 15, "bare_seconds"),
    Bar("erasing", "seconds", "<=", 1, "bare_seconds"),
)


def parts(messages, quick):
    """Each benchmark with its options; the site's only where what it stands beside is installed."""
    few = ["--searches", "100", "--seconds", "2"] if quick else []
    found = {
        "ingestion": ["500" if quick else "60000"],
        "search": [str(messages), *few],
        "site": ["--messages", "300" if quick else "10000", "--chats", "2" if quick else "20"],
        "importing": ["1000" if quick else "100000"],
        "erasing": [str(messages)],
    }
    if find_spec("chat_exporter") is None:
        print("chat-exporter isn't installed: the site's pages are left out", file=sys.stderr)
        del found["site"]
    return found


def run(part, options):
    """The figures of a benchmark."""
    command = [sys.executable, str(HERE / f"{part}.py"), *options, "--json"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if made.returncode:
        sys.exit(f"{part}.py ended with an error:\n{made.stderr}")
    return json.loads(made.stdout.splitlines()[-1])


def judged(found):
    """Each figure beside its bar."""
    for bar in BARS:
        if bar.part not in found:
            continue
        value = found[bar.part][bar.figure]
        yield {
            "part": bar.part,
            "figure": bar.figure,
            "value": value,
            "bar": f"{bar.sign} {bar.bar:g}" if bar.bar else "",
            "reached": value >= bar.bar if bar.sign == ">=" else value <= bar.bar,
            "bare": found[bar.part][bar.beside] if bar.beside else None,
        }


def main():
    """Run all, and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=1_000_000, help="how many the searched archive holds")
    parser.add_argument("--quick", action="store_true", help="very little of everything, to see that it runs")
    parser.add_argument("--json", action="store_true", help="only the figures, as JSON")
    asked = parser.parse_args()
    found = {}
    for part, options in parts(asked.messages, asked.quick).items():
        if not asked.json:
            print(f"{part} ...", flush=True)
        found[part] = run(part, options)
    bars = list(judged(found))
    if not asked.json:
        print(f"{'':36}{'measured':>10}{'bar':>10}{'bare':>10}")
        for bar in bars:
            bare = "" if bar["bare"] is None else f"{bar['bare']:g}"
            told = "" if bar["reached"] else "  not reached"
            print(f"{bar['part'] + ' ' + bar['figure']:36}{bar['value']:>10g}{bar['bar']:>10}{bare:>10}{told}")
    print(json.dumps({"bars": bars, "figures": found}))


if __name__ == "__main__":
    main()
