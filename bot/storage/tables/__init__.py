"""The tables, as they stand after the last migration; whoever changes one writes a migration beside it."""

from bot.storage.tables.chats import actions, chats, guests, moves, question_threads, questions, series, series_hosts
from bot.storage.tables.guilds import departures, jar, notes, page_folders, publishing, roundups, stale_pages
from bot.storage.tables.messages import (
    attachments,
    filings,
    links,
    messages,
    reactions,
    relays,
    rulings,
    servers,
    versions,
    vocabulary,
)
from bot.storage.tables.people import greeted, left_out, looks, reminders, saved, showings

__all__ = [
    "actions",
    "attachments",
    "chats",
    "departures",
    "filings",
    "greeted",
    "guests",
    "jar",
    "left_out",
    "links",
    "looks",
    "messages",
    "moves",
    "notes",
    "page_folders",
    "publishing",
    "question_threads",
    "questions",
    "reactions",
    "relays",
    "reminders",
    "roundups",
    "rulings",
    "saved",
    "series",
    "series_hosts",
    "servers",
    "showings",
    "stale_pages",
    "versions",
    "vocabulary",
]
