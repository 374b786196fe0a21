"""What a message has beside its words, as one JSON text; null where there is nothing of it.

Whether it is pinned has a column of its own.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from bot.domain.messages import Embed, Extras, Poll


def to_text(extras: Extras) -> str | None:
    """For the column `extras`; the same extras give the same text."""
    if not extras.stickers and not extras.embeds and extras.poll is None:
        return None
    kept: dict[str, Any] = {}
    if extras.stickers:
        kept["stickers"] = list(extras.stickers)
    if extras.embeds:
        kept["embeds"] = [[embed.title, embed.description, embed.url] for embed in extras.embeds]
    if extras.poll is not None:
        kept["poll"] = {
            "question": extras.poll.question,
            "answers": [list(answer) for answer in extras.poll.answers],
            "final": extras.poll.is_final,
        }
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str | None, *, pinned: bool = False) -> Extras:
    """From the columns `extras` and `pinned`."""
    if text is None:
        return Extras(pinned=pinned) if pinned else _NOTHING
    kept = json.loads(text)
    poll = kept.get("poll")
    return Extras(
        stickers=tuple(kept.get("stickers", ())),
        embeds=tuple(Embed(*parts) for parts in kept.get("embeds", ())),
        poll=Poll(poll["question"], tuple((a, n) for a, n in poll["answers"]), poll["final"]) if poll else None,
        pinned=pinned,
    )


def voted(text: str | None, answer: int, change: int) -> str | None:
    """The same with one vote more or fewer for a poll's answer; None where there is no such answer."""
    kept = from_text(text)
    if kept.poll is None or not 0 <= answer < len(kept.poll.answers):
        return None
    answers = list(kept.poll.answers)
    choice, count = answers[answer]
    answers[answer] = choice, max(0, count + change)
    return to_text(replace(kept, poll=replace(kept.poll, answers=tuple(answers))))


_NOTHING = Extras()
