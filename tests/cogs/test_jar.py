"""Anybody suggests a question, hosts keep the jar in private, and what is drawn is asked once."""

import pytest
from simcord.results import to_discord_message

from bot.domain.jar import MAX_QUESTIONS
from bot.domain.jar_files import MAX_SIZE
from bot.rehearsal.play import answer_of, texts_in
from tests.support import evening
from tests.support.desk import add_host


class Panel:
    """A private answer with buttons, as its reader sees it now."""

    def __init__(self, stage, who, result):
        assert result.ephemeral, answer_of(result)
        self.stage, self.who = stage, who
        self._ids = (result.response.channel_id, result.response.id)

    @property
    def _stored(self):
        return self.stage.env.backend.get_message(*self._ids)

    @property
    def text(self):
        return "\n".join(texts_in(self._stored.components))

    @property
    def labels(self):
        rows = [row for row in self._stored.components if row["type"] == 1]
        return [button["label"] for row in rows for button in row["components"]]

    async def press(self, label):
        """Press a button; what the bot answered beside the panel, if it did."""
        message = to_discord_message(self.stage.env, self._stored)
        result = await self.who.click(message, label=label)
        beside = [one for one in (result.response, *result.followups) if one and one.id != self._ids[1]]
        return "\n".join(one.content for one in beside)


async def run(stage, name, /, who=None, **options):
    """What the bot answers in private to a command of the jar, by the host unless it is said by whom."""
    result = await (who or stage.host).slash(stage.channel, f"jar {name}", **options)
    assert result.ephemeral
    return answer_of(result)


async def panel(stage, name, /, who=None, channel=None, **options):
    who = who or stage.host
    return Panel(stage, who, await who.slash(channel or stage.channel, f"jar {name}", **options))


async def chosen(stage, typed, command="jar remove"):
    """What the list offers while a host types."""
    found = await stage.host.autocomplete(stage.channel, command, "question", typed)
    return {choice["name"]: choice["value"] for choice in found}


def asked_in(thread):
    return [post for post in evening.posts(thread) if ":ask:" in post]


async def test_a_suggestion_waits_for_a_host_and_can_be_drawn_once_approved(stage):
    said = await run(stage, "suggest", stage.newcomer, question=" Which book\n do you *hide*? ")
    assert "A host will look at your question" in said
    assert "no question in the jar yet" in await run(stage, "draw")
    shown = await panel(stage, "list")
    assert "**1 suggestion** waits" in shown.text
    assert "“Which book do you \\*hide\\*?”" in shown.text
    assert shown.labels == ["Approve 1", "Decline 1"]
    await shown.press("Approve 1")
    assert "> Approved; it can be drawn now." in shown.text
    assert shown.labels == []
    drawn = await panel(stage, "draw")
    assert "“Which book do you \\*hide\\*?”" in drawn.text
    assert drawn.labels == ["Draw another"]
    assert evening.posts(stage.channel) == []


async def test_after_a_restart_the_lists_buttons_still_work_and_two_hosts_decide_once(stage, settings):
    for text in ("Why?", "Who?"):
        await run(stage, "suggest", stage.newcomer, question=text)
    mine = await panel(stage, "list")
    other = await panel(stage, "list", who=add_host(stage, "Odile"))
    await stage.restart(settings)
    await mine.press("Approve 1")
    assert "Approved" in mine.text
    await other.press("Decline 1")
    assert "decided before, by you or another host" in other.text
    assert other.labels == ["Approve 1", "Decline 1"]
    await other.press("Decline 1")
    assert "Declined; it is gone from the jar." in other.text
    await mine.press("Approve 1")
    assert "decided before" in mine.text
    assert "“Why?”" in mine.text
    assert "Who?" not in mine.text


async def test_pressed_twice_by_the_same_host_it_counts_once(stage):
    await run(stage, "suggest", stage.newcomer, question="Why?")
    once, twice = await panel(stage, "list"), await panel(stage, "list")
    for shown in (once, twice):
        await shown.press("Approve 1")
    assert "> Approved" in once.text
    assert "> That one was decided before" in twice.text
    assert len(await stage.app.services.jar.list(stage.guild.id)) == 1


