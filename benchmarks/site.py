"""How quickly chats become pages, beside PyPI's chat-exporter on the same messages in the same run.

    .venv/bin/python benchmarks/site.py [--messages 10000] [--chats 20] [--json]

The messages have what both show: Markdown, addresses, replies, reactions, files, previews, edits. chat-exporter gets
them as discord.py's own objects, made beforehand and not measured; it has no digest, bibliography or search. It
changes what it is given, so that it runs once; ours runs three times and the middle one counts. Both are told in
seconds of the processor, which don't depend on what else the machine does; the site's are those of a clock.
"""

import argparse
import asyncio
import gzip
import json
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.domain.chat import Chat, ChatState, Question
from bot.domain.consent import Consent, Showing
from bot.domain.digest import make_digest
from bot.domain.messages import ArchivedMessage, Attachment, Basis, ChatRecord, Embed, Extras, Filing
from bot.services.publishing_ports import PublishingRules, Stale
from bot.services.shown_chats import ShownChat, ShownChats
from bot.services.values import Stamp
from bot.web.page import render_page
from bot.web.site.building import Building
from bot.web.site.look import SiteOptions
from bot.web.site.making import make_chat
from bot.web.site.search_index import find_pagefind

START = datetime(2026, 3, 4, 20, tzinfo=UTC)
EPOCH = 1_420_070_400_000
_TEXT = (
    "library reading group branch shelf story quiet evening local history picture large print seed swap neighbour "
    "garden winter index card catalogue borrow return display window poster teen club poetry tea volunteer budget "
    "review translate bilingual accessible audio mobile van school visit author talk workshop repair café map"
)
WORDS = _TEXT.split()
QUESTIONS = 6


def happens(dice, chance):
    return dice.random() < chance


def words(dice, least, most):
    return " ".join(dice.choice(WORDS) for _ in range(dice.randint(least, most)))


def a_text(dice, number, question):
    text = f"{'A' + str(question) + ': ' if happens(dice, 0.4) else ''}{words(dice, 8, 30)} {number}"
    if happens(dice, 0.1):
        text += f" **{words(dice, 1, 3)}** and *{dice.choice(WORDS)}*"
    if happens(dice, 0.1):
        text += f" https://example.org/{dice.choice(WORDS)}/{number}"
    return text


