"""A digest as a Markdown file, to be read without Discord: its signs become words, and spoilers stay in the thread."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.digest import Digest
from bot.ui.digest.parts import blocks
from bot.ui.digest.wanted import Wanted
from bot.ui.texts import Texts

_TIME = re.compile(r"<t:(\d+):\w>")
_CHANNEL = re.compile(r"<#(\d+)>")
_SPOILER = re.compile(r"\|\|.+?\|\|", re.DOTALL)
_SMALL = re.compile(r"^(> )?-# ", re.MULTILINE)
# Discord knows neither HTML nor HTML's names of signs; what reads Markdown elsewhere does.
_HTML = re.compile(r"<(?!https?://[^\s<>]+>)|&(?=#?\w+;)")


def as_markdown(digest: Digest, wanted: Wanted, say: Texts) -> str:
    """The whole digest, its times on the clocks of the chat's zone."""
    chat = digest.chat

    def clock(match: re.Match[str]) -> str:
        return say.clock(datetime.fromtimestamp(int(match[1]), UTC), chat.zone)

    def channel(match: re.Match[str]) -> str:
        return f"<https://discord.com/channels/{chat.guild_id}/{match[1]}>"

    text = "\n\n".join(block.replace("\n", "\n\n") for block in blocks(digest, replace(wanted, is_kept=True), say))
    text = _SPOILER.sub(say("(a spoiler: open the message to read it)"), text)
    text = _SMALL.sub(r"\1", _CHANNEL.sub(channel, _TIME.sub(clock, text)))
    return _HTML.sub(r"\\\g<0>", text) + "\n"


def file_name(digest: Digest, wanted: Wanted, ending: str) -> str:
    """A name that any system takes."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", digest.chat.hashtag).strip("-").lower() or "chat"
    day = f"-day-{wanted.day}" if wanted.day else ""
    return f"{name}-{digest.chat.starts_at:%Y-%m-%d}{day}.{ending}"