async def test_only_hosts_see_and_change_the_jar(stage):
    await run(stage, "add", question="Why?", tags="fun")
    await run(stage, "suggest", stage.newcomer, question="Who?")
    for command in ("jar tag", "jar remove"):
        assert await stage.newcomer.autocomplete(stage.channel, command, "question", "") == []
    for command in ("jar list", "jar draw"):
        assert await stage.newcomer.autocomplete(stage.channel, command, "tag", "") == []
    shown = await panel(stage, "list")
    stage.env.backend.guilds[stage.guild.id].members[stage.host.id].role_ids.clear()
    assert "Only hosts" in await shown.press("Approve 1")
    assert "Only hosts" in answer_of(await stage.host.slash(stage.channel, "jar export"))


async def test_a_question_is_in_the_jar_once(stage):
    assert "It is in the jar: “Why do you read?” (warm-up, fun)" in await run(
        stage, "add", question="Why do you read?", tags="#Warm-up, fun"
    )
    assert "already; nothing has changed" in await run(stage, "add", question="why  do you READ?")
    assert "in the jar already" in await run(stage, "suggest", stage.newcomer, question="WHY DO YOU READ?")
    await run(stage, "suggest", stage.newcomer, question="Who?")
    assert "it is approved now" in await run(stage, "add", question="who?")


@pytest.mark.parametrize(
    ("command", "options", "words"),
    [
        ("suggest", {"question": " \n "}, "no words in that question"),
        ("suggest", {"question": "w" * 1501}, "1501 characters; 1500 fit"),
        ("add", {"question": "Why?", "tags": "a b c d e f"}, "I found 6 tags"),
        ("add", {"question": "Why?", "tags": "**@everyone**"}, "“\\*\\*@everyone\\*\\*” can't be a tag"),
        ("list", {"tag": "two words"}, "can't be a tag"),
        ("draw", {"tag": "gone"}, "the tag “gone”"),
        ("draw", {}, "no question in the jar yet"),
        ("export", {}, "no question in the jar yet"),
        ("tag", {"question": "Why?", "tags": "fun"}, "choose it from the list"),
        ("used", {"question": "1"}, "choose it from the list"),
        ("used", {"question": "1", "on": "3/12"}, "“3/12” isn't a day on which it can have been asked"),
        ("remove", {"question": "9" * 100}, "choose it from the list"),
        ("remove", {"question": "1"}, "choose it from the list"),
        ("import", {"file": ("jar.csv", b"\xff\xfe")}, "isn't text in UTF-8"),
        ("import", {"file": ("jar.csv", b"")}, "no question in that file"),
        ("import", {"file": ("jar.csv", b"w" * (MAX_SIZE + 1))}, "has 201 kB; I read up to 200 kB"),
        ("import", {"file": ("jar.csv", b"Why?\n" * 501)}, "has 501 lines"),
    ],
)
async def test_what_can_not_be_used_is_refused_with_what_to_do(stage, command, options, words):
    said = await run(stage, command, **options)
    assert words in said
    if command in {"suggest", "add"}:
        assert "Here is what you typed" in said
    assert await stage.app.services.jar.list(stage.guild.id) == ()


async def test_a_question_is_chosen_from_a_list_while_typing(stage):
    for text in ("Why do you read?", "Who reads to you?", f"Long {'w' * 300}?"):
        await run(stage, "add", question=text, tags="old")
    assert list(await chosen(stage, "YOU  READ")) == ["Why do you read?"]
    everything = await chosen(stage, "", "jar tag")
    assert len(everything) == 3
    assert all(len(name) <= 100 for name in everything)
    said = await run(stage, "tag", question=everything["Who reads to you?"], tags="new")
    assert said == "Done: “Who reads to you?”. Its tags: new"
    assert "has no tags" in await run(stage, "tag", question=everything["Who reads to you?"])
    tags = await stage.host.autocomplete(stage.channel, "jar draw", "tag", "o")
    assert [choice["value"] for choice in tags] == ["old"]
    assert "Taken out of the jar: “Why do you read?”" in await run(
        stage, "remove", question=everything["Why do you read?"]
    )
    assert "choose it from the list" in await run(stage, "remove", question=everything["Why do you read?"])
    assert "Why do you read?" not in (await panel(stage, "list")).text


