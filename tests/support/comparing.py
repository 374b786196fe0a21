"""Holds an archive's file against SimCord's own state; written apart from the product, which it is to judge."""

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPEECH, _REPLY = 0, 19


class Comparison:
    """Holds the file against SimCord's state; written apart from the product, which it is to judge."""

    def __init__(self, play):
        self.play = play
        self.backend = play.stage.env.backend
        self.own = self.backend.bot_user.id
        self.folder = play.settings.database.path.parent / "files"
        self.members = self.backend.guilds[play.stage.guild.id].members
        read = play.read
        self.rows = {row["id"]: row for row in read("SELECT * FROM messages")}
        self.reactions = {}
        for row in read("SELECT * FROM reactions"):
            self.reactions.setdefault(row["message_id"], {})[row["emoji"]] = row["count"]
        self.files = {}
        for row in read("SELECT * FROM attachments"):
            kept = row["filename"], row["size"], row["description"], row["stored"]
            self.files.setdefault(row["message_id"], {})[row["id"]] = kept

    def differences(self):
        """The kinds of differences and how many there are of each."""
        found = Counter()
        threads = {thread.id for thread in self.play.stage.channel.threads}
        there = {m.id: m for thread in threads for m in self.backend.messages[thread].values()}
        spoken = {i: m for i, m in there.items() if m.type in {_SPEECH, _REPLY} and m.author_id != self.own}
        posted = {i for i, row in self.rows.items() if row["by_button"] is not None and row["deleted_at"] is None}
        living = {i for i, row in self.rows.items() if row["deleted_at"] is None}
        found["missing"] = len(spoken.keys() - self.rows.keys())
        found["deleted here"] = len(spoken.keys() & self.rows.keys() - living)
        found["deleted there"] = len(living - there.keys())
        found["not said by anybody"] = len((living & there.keys()) - spoken.keys() - posted)
        for message_id in living & (spoken.keys() | posted):
            if message_id in there:
                found.update(self._of(there[message_id], self.rows[message_id]))
        found["superfluous files"] = len(self.superfluous_files())
        sealed = [(row["state"], row["messages"]) for row in self.play.read("SELECT * FROM seals")]
        if sealed != [("matched", len(spoken) + len(posted & there.keys()))]:
            found[f"sealed as {sealed}"] = 1
        return Counter({kind: count for kind, count in found.items() if count})

    def _of(self, there, row):
        if self._reactions(there) != self.reactions.get(there.id, {}):
            yield "reactions"
        files = self.files.get(there.id, {})
        if there.author_id == self.play.left_out.id:
            if (row["text"], row["author_name"], row["extras"], files) != (None, "", None, {}):
                yield "words of one who is left out"
            return
        if bool(row["pinned"]) != there.pinned:
            yield "pins"
        if there.author_id == self.own:
            return
        replied = int(there.reference["message_id"]) if there.type == _REPLY else None
        pairs = {
            "texts": (row["text"], there.content or "".join(s["message"]["content"] for s in there.snapshots)),
            "times of edits": (row["edited_at"], _microseconds(there.edited_timestamp)),
            "replies": (row["reply_to_id"], replied),
            "names": (row["author_name"], self._name(there)),
            "extras": (json.loads(row["extras"] or "{}"), _extras(there)),
        }
        yield from (name for name, (here, said) in pairs.items() if here != said)
        yield from self._files(there, files)

    def _name(self, there):
        if there.author_name is not None:
            return there.author_name
        member = self.members.get(there.author_id)
        user = self.backend.users[there.author_id]
        return (member.nick if member is not None else None) or user.global_name or user.name

    def _reactions(self, there):
        counted = {}
        for reaction in there.reactions:
            emoji = f"<:{reaction.emoji}>" if ":" in reaction.emoji else reaction.emoji
            others = [user for user in reaction.user_ids if user != self.own]
            if others:
                counted[emoji] = len(others)
        return counted

    def _files(self, there, files):
        attachments = [*there.attachments, *(a for s in there.snapshots for a in s["message"]["attachments"])]
        wanted = {int(a["id"]): (a["filename"], a["size"], a["description"]) for a in attachments}
        if {i: row[:3] for i, row in files.items()} != wanted:
            yield "attachments"
            return
        for attachment in attachments:
            content = self.backend.cdn.get(attachment["url"])
            name = files[int(attachment["id"])][3]
            path = self.folder / (name or "none")
            if name is None or not path.is_file() or path.read_bytes() != content:
                yield "files"
            elif not name.startswith(hashlib.sha256(content).hexdigest()):
                yield "names of files"

    def superfluous_files(self):
        """Files on the disk that no message has."""
        named = {row[3] for files in self.files.values() for row in files.values()}
        there = {path.name for path in self.folder.iterdir()} if self.folder.is_dir() else set()
        return there - named


def _microseconds(text):
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1) if text else None


def _extras(there):
    wanted = {}
    if there.stickers:
        wanted["stickers"] = [sticker.name for sticker in there.stickers]
    if there.embeds:
        wanted["embeds"] = [[embed["title"], embed["description"], embed["url"]] for embed in there.embeds]
    if there.poll is not None:
        votes = [[a.text, len(there.poll.votes.get(a.answer_id, ()))] for a in there.poll.answers]
        wanted["poll"] = {"question": there.poll.question, "answers": votes, "final": there.poll.finalized}
    return wanted
