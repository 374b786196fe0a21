"""Three hosts press whatever they like while the bot is cut off again and again: no prompt doubled, none lost."""

import random

import pytest

from bot.domain.run import ActionState
from bot.rehearsal.stage import open_stage
from tests.support import evening
from tests.support.desk import add_host
from tests.support.guillotine import Guillotine, cut_and_restart

COMMANDS = ("next", "next", "next", "hold", "resume", "later", "skip", "ask", "edit", "wrap-up", "end", "desk")


class Hosts:
    """Three hosts with a mind of their own; every choice comes from one dice."""

    def __init__(self, stage, settings, guillotine, dice):
        self.stage, self.settings, self.guillotine, self.dice = stage, settings, guillotine, dice
        self.sent, self.typed = [], []
        self.restarts = 0

    async def play(self):
        hosts = [self.stage.host, add_host(self.stage, "Odile"), add_host(self.stage, "Ravi")]
        await self.stage.pass_time(20 * 60 + 5)
        for turn in range(1, 40):
            await self.stage.pass_time(self.dice.choice((0, 1, 4, 40, 150)))
            thread = next(iter(self.stage.channel.threads), None)
            if thread is None or self.locked(thread):
                await self.revive()
                continue
            if self.dice.random() < 0.3:
                self.guillotine.fall_after(self.dice.randrange(4))
            await self.act(self.dice.choice(hosts), thread, turn)
            await self.revive()
            if self.dice.random() < 0.4:
                self.sent.append(await self.stage.person("Ana").send(thread, f"A{turn % 5 + 1}: line {turn}"))
        await self.stage.pass_time(4 * 60 * 60)

    def locked(self, thread):
        return self.stage.env.backend.channels[thread.id].thread_metadata.locked

    async def revive(self):
        if self.guillotine.fell:
            self.restarts += 1
            await cut_and_restart(self.stage, self.guillotine, self.settings)
        self.guillotine.limit = None

    async def act(self, host, thread, turn):
        command = self.dice.choice(COMMANDS)
        options = {"question": f"Typed at turn {turn}?"} if command in {"ask", "edit"} else {}
        self.typed += options.values()
        await host.slash(thread, f"host {command}", **options)


async def run(settings, seed):
    """Play an evening; what is checked holds for every evening."""
    guillotine, dice = Guillotine(), random.Random(seed)
    with guillotine.standing():
        async with open_stage(settings, host="Maren") as stage:
            guillotine.watch(stage.app)
            await evening.plan(stage, questions=[f"Planned {number}?" for number in range(1, 7)])
            play = Hosts(stage, settings, guillotine, dice)
            await play.play()
            await check(play)
    return play


async def check(play):
    stage = play.stage
    chat = await stage.app.chats.get(1)
    assert chat.state == "closed"
    (thread,) = stage.channel.threads
    posted = evening.posts(thread)
    asked = [key for key in posted if ":ask:" in key]
    # Each question once, in order and without a gap, each with its own words as the archive has them.
    assert posted == ["1:welcome:0", *(f"1:ask:{number}" for number in range(1, len(asked) + 1)), "1:wrap_up:0"]
    assert [q.number for q in chat.questions] == list(range(1, len(asked) + 1))
    for question in chat.questions:
        message = evening.prompt(stage, chat, question.number)
        assert message.id == question.message_id
        assert question.text in message.content.splitlines()
    texts = [q.text for q in chat.questions]
    assert len(set(texts)) == len(texts)
    assert set(texts) <= {f"Planned {number}?" for number in range(1, 7)} | set(play.typed)
    actions = await stage.app.services.planning.agenda(chat)
    assert {action.state for action in actions} <= {ActionState.DONE, ActionState.DROPPED}
    archived = {m.id: m.text for m in (await evening.record(stage, chat)).messages}
    assert archived == {message.id: message.content for message in play.sent}


@pytest.mark.parametrize("seed", [0, 3, 7])
async def test_the_record_stays_whole(settings, seed):
    play = await run(settings, seed)
    assert play.restarts >= 1
