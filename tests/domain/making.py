"""Made-up chats and messages for the tests of the domain and of what people see."""

from datetime import UTC, datetime, timedelta

from bot.domain.chat import Chat, Question
from bot.domain.manner import Pace
from bot.domain.messages import ArchivedMessage, Basis, ChatRecord, Filing

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
START = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)


def a_chat(questions=3, **changes):
    """A chat of an hour, a fortnight ahead; `questions` is how many there are, or the questions themselves."""
    numbered = (
        tuple(Question(number, f"What about {number}?") for number in range(1, questions + 1))
        if isinstance(questions, int)
        else tuple(questions)
    )
    values = {
        "id": 7,
        "guild_id": 1,
        "channel_id": 2,
        "title": "Reading in winter",
        "hashtag": "shelfchat",
        "starts_at": START,
        "zone": "America/New_York",
        "minutes": 60,
        "host_id": 5,
        "host_name": "Noor",
        "questions": numbered,
    }
    return Chat(**{**values, **changes})


def an_asked_chat(questions=2, **changes):
    """A chat whose questions are all posted: Q1 as message 100, Q2 as message 200 and so on."""
    asked = tuple(
        Question(number, f"What about {number}?", message_id=100 * number, asked_at=START + timedelta(minutes=number))
        for number in range(1, questions + 1)
    )
    return a_chat(asked, thread_id=50, **changes)


def a_pace(**changes):
    """The usual pace but for some changes."""
    return Pace(**changes)


def an_answer(number, text, author=None, question=1, **changes):
    """A message under a question; each is by a person of its own unless `author` names one."""
    author_id = 1000 + number if author is None else author
    values = {
        "id": 100 + number,
        "thread_id": 50,
        "author_id": author_id,
        "author_name": f"Reader {author_id}",
        "posted_at": START + timedelta(minutes=5, seconds=number),
        "text": text,
        "filings": (Filing(question, Basis.LABEL),) if question else (),
    }
    return ArchivedMessage(**{**values, **changes})


def a_record(*messages, chat=None):
    """A chat with what was said in it."""
    return ChatRecord(chat or an_asked_chat(), tuple(messages))
