"""One budget for everything that leaves: never over the rate, prompts first, and quiet when nothing waits."""

import asyncio

from bot.platform.budget import Budget, Priority


class Seconds:
    """A clock that a test moves."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


async def passed(waiting):
    await asyncio.sleep(0)
    return [task.get_name() for task in waiting if task.done()]


async def test_a_full_second_may_leave_at_once_and_no_more():
    clock = Seconds()
    budget = Budget(rate=45, clock=clock)
    tasks = [asyncio.create_task(budget.turn(Priority.POST)) for _ in range(50)]
    await asyncio.sleep(0)
    assert sum(task.done() for task in tasks) == 45
    clock.now = 1.0
    budget._release()
    await asyncio.sleep(0)
    assert all(task.done() for task in tasks)


async def test_prompts_go_before_posts_and_posts_before_looks():
    clock = Seconds()
    budget = Budget(rate=1, clock=clock)
    await budget.turn(Priority.POST)
    names = {"look": Priority.LOOK, "post": Priority.POST, "prompt": Priority.PROMPT}
    tasks = [asyncio.create_task(budget.turn(priority), name=name) for name, priority in names.items()]
    await asyncio.sleep(0)
    order = []
    for second in (1.0, 2.0, 3.0):
        clock.now = second
        budget._release()
        order += [name for name in await passed(tasks) if name not in order]
    assert order == ["prompt", "post", "look"]


async def test_who_gives_up_waiting_takes_no_turn():
    clock = Seconds()
    budget = Budget(rate=1, clock=clock)
    await budget.turn(Priority.POST)
    first = asyncio.create_task(budget.turn(Priority.PROMPT))
    second = asyncio.create_task(budget.turn(Priority.POST))
    await asyncio.sleep(0)
    first.cancel()
    clock.now = 1.0
    budget._release()
    await asyncio.wait_for(second, 1)
    assert first.cancelled()


async def test_in_any_second_no_more_than_the_rate_leaves_after_the_first_burst():
    budget = Budget(rate=200)
    loop = asyncio.get_running_loop()
    left = []

    async def leave():
        await budget.turn(Priority.POST)
        left.append(loop.time())

    await asyncio.gather(*(leave() for _ in range(240)))
    # 200 leave at once, the other 40 need a fifth of a second at this rate.
    assert left[-1] - left[0] >= 0.19


async def test_no_timer_runs_while_nobody_waits():
    budget = Budget()
    await budget.turn(Priority.POST)
    assert budget._timer is None
