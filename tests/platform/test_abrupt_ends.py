"""The bot may be cut off anywhere: no post comes twice, none is missing, no answer is lost."""

import random

import pytest

from bot.rehearsal.stage import open_stage
from tests.support import evening
from tests.support.guillotine import Guillotine, cut_and_restart

IN_CHANNEL = ["1:announce:0", "1:remind:15", "1:open:0"]
IN_THREAD = ["1:welcome:0", "1:ask:1", "1:ask:2", "1:ask:3", "1:wrap_up:0"]


class Evening:
    """A small chat in which everybody goes on talking; restarts a while after the bot was cut off."""

    def __init__(self, stage, settings, guillotine):
        self.stage, self.settings, self.guillotine = stage, settings, guillotine
        self.sent = []
        self.restarts = 0

    async def play(self):
        for minute in range(1, 75):
            await self.stage.pass_time(60)
            if minute % 3 == 0:
                await self.say(f"A{minute % 4}: line {minute}")
            if self.guillotine.fell:
                # Discord lives on: somebody writes while the bot is dead.
                await self.say(f"nobody hears this yet {minute}")
                self.restarts += 1
                await cut_and_restart(self.stage, self.guillotine, self.settings)

    async def say(self, text):
        for thread in self.stage.channel.threads:
            if not self.stage.env.backend.channels[thread.id].thread_metadata.locked:
                self.sent.append(await self.stage.person("Tomás").send(thread, text))

    async def check(self):
        chat = await self.stage.app.chats.get(1)
        assert chat.state == "closed"
        assert evening.posts(self.stage.channel) == IN_CHANNEL
        (thread,) = self.stage.channel.threads
        opened = [r for r in self.stage.env.http_requests if r.method == "POST" and r.path.endswith("/threads")]
        assert len(opened) == 1
        assert evening.posts(thread) == IN_THREAD
        assert self.stage.env.backend.channels[thread.id].thread_metadata.locked
        archived = {m.id: m.text for m in (await evening.record(self.stage, chat)).messages}
        assert archived == {message.id: message.content for message in self.sent}


async def run(settings, cuts):
    """Play the evening, cut off after each of these numbers of effects (counted from the last start)."""
    guillotine = Guillotine()
    cuts = list(cuts)
    with guillotine.standing():
        async with open_stage(settings, host="Maren") as stage:
            guillotine.watch(stage.app)
            await evening.plan(stage, minutes=20)
            guillotine.on_revival = lambda: guillotine.fall_after(cuts.pop(0)) if cuts else None
            guillotine.on_revival()
            play = Evening(stage, settings, guillotine)
            await play.play()
            await play.check()
    return play, guillotine


async def test_nothing_is_cut(settings):
    """The evening as it should be; it also tells how many moments there are to be cut at."""
    play, guillotine = await run(settings, [])
    assert play.restarts == 0
    assert guillotine.effects.count("POST /channels/{channel_id}/messages") >= len(IN_CHANNEL + IN_THREAD) - 1


# From the announcement on the evening has about 50 effects; each number of them is one moment between "due" and
# "recorded" of some post.
@pytest.mark.parametrize("effects", range(56))
async def test_cut_off_after_each_effect(settings, effects):
    play, guillotine = await run(settings, [effects])
    assert play.restarts == (1 if guillotine.has_fallen else 0)


@pytest.mark.parametrize("seed", range(6))
async def test_cut_off_at_random_moments_again_and_again(settings, seed):
    dice = random.Random(seed)
    play, _ = await run(settings, [dice.randrange(25) for _ in range(5)])
    assert play.restarts >= 1
