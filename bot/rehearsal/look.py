"""What a newcomer sees of a chat, by typing and pressing what a newcomer types and presses."""

from __future__ import annotations

from bot.domain.errors import SetupProblem
from bot.rehearsal.play import answer_of
from bot.rehearsal.stage import Stage


async def read_digest(stage: Stage) -> list[str]:
    """What the newcomer sees after typing `/digest`, page by page.

    Raises:
        SetupProblem: the bot answered in public, or not at all.
    """
    result = await stage.newcomer.slash(stage.channel, "digest")
    if result.response is None or not result.response.ephemeral:
        raise SetupProblem("`/digest` wasn't answered in private.", "See the log.")
    pages = [answer_of(result)]
    while any(item.get("label") == "Next" for row in result.response.components for item in row.get("components", [])):
        result = await stage.newcomer.click(result.response, label="Next")
        if result.response is None:
            raise SetupProblem("The digest's next page didn't come.", "See the log.")
        pages.append(answer_of(result))
    return pages