async def test_the_list_has_pages_that_turn_after_a_restart(stage, settings):
    for number in range(1, 8):
        await run(stage, "suggest", stage.person(f"Reader {number}"), question=f"Suggested {number}?")
    lines = "".join(f"Question {number}?,{'even' if number % 2 == 0 else 'odd'}\n" for number in range(1, 41))
    await run(stage, "import", file=("jar.csv", lines.encode()))
    shown = await panel(stage, "list")
    assert "**7 suggestions** wait" in shown.text
    assert "Page 1 of" in shown.text
    assert shown.labels[-1] == "Next"
    await stage.restart(settings)
    await shown.press("Next")
    assert "Suggested 7?" in shown.text
    assert "Suggested 1?" not in shown.text
    await shown.press("Decline 7")
    assert "Declined" in shown.text
    assert "Page 2 of" in shown.text
    await shown.press("Back")
    assert "Suggested 1?" in shown.text
    even = await panel(stage, "list", tag="EVEN")
    assert "20 questions with the tag even" in even.text
    await even.press("Next")
    assert "Question 40?" in even.text
    assert "Question 39?" not in even.text


async def test_what_is_drawn_is_asked_in_the_running_chat_and_rests(stage, settings):
    await run(stage, "add", question="Which <@&1> book, @everyone?", tags="fun")
    await run(stage, "add", question="Who reads to you?", tags="old")
    chat, thread = await evening.begun_chat(stage)
    drawn = await panel(stage, "draw", channel=thread, tag="fun")
    assert drawn.labels == ["Ask it now", "Draw another"]
    await stage.restart(settings)
    await drawn.press("Ask it now")
    await stage.pass_time(2)
    assert "You sent your question; it is Q2." in drawn.text
    assert drawn.labels == []
    assert asked_in(thread) == ["1:ask:1", "1:ask:2"]
    prompt = evening.prompt(stage, chat, 2)
    assert "book, @everyone?" in prompt.content
    assert not prompt.mention_everyone
    assert prompt.role_mentions == []
    # It rests now: drawn without its tag, the other one comes.
    for _ in range(5):
        assert "Who reads to you?" in (await panel(stage, "draw", channel=thread)).text
    assert "Last asked on <t:" in (await panel(stage, "draw", tag="fun")).text


async def test_what_was_asked_elsewhere_rests_too(stage):
    await run(stage, "add", question="Who reads to you?")
    await run(stage, "add", question="Why do you read?")
    assert "was asked on <t:1766188800:D>, and rests" in await run(stage, "used", question="1", on="2025-12-20")
    for _ in range(4):
        assert "Why do you read?" in await run(stage, "draw")
    assert "was asked on" in await run(stage, "used", question="2")
    assert "Who reads to you?" in await run(stage, "draw")


async def test_two_hosts_and_double_presses_ask_once(stage):
    await run(stage, "add", question="Who reads to you?")
    _, thread = await evening.begun_chat(stage)
    mine = await panel(stage, "draw", channel=thread)
    other = await panel(stage, "draw", who=add_host(stage, "Odile"), channel=thread)
    await mine.press("Ask it now")
    await other.press("Ask it now")
    await stage.pass_time(2)
    assert "it is Q2" in mine.text
    assert "asked in this chat already, by you or another host" in other.text
    again = await panel(stage, "draw", channel=thread)
    await again.press("Ask it now")
    await stage.pass_time(2)
    assert "asked in this chat already" in again.text
    assert asked_in(thread) == ["1:ask:1", "1:ask:2"]


async def test_draw_another_shows_another_of_the_same_tag(stage):
    for text, tag in (("Why?", "fun"), ("Who?", "fun"), ("Where?", "old")):
        await run(stage, "add", question=text, tags=tag)
    drawn = await panel(stage, "draw", tag="fun")
    seen = drawn.text
    await drawn.press("Draw another")
    assert drawn.text != seen
    assert "Where?" not in drawn.text
    old = await panel(stage, "draw", tag="old")
    await old.press("Draw another")
    assert "There is no other one." in old.text
    await run(stage, "tag", question=(await chosen(stage, "Where"))["Where?"])
    assert "has that tag any more" in await old.press("Draw another")


