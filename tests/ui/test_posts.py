"""What the bot posts fits in a message whatever was typed, loses no words, and carries its control."""

from dataclasses import replace
from datetime import timedelta

import discord
import pytest

from bot.domain.chat import MAX_HASHTAG_LENGTH, MAX_QUESTION_LENGTH, MAX_QUESTIONS, MAX_TITLE_LENGTH, Question
from bot.domain.run import Action, ActionKind
from bot.services.answering import MAX_ANSWER_LENGTH
from bot.services.values import Post, Relay
from bot.ui.controls import Control, Doing, control_prefix, read_control
from bot.ui.posts import MAX_CONTENT, render, thread_name
from tests.domain.making import NOW, a_chat

BIG = 2**63 - 1
POSTED = {
    ActionKind.ANNOUNCE: Doing("help"),
    ActionKind.REMIND: Doing("help"),
    ActionKind.OPEN: Doing("help"),
    ActionKind.WELCOME: Doing("help"),
    ActionKind.ASK: Doing("answer", 12),
    ActionKind.WRAP_UP: Doing("digest"),
    ActionKind.RELAY: Doing("answer", 12),
    ActionKind.CALL_OFF: Doing("programme"),
}
FILLINGS = ["w", "*", "_", "|", "`", "\\", "本", "😀", "@", "[](", "w ", "w\n"]


def a_post(kind, *, filling="w", number=None, chat=None, **changes):
    """A post of this kind in which everything that people type is as long as it may be."""

    def fill(length):
        return (filling * length)[:length]

    questions = tuple(Question(n, fill(MAX_QUESTION_LENGTH)) for n in range(1, MAX_QUESTIONS + 1))
    longest = a_chat(
        questions,
        id=BIG,
        guild_id=BIG,
        channel_id=BIG,
        thread_id=BIG - 1,
        title=fill(MAX_TITLE_LENGTH),
        hashtag="w" * MAX_HASHTAG_LENGTH,
        host_name=fill(32),
        zone="America/Argentina/ComodRivadavia",
    )
    if number is None:
        number = BIG if kind is ActionKind.RELAY else 12 if kind is ActionKind.ASK else 0
    values = {
        "action": Action((chat or longest).id, kind, due_at=NOW, number=number),
        "chat": chat or longest,
        "channel_id": BIG,
        "question": questions[-1] if kind is ActionKind.ASK else None,
        "relay": Relay(BIG, BIG, 12, BIG, fill(32), fill(MAX_ANSWER_LENGTH), NOW) if kind is ActionKind.RELAY else None,
    }
    return Post(**{**values, **changes})


@pytest.mark.parametrize("filling", FILLINGS)
@pytest.mark.parametrize("kind", list(POSTED))
async def test_the_longest_post_fits_in_a_message(kind, filling):
    assert 0 < len(render(a_post(kind, filling=filling)).content) <= MAX_CONTENT


@pytest.mark.parametrize("filling", FILLINGS)
async def test_the_longest_question_is_posted_whole_with_its_hint(filling):
    post = a_post(ActionKind.ASK, filling=filling)
    content = render(post).content
    assert post.question.text in content
    assert content.endswith("or the button.")


@pytest.mark.parametrize("filling", FILLINGS)
async def test_the_longest_answer_is_posted_whole(filling):
    post = a_post(ActionKind.RELAY, filling=filling)
    assert render(post).content.endswith(f">>> {post.relay.text}")


@pytest.mark.parametrize("kind", list(POSTED))
async def test_a_post_carries_the_control_by_which_it_is_found_again(kind):
    post = a_post(kind)
    button, *others = render(post).view.children
    # Hosts find their desk where the hour begins; before it, anybody may want to be reminded.
    more = {ActionKind.OPEN: ["desk"], ActionKind.WELCOME: ["words", "desk"], ActionKind.WRAP_UP: ["words"]}
    more |= {key: ["remind", "calendar"] for key in (ActionKind.ANNOUNCE, ActionKind.REMIND)}
    assert [read_control(other.custom_id) for other in others] == [Control(BIG, Doing(d)) for d in more.get(kind, [])]
    assert button.custom_id.startswith(control_prefix(post.action))
    assert len(button.custom_id) <= 100
    assert read_control(button.custom_id) == Control(BIG, POSTED[kind])
    assert 0 < len(button.item.label) <= 80
    assert button.item.style is (
        discord.ButtonStyle.primary if POSTED[kind].kind == "answer" else discord.ButtonStyle.secondary
    )


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        (
            ActionKind.ANNOUNCE,
            [
                "A chat is planned: **#shelfchat: Reading in winter**",
                "<t:1796346000:F> in your own time (<t:1796346000:R>), for 60 minutes",
                "On the host's clock: Thu, Dec 3, 2026, 8:00 PM EST",
                "3 questions, asked one at a time.",
                "Host: Noor",
                "A thread opens here at the start. Reading along is welcome; nobody has to write.",
            ],
        ),
        (
            ActionKind.REMIND,
            [
                "**#shelfchat: Reading in winter** starts <t:1796346000:R>, on <t:1796346000:F> in your own time.",
                "A thread opens here at the start. Reading along is welcome; nobody has to write.",
            ],
        ),
        (
            ActionKind.OPEN,
            [
                "**#shelfchat: Reading in winter** begins now.",
                "Open the thread below this message to read along or take part.",
            ],
        ),
        (
            ActionKind.ASK,
            ["**Q2 of 3**", "What about 2?", "", "-# Answer with “A2: …”, a reply, or the button."],
        ),
    ],
)
async def test_a_post_in_words(kind, lines):
    chat = a_chat(3)
    number = 2 if kind is ActionKind.ASK else 0
    post = a_post(kind, chat=chat, number=number, question=chat.question(2), channel_id=chat.channel_id)
    assert [line.replace("\u202f", " ") for line in render(post).content.split("\n")] == lines


