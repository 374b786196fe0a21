"""The disk is full or the archive can't be written: people are told kindly, and nothing that was said is lost."""

from sqlalchemy import text

from bot.rehearsal.play import answer_of
from tests.support import evening


async def limit_pages(stage, *, spare):
    """Let the database grow by so many pages and no further, as a full disk does; None lifts the limit."""

    async def job(connection):
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        limit = 1_000_000 if spare is None else pages + spare
        await connection.execute(text(f"PRAGMA max_page_count = {limit}"))

    # As the bot itself: outside its scope time is real, and the writer would see it jump.
    with stage.env._bot_scope():
        await stage.app.database.write(job)


async def test_a_full_disk_is_told_kindly_and_what_was_said_is_fetched_later(stage, caplog):
    chat, thread = await evening.begun_chat(stage)
    await limit_pages(stage, spare=0)
    ana = stage.person("Ana")
    texts = [f"A1: {number} " + "a long answer that needs room on the disk " * 40 for number in range(12)]
    for said in texts:
        await ana.send(thread, said)
    kept = (await evening.record(stage, chat)).messages
    assert len(kept) < len(texts)
    assert "couldn't be saved, will be fetched again" in caplog.text
    refused = await evening.plan(stage, hashtag="other", start=evening.start_text(stage, 600), title="x" * 60)
    assert refused.ephemeral
    await limit_pages(stage, spare=None)
    await stage.pass_time(65)
    assert [m.text for m in (await evening.record(stage, chat)).messages] == texts
    assert "Traceback" not in answer_of(refused)


async def test_a_prompt_that_cannot_be_recorded_is_not_posted_twice(stage):
    chat, thread = await evening.begun_chat(stage)
    write = stage.app.database.write
    failures = []

    async def fails_after_the_post(job, *, soon=True):
        posts = evening.posts(thread)
        if "1:ask:2" in posts and len(failures) < 3:
            failures.append(job)
            from bot.domain.errors import TryLater

            raise TryLater("the disk is full")
        return await write(job, soon=soon)

    stage.app.database.write = fails_after_the_post
    await evening.until(stage, chat.closes_at, plus=120)
    assert len(failures) == 3
    assert evening.posts(thread) == ["1:welcome:0", "1:ask:1", "1:ask:2", "1:ask:3", "1:wrap_up:0"]