async def test_without_a_chat_here_nothing_can_be_asked(stage):
    await run(stage, "add", question="Who reads to you?")
    board = stage.guild.create_text_channel("board")
    chat, thread = await evening.begun_chat(stage)
    assert (await panel(stage, "draw", channel=board)).labels == ["Draw another"]
    here = await panel(stage, "draw", channel=thread)
    in_channel = await panel(stage, "draw")
    assert "Ask it now" in here.labels
    assert "Ask it now" in in_channel.labels
    number = (await chosen(stage, ""))["Who reads to you?"]
    await run(stage, "remove", question=number)
    assert "I don't find that question in the jar" in await in_channel.press("Ask it now")
    await run(stage, "add", question="Who else?")
    late = await panel(stage, "draw", channel=thread)
    await evening.until(stage, chat.ends_at, plus=-60)
    assert "wrapping up already" in await late.press("Ask it now")
    assert "Last asked" not in (await panel(stage, "list")).text
    assert (await panel(stage, "draw", channel=thread)).labels == ["Draw another"]


async def test_a_file_goes_in_and_comes_out_as_it_was(stage):
    data = (
        'question;tags;used\r\n"\'=SUM(A1), why?";fun old;2025-12-01\r\n'
        "Who?;a_b;\r\nWho?;;\r\nwho?;;\r\n;;\r\n;fun;\r\n"
    )
    said = await run(stage, "import", file=("jar.csv", data.encode("utf-8-sig")))
    assert "Read: 2 questions added, 1 was there already." in said
    assert "2 lines can't be used:" in said
    assert "- Line 3: “a\\_b” can't be a tag." in said
    assert "- Line 7: There is no question in it." in said
    again = await run(stage, "import", file=("jar.csv", data.encode("utf-8-sig")))
    assert "Read: 0 questions added, 3 were there already." in again
    shown = await panel(stage, "list")
    assert "“=SUM(A1), why?” Tags: fun, old · Last asked on <t:" in shown.text
    result = await stage.host.slash(stage.channel, "jar export")
    (file,) = result.response.attachments
    assert (result.ephemeral, file.filename) == (True, "jar.csv")
    made = await file.read()
    assert made.decode("utf-8-sig").splitlines() == [
        "question,tags,used",
        '"\'=SUM(A1), why?","fun old","2025-12-01"',
        '"Who?","",""',
    ]
    assert "0 questions added, 2 were there already" in await run(stage, "import", file=("jar.csv", made))


async def test_of_many_wrong_lines_the_first_five_are_told(stage):
    said = await run(stage, "import", file=("jar.csv", b"Why?\n" + b"Who?,a_b\n" * 300))
    assert "300 lines can't be used:" in said
    assert said.count("- Line ") == 5
    assert said.endswith("- and 295 more")


async def test_a_file_that_discord_does_not_give_changes_nothing(stage):
    url = "https://cdn.simcord.invalid"
    blobs = stage.env.backend.cdn._blobs
    stage.env.backend.cdn.get = lambda wanted: None if wanted.startswith(url) else blobs.get(wanted)
    assert "try again in a minute" in await run(stage, "import", file=("jar.csv", b"Why?\n"))
    assert await stage.app.services.jar.list(stage.guild.id) == ()


async def test_a_full_jar_of_long_questions_can_be_listed_and_exported(stage):
    long = "*" * 1_490
    for start in range(0, MAX_QUESTIONS, 100):
        lines = "".join(f"{long}{number}?\n" for number in range(start, start + 100))
        await run(stage, "import", file=("jar.csv", lines.encode()))
    assert "The jar is full: it holds 1000 questions" in await run(stage, "suggest", stage.newcomer, question="Why?")
    shown = await panel(stage, "list")
    assert "1000 questions" in shown.text
    result = await stage.host.slash(stage.channel, "jar export")
    assert [file.filename for file in result.response.attachments] == [f"jar-{number}.csv" for number in range(1, 9)]


async def test_leave_me_out_takes_ones_suggestions_back(stage):
    await run(stage, "suggest", stage.newcomer, question="Why?")
    shown = await panel(stage, "list")
    await stage.newcomer.slash(stage.channel, "privacy leave-me-out")
    await shown.press("Approve 1")
    assert "its author took it back" in shown.text
    assert "It is empty." in shown.text
    await run(stage, "suggest", stage.newcomer, question="Who?")
    (kept,) = await stage.app.services.jar.list(stage.guild.id)
    assert (kept.text, kept.person_id) == ("Who?", 0)


async def test_in_a_private_message_the_jar_is_not_offered(stage):
    assert not [name for name in stage.newcomer.user.available_commands() if name.startswith("jar")]
