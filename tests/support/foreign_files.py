"""Files of other programs, as small as they can be, in words of our own."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
START = datetime(2026, 3, 3, 20, tzinfo=UTC)
DISCORD = datetime(2015, 1, 1, tzinfo=UTC)
SERVER, CHANNEL, THREAD = 700, 710, 720
HOST, ADE, BO = 1001, 1002, 1003
NAMES = {HOST: "Maren", ADE: "Ade", BO: "Bo Lind"}


def snowflake(at, number=0):
    """Discord's number for something said at that instant."""
    return (int((at - DISCORD).total_seconds() * 1000) << 22) + number


def said(minute, author, text, **changes):
    """A message as DiscordChatExporter writes it."""
    at = START + timedelta(minutes=minute)
    made = {
        "id": str(snowflake(at, author % 7)),
        "type": "Default",
        "timestamp": at.isoformat(timespec="milliseconds"),
        "timestampEdited": None,
        "callEndedTimestamp": None,
        "isPinned": False,
        "content": text,
        "author": {
            "id": str(author),
            "name": NAMES.get(author, "someone").lower(),
            "discriminator": "0000",
            "nickname": NAMES.get(author, "Someone"),
            "color": None,
            "isBot": False,
            "roles": [],
            "avatarUrl": "https://cdn.example.org/a.png",
        },
        "attachments": [],
        "embeds": [],
        "stickers": [],
        "reactions": [],
        "mentions": [],
        "inlineEmojis": [],
    }
    return {**made, **changes}


def evening(first=0):
    """An hour of two questions, in minutes after the start."""
    return [
        said(first, HOST, "Welcome, everybody! Who is here?"),
        said(first + 2, ADE, "Ade, from the branch by the harbour"),
        said(first + 5, HOST, "**Q1:** Which shelf do you visit first on a quiet morning?"),
        said(first + 7, ADE, "A1: the returns trolley, it tells me what the town reads"),
        said(first + 8, BO, "A1 new poetry, before anybody moves it"),
        said(first + 20, HOST, "Q2: And which shelf would you move to the front door?"),
        said(first + 22, BO, "A2: cookery, for the smell of it: https://example.org/cookery?utm_source=x"),
        said(first + 24, ADE, "that returns trolley of poetry on a quiet morning"),
    ]


def export(messages, *, kind="GuildPublicThread", indent=2, **changes):
    """A whole file as DiscordChatExporter writes it."""
    made = {
        "guild": {"id": str(SERVER), "name": "Readers", "iconUrl": ""},
        "channel": {
            "id": str(THREAD if "Thread" in kind else CHANNEL),
            "type": kind,
            "categoryId": str(CHANNEL),
            "category": "chats",
            "name": "#shelfchat: Quiet mornings" if "Thread" in kind else "shelf-chat",
            "topic": None,
        },
        "dateRange": {"after": None, "before": None},
        "exportedAt": NOW.isoformat(),
        "messages": messages,
        "messageCount": len(messages),
    }
    return json.dumps({**made, **changes}, ensure_ascii=False, indent=indent)


def short_tweets(*lines, heading=None):
    """Tweets in short, one to a line."""
    first = [heading] if heading is not None else []
    return "\n".join(json.dumps(line) for line in (*first, *lines)) + "\n"


def tweet(number, minute, author, text, reply_to=None):
    """One of them; a number is its id."""
    at = (START + timedelta(minutes=minute)).isoformat()
    return {"id": str(number), "at": at, "author": author, "text": text, "reply_to": reply_to}


SHEET = [
    *("id_str", "from_user", "text", "created_at", "time", "geo_coordinates", "user_lang", "in_reply_to_user_id_str"),
    *("in_reply_to_screen_name", "from_user_id_str", "in_reply_to_status_id_str", "source", "profile_image_url"),
    *("user_followers_count", "user_friends_count", "user_location", "status_url", "entities_str"),
]


def sheet(*rows, columns=SHEET):
    """A TAGS archive as CSV; each row names what it has."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