def a_chat(dice, number, count):
    """A chat of an hour with what people write in one."""
    starts_at = START + timedelta(days=7 * number)
    first = (int(starts_at.timestamp() * 1000) - EPOCH) << 22
    asked = tuple(
        Question(n, f"{words(dice, 6, 10).capitalize()}?", first + n, starts_at + timedelta(minutes=10 * n))
        for n in range(1, QUESTIONS + 1)
    )
    chat = Chat(
        *(
            1,
            2,
            f"Chat number {number}",
            "shelfchat",
            starts_at,
            "Europe/Berlin",
            60,
            5,
            "Noor",
        ),
        state=ChatState.CLOSED,
        questions=asked,
        thread_id=50,
        published=True,
        id=number,
    )
    people = max(10, count // 8)
    said = []
    for place in range(count):
        question = place * QUESTIONS // count + 1
        at = starts_at + timedelta(seconds=3600 * place / count)
        person = int(people * dice.random() ** 2)
        said.append(
            ArchivedMessage(
                id=first + 1000 + place * 4_194_304,
                thread_id=50,
                author_id=1000 + person,
                author_name=f"{WORDS[person % len(WORDS)].title()} {person}",
                posted_at=at,
                text=a_text(dice, place, question),
                edited_at=at + timedelta(minutes=1) if happens(dice, 0.05) else None,
                reply_to_id=said[-dice.randint(1, min(20, len(said)))].id if said and happens(dice, 0.3) else None,
                filings=(Filing(question, Basis.LABEL),),
                reactions=(("👍", dice.randint(1, 5)), ("📚", 1)) if happens(dice, 0.2) else (),
                attachments=(a_file(place),) if happens(dice, 0.03) else (),
                extras=Extras(embeds=(Embed(words(dice, 2, 5), words(dice, 5, 20), "https://example.org/x"),))
                if happens(dice, 0.05)
                else Extras(),
            )
        )
    return ChatRecord(chat, tuple(said))


def a_file(number):
    return Attachment(
        number + 1, f"shelf-{number}.jpg", f"https://cdn.example/{number}", 90_000, "image/jpeg", "A shelf"
    )


def as_discord_has_them(record):
    """The same messages as discord.py's objects."""
    import discord

    state = discord.Client(intents=discord.Intents.none())._connection  # noqa: SLF001 - what makes its objects
    guild = discord.Guild(
        data={"id": "1", "name": "Library", "owner_id": "5", "features": [], "roles": []}, state=state
    )
    data = {"id": "50", "type": 0, "name": "shelfchat", "position": 0, "permission_overwrites": [], "nsfw": False}
    channel = discord.TextChannel(state=state, guild=guild, data=data)
    known = {message.id: payload(message) for message in record.messages}
    for message in record.messages:
        if message.reply_to_id in known:
            reference = {"message_id": str(message.reply_to_id), "channel_id": "50", "guild_id": "1"}
            known[message.id] |= {"message_reference": reference, "type": 19}
    return channel, [discord.Message(state=state, channel=channel, data=one) for one in known.values()]


def payload(message):
    user = {"id": str(message.author_id), "username": message.author_name, "discriminator": "0", "avatar": None}
    return {
        "id": str(message.id),
        "channel_id": "50",
        "type": 0,
        "author": user | {"global_name": message.author_name},
        "content": message.text,
        "timestamp": message.posted_at.isoformat(),
        "edited_timestamp": message.edited_at.isoformat() if message.edited_at else None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "pinned": False,
        "components": [],
        "attachments": [
            {
                "id": str(file.id),
                "filename": file.filename,
                "url": file.url,
                "proxy_url": file.url,
                "size": file.size,
                "content_type": file.content_type,
                "description": file.description,
            }
            for file in message.attachments
        ],
        "embeds": [
            {"type": "rich", "title": one.title, "description": one.description, "url": one.url}
            for one in message.extras.embeds
        ],
        "reactions": [
            {"emoji": {"id": None, "name": emoji}, "count": count, "me": False} for emoji, count in message.reactions
        ],
    }


async def chat_exporter_takes(record):
    import chat_exporter

    channel, messages = as_discord_has_them(record)
    begun = time.process_time()
    html = await chat_exporter.raw_export(channel, messages, guild=channel.guild, raise_exceptions=True)
    taken = time.process_time() - begun
    if html.count("chatlog__message-container") < len(messages):
        raise SystemExit("chat-exporter left messages out")
    return taken, len(html.encode())


def page_takes(record):
    """Seconds for the digest and for the page, and the page."""
    begun = time.process_time()
    digest = make_digest(record)
    middle = time.process_time()
    html = render_page(record, digest, made_at=START)
    return middle - begun, time.process_time() - middle, html


class Archive:
    """Made-up chats behind the ports that a site is built from."""

    def __init__(self, records):
        self.records = {record.chat.id: record for record in records}

    async def rules(self, _guild_id):
        return PublishingRules()

    async def servers(self):
        return [1]

    async def chats(self, _guild_id):
        return [record.chat for record in self.records.values()]

    async def consent(self, _guild_id, *, outside):
        del outside
        return Consent(b"key", {}, Showing.PSEUDONYM)

    async def get(self, chat_id):
        return self.records[chat_id].chat

    async def list(self, *_arguments, **_options):
        return []

    async def record_of(self, chat_id):
        return self.records[chat_id]

    async def stamp(self, _chat_id):
        return Stamp((), ())

    async def counts(self, chat_ids):
        return {i: (len(self.records[i].messages), 1) for i in chat_ids}

    async def stale(self, _folder):
        return Stale((), 0)

    async def built(self, _folder, _mark):
        return None


async def site_takes(records, folder):
    """Seconds a chat to build a site, and to build it again when one chat changed."""
    archive = Archive(records)
    building = Building(ShownChats(archive, archive, archive), archive, folder, base_url=None, servers=(), files=None)
    begun = time.perf_counter()
    await building.build()
    whole = time.perf_counter()
    await building.build(only=[records[0].chat.id])
    return (whole - begun) / len(records), time.perf_counter() - whole


def measure(messages, chats):
    dice = random.Random(5)
    record = a_chat(dice, 1, messages)
    runs = [page_takes(record) for _ in range(3)]
    digest, page = statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs)
    taken, size = asyncio.run(chat_exporter_takes(record))
    thousand = a_chat(dice, 2, 1000)
    shown = ShownChat(thousand, (), 1000, 100)
    on_site = make_chat(shown, SiteOptions(), None).page
    alone = page_takes(thousand)[2].encode()
    with tempfile.TemporaryDirectory() as folder:
        records = [a_chat(dice, number, 150) for number in range(1, chats + 1)]
        each, again = asyncio.run(site_takes(records, Path(folder) / "site"))
    return {
        "messages": messages,
        "page_seconds": round(page, 3),
        "digest_seconds": round(digest, 3),
        "page_bytes": len(runs[0][2].encode()),
        "chat_exporter_seconds": round(taken, 3),
        "chat_exporter_bytes": size,
        "ratio": round(taken / page, 1),
        "ratio_with_digest": round(taken / (page + digest), 1),
        "bytes_of_1000": len(on_site),
        "bytes_of_1000_packed": len(gzip.compress(on_site, 6)),
        "bytes_of_1000_alone": len(alone),
        "site_chats": chats,
        "site_seconds_a_chat": round(each, 3),
        "site_seconds_after_one_change": round(again, 3),
        "with_pagefind": find_pagefind() is not None,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--chats", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.messages, options.chats)
    if not options.json:
        both = found["page_seconds"] + found["digest_seconds"]
        print(f"{found['messages']} messages: page {found['page_seconds']} s, with its digest {both:.3f} s;")
        print(f"  chat-exporter {found['chat_exporter_seconds']} s: {found['ratio']} times as long as the page,")
        print(f"  {found['ratio_with_digest']} times as long as the page and its digest")
        print(f"1,000 messages: {found['bytes_of_1000']:,} bytes, {found['bytes_of_1000_packed']:,} compressed")
        print(f"a site of {found['site_chats']} chats: {found['site_seconds_a_chat']} s a chat,")
        print(f"  {found['site_seconds_after_one_change']} s after one of them changed")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
