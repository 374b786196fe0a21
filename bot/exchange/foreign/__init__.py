"""Files of other programs: DiscordChatExporter's JSON, and Twitter chats as JSON Lines or as a sheet of TAGS."""

from bot.exchange.foreign.files import Kind, kind_of, opened
from bot.exchange.foreign.filing import filed, helpers
from bot.exchange.foreign.making import Wishes, arrivals_of
from bot.exchange.foreign.model import Place, Tally, Why

__all__ = ["Kind", "Place", "Tally", "Why", "Wishes", "arrivals_of", "filed", "helpers", "kind_of", "opened"]
