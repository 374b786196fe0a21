"""Ten thousand texts that try to be more than text, and chats in which they stand wherever people may write."""

import os
import random
from dataclasses import replace
from datetime import timedelta
from functools import cache

from bot.domain.chat import ChatState, Question
from bot.domain.messages import ArchivedMessage, Attachment, Basis, ChatRecord, Embed, Extras, Filing, Poll
from tests.domain.making import START, a_chat
from tests.web.reading_html import PIECES

MANY = 10_000
SHARING = 0.1
# Another number makes ten thousand others.
SEED = int(os.environ.get("HOSTILE_SEED", "5"))
# fmt: off
MORE = (
    "=1+1", "\t=1+1", "\uff1dcmd|' /C calc'!A0", "+1", "-2", "@SUM(1)", ";=1", "; -1", ";-)", ",=1", "\n=1", "\r=1",
    "\u200b=1", "'=1", "''", '"\n=1\n"', '","', "';", "TY  - BOOK", "\r\nER  - ", "\nUR  - javascript:x", "{", "}",
    "\\end{x}", "},\n@article{x, title={y}}", "%", "$", "&", "# heading", "## Q9.", " #", "- item", "+ item",
    "1. one", "2) two", "> quote", "~~~", "```js", "    code", "| a | b |\n|---|---|", "***", "===", "---",
    "[a]: http://x.y", "![x](data:text/html,1)", "<http://a.b>", "[a][b]", "&lt;b&gt;", "&#x3c;b>", "&copy;",
    "BEGIN:VEVENT", "\r\nEND:VCALENDAR", "\r\nATTENDEE:mailto:x@y", ";VALUE=URI:x", "\\n", "\\,", "NEAR(a b, 2)",
    '"a" OR "b"', "a AND NOT b", "rowid:1", "words:a", "^a", "a*", "{a b}", "(a", "../../etc/passwd", "..\\..\\x",
    "C:\\x", "CON", "nul.txt", "COM1", "trail. ", " ", "\u200b", "\u2060", "\ufeff", "\u3164", "\u2800", "\u200f",
    "\u202d", "\u2067", "\u2069", "\x1b[31m", "\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x1e", "\x7f", "</A><DT>",
    "<DL><p>", "<t:99999999999:F>", "<t:0>", "vbscript:x", "https://a.b/<script>", "https://a.b/{}\\^|`",
    "https://a.b/=1", "http://user:pw@a.b/", "mailto:x@y.z", "https://a.b/\u202egpj.exe", "http://[::1]/",
    "https://a.b/?q='\"", "www.evil.example", "data:text/html,x", "[8:05 PM] Somebody: words of another",
    "[8:05 PM] Q9. Why?", "\n[8:05 PM] Somebody: words of another", "Q1. Why?", "@everyone", "<@&5>", "{% raw %}",
    "{name}", "\\u202e", "Re\u0301sume\u0301", "\U0001f469\u200d\U0001f4bb",
)
# fmt: on
ALL = (*PIECES, *MORE)


@cache
def texts():
    """The texts, the same ones for the same seed."""
    dice = random.Random(SEED)
    made = []
    while len(made) < MANY:
        pieces = [dice.choice(ALL) if dice.random() < 0.75 else _odd(dice) for _ in range(dice.randint(1, 3))]
        # Of some, what is said about an address becomes the title of a link.
        link = f" https://example.org/{len(made)}" if dice.random() < SHARING else ""
        made.append("".join(pieces) + link)
    return tuple(made)


def _odd(dice):
    lowest, highest = dice.choice(((0x20, 0x7F), (0xA0, 0xD800), (0x1F300, 0x1FA00)))
    return "".join((chr(dice.randrange(lowest, highest)), chr(dice.randrange(0x20, 0x7F)), dice.choice(" a\n")))


@cache
def records(count=5):
    """All of them in some chats: as words, and as names, files, links, questions and whatever else people give."""
    size = MANY // count
    return tuple(_record(number, texts()[number * size : (number + 1) * size]) for number in range(count))


def _record(number, said):
    dice = random.Random(number)
    questions = tuple(Question(n, dice.choice(said) or "?", 100 * n, START + timedelta(minutes=n)) for n in range(1, 6))
    chat = a_chat(
        questions,
        id=number + 1,
        thread_id=50,
        title=dice.choice(said),
        hashtag=dice.choice(said),
        host_name=dice.choice(said),
        description=dice.choice(said),
        state=ChatState.CLOSED,
        locale=dice.choice(("en-US", "de", "ar")),
    )
    base = (number + 1) * 1_000_000
    return ChatRecord(chat, tuple(_message(base + place, text, said, dice, base) for place, text in enumerate(said)))


def _message(number, text, said, dice, base):
    message = ArchivedMessage(
        id=number,
        thread_id=50,
        author_id=1 + dice.randrange(60),
        author_name="",
        posted_at=START + timedelta(minutes=6, seconds=number % 1_000_000),
        text=text,
        filings=(Filing(dice.randint(1, 5), dice.choice(list(Basis))),) if dice.random() < 0.8 else (),
        reply_to_id=base + dice.randrange(len(said)) if dice.random() < 0.3 else None,
    )
    message = replace(message, author_name=said[message.author_id])
    if dice.random() < 0.1:
        message = replace(message, **dice.choice(({"text": None}, {"is_deleted": True}, {"is_left_out": True})))
    if dice.random() < 0.05:
        a, b, c = (dice.choice(said) for _ in range(3))
        extras = Extras((a,), (Embed(a, b, c),), Poll(b, ((a, 1), (c, 2))), pinned=True)
        file = Attachment(number, a, b, 1, c, b)
        message = replace(message, extras=extras, attachments=(file,), reactions=((c, 2), (a, 1)))
    return message
