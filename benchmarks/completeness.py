"""Whether the sealed archive equals Discord whatever happens: `python benchmarks/completeness.py [--seeds N] [--json]`.

Each seed plays a chat of so many messages (1,500 unless `--messages` says otherwise) in a simulated Discord, with the
product's own bot: people write, reply, edit, delete, react and take it back, vote in polls, pin, send files, stickers
and forwarded messages, links get previews, a webhook and a bridge write too, and somebody is left out. Meanwhile the
bot is killed after a random number of effects, restarted, cut off from Discord for up to half an hour, told nothing of
a random part of what happens, and met with errors of Discord and of the disk; more happens while it reads a thread's
history. When the chat is over and sealed, the file is compared with the simulated Discord's own state, by a comparison
that shares nothing with the product; then a few of the messages are edited, deleted and reacted to, some of it while
the bot is away, and the file is compared once more.
"""

import argparse
import asyncio
import json
import logging
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.hardship import run


def main():
    """Play the seeds and tell in how many of them the archive is exact."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="the first seed, to play them in pieces")
    parser.add_argument("--messages", type=int, default=1500)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    results = []
    for seed in range(asked.first, asked.first + asked.seeds):
        with tempfile.TemporaryDirectory() as folder:
            result = asyncio.run(run(seed, asked.messages, Path(folder)))
        results.append(result)
        if not asked.json:
            print(result, flush=True)
    faults = Counter()
    for result in results:
        faults.update(result["faults"])
    total = {
        "seeds": len(results),
        "exact": sum(result["exact"] for result in results),
        "not_exact": [result["seed"] for result in results if not result["exact"]],
        "messages": sum(result["said"] for result in results),
        "happenings": sum(result["happened"] for result in results),
        "faults": dict(faults),
    }
    print(json.dumps(total))


if __name__ == "__main__":
    main()