async def test_the_welcome_greets_then_explains():
    greeting, explanation = render(a_post(ActionKind.WELCOME, chat=a_chat())).content.split("\n\n")
    assert greeting.split("\n")[:2] == ["Welcome to **#shelfchat: Reading in winter**!", "Host: Noor"]
    assert "Q1 comes at <t:1796346300:t>" in greeting
    assert "“A1: …”" in explanation
    assert "**My words** lets you choose how: by name, by a pseudonym, or not at all." in explanation


async def test_a_host_without_a_name_is_not_mentioned():
    chat = a_chat(host_name="")
    assert "Host" not in render(a_post(ActionKind.WELCOME, chat=chat)).content
    assert "Host" not in render(a_post(ActionKind.ANNOUNCE, chat=chat)).content
    assert "\n\n\n" not in render(a_post(ActionKind.WELCOME, chat=chat)).content


async def test_the_wrap_up_says_when_it_ends_and_until_when_answers_are_kept():
    content = render(a_post(ActionKind.WRAP_UP, chat=a_chat())).content
    assert "The chat ends at <t:1796349600:t>" in content
    assert "until <t:1796351400:t>" in content


async def test_calling_off_differs_in_the_channel_and_in_the_thread():
    chat = a_chat(thread_id=50)
    in_channel = render(a_post(ActionKind.CALL_OFF, chat=chat, channel_id=chat.channel_id)).content
    in_thread = render(a_post(ActionKind.CALL_OFF, chat=chat, channel_id=50)).content
    assert in_channel == "**#shelfchat: Reading in winter**, planned for <t:1796346000:F>, does not take place."
    assert "stays archived" in in_thread


async def test_names_and_titles_can_not_format_the_post():
    chat = a_chat(title="**big** [x](https://example.org)", host_name="_Noor_ ||x||")
    content = render(a_post(ActionKind.ANNOUNCE, chat=chat)).content
    assert r"\*\*big\*\* \[x](https://example.org)" in content
    assert r"Host: \_Noor\_ \|\|x\|\|" in content


async def test_a_relayed_answer_names_its_author_and_keeps_its_lines():
    relay = Relay(9, 7, 2, 5, "Noor*", "One\n\nTwo ||three||", NOW)
    post = a_post(ActionKind.RELAY, chat=a_chat(), relay=relay, number=9)
    assert render(post).content == "**Noor\\*** answers Q2:\n>>> One\n\nTwo ||three||"


async def test_a_relayed_answer_needs_its_text():
    with pytest.raises(ValueError, match="needs its text"):
        render(a_post(ActionKind.RELAY, relay=None))


async def test_a_post_is_in_the_language_of_its_chat():
    """There is no German catalogue, but its clock is German."""
    content = render(a_post(ActionKind.ANNOUNCE, chat=a_chat(locale="de", zone="Europe/Berlin"))).content
    assert "Fr. 4 Dez. 2026, 02:00" in content


def test_a_threads_name_fits_and_says_what_it_is():
    assert thread_name(a_chat()) == "#shelfchat: Reading in winter"
    longest = a_chat(title="w" * MAX_TITLE_LENGTH, hashtag="w" * MAX_HASHTAG_LENGTH)
    assert len(thread_name(longest)) <= 100
    assert thread_name(longest).endswith(longest.title)


async def test_times_follow_the_chat():
    late = replace(a_chat(), starts_at=a_chat().starts_at + timedelta(hours=1))
    assert "<t:1796349600:F>" in render(a_post(ActionKind.ANNOUNCE, chat=late)).content
