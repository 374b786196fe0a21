"""Which question a message answers, by the simplest sound rule: button, label, reply, then the current question."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.chat import Chat
from bot.domain.markers import read_labels
from bot.domain.messages import Basis, Filing


def file_message(
    chat: Chat,
    *,
    message_id: int,
    text: str,
    is_reply: bool,
    reply_filings: Sequence[Filing] = (),
    replies_to_prompt: int | None = None,
    by_button: int | None = None,
) -> tuple[Filing, ...]:
    """The questions a message stands under; empty for what belongs to none.

    A label outranks the message replied to: its author wrote it. A reply follows the message it answers, also
    into no question at all, for a reply to a greeting is a greeting. What bears no sign is filed under the last
    question posted before it, marked as inferred; before Q1 that is none.

    Args:
        chat: with its questions and the ids of their prompts.
        message_id: Discord's id; ids order messages, so that a message fetched later is filed as if it came live.
        text: as written.
        is_reply: whether it replies to a message that the archive knows.
        reply_filings: where that message stands.
        replies_to_prompt: the number of the question whose prompt it replies to.
        by_button: the number of the question whose Answer button was pressed.
    """
    if by_button is not None:
        return (Filing(by_button, Basis.BUTTON),)
    labels = read_labels(text, len(chat.questions))
    if labels:
        return tuple(Filing(number, Basis.LABEL) for number in labels)
    if replies_to_prompt is not None:
        return (Filing(replies_to_prompt, Basis.REPLY),)
    if is_reply:
        return tuple(Filing(filing.question, Basis.REPLY) for filing in reply_filings)
    current = question_at(chat, message_id)
    return () if current is None else (Filing(current, Basis.INFERRED),)


def question_at(chat: Chat, message_id: int) -> int | None:
    """The number of the last question posted before a message, or None before Q1."""
    asked = [q for q in chat.questions if q.message_id is not None and q.message_id < message_id]
    return asked[-1].number if asked else None
