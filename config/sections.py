"""What the operator may choose: each setting with its meaning, unit, range and default.

The operator reads the validators' sentences, each after its setting's name. No sentence repeats a value,
since a token may have been pasted into any setting.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bot.domain.errors import BadInput
from bot.domain.files import FileGroup
from bot.domain.when import check_zone


def _checked_address(value: str, *schemes: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # its text would repeat the value
        usable = False
    if not usable or re.search(r"\s", value):
        raise ValueError("must be an address that starts with " + " or ".join(f"{name}://" for name in schemes))
    return value.rstrip("/")


def _checked_file(path: Path) -> Path:
    if not path.name:
        raise ValueError("must name a file")
    return path


WebAddress = Annotated[str, AfterValidator(lambda value: _checked_address(value, "http", "https"))]
SocketAddress = Annotated[str, AfterValidator(lambda value: _checked_address(value, "ws", "wss"))]
FilePath = Annotated[Path, AfterValidator(_checked_file)]


class _Section(BaseModel):
    """What all sections share: they can't be changed, and their problems don't repeat values."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_yes_for_a_number(cls, value: object, info: ValidationInfo) -> object:
        """Refuse `true` where a number is due: pydantic would read it as 1."""
        if isinstance(value, bool) and cls.model_fields[str(info.field_name)].annotation in {int, int | None}:
            raise ValueError("needs a whole number")
        return value


class DiscordSettings(_Section):
    """How the bot signs in."""

    token: SecretStr | None = Field(
        default=None,
        description="The bot's token, from the Bot page of Discord's developer portal; keep it secret.",
        examples=["abc.def.ghi"],
    )
    message_content: bool = Field(
        default=True,
        description="Whether the bot reads what people write in a chat's thread. It needs Message Content Intent.",
        examples=[True],
    )
    api_base: WebAddress = Field(
        default="https://discord.com/api/v10",
        description="Where Discord's HTTP API is. Change it only for a proxy or a simulated Discord.",
        examples=["https://discord.com/api/v10"],
    )
    gateway: SocketAddress | None = Field(
        default=None,
        description="Where Discord's socket is. Left out, Discord's own.",
        examples=["wss://gateway.discord.gg"],
    )

    @field_validator("token", mode="before")
    @classmethod
    def _looks_like_a_token(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        token = value.strip()
        if token.casefold().startswith(("bot ", "bearer ")):
            raise ValueError('starts with the word "Bot" or "Bearer"; give only what comes after it')
        if token.startswith(("'", '"')):
            raise ValueError("has quotation marks around it; in an environment variable it needs none")
        if re.search(r"\s", token):
            raise ValueError("has a space or a line break inside; copy it once more, in one piece")
        if token.isdigit():
            raise ValueError("is only a number, which is the application's id; the token is on the Bot page")
        return token or None


class DatabaseSettings(_Section):
    """Where chats are kept."""

    path: FilePath = Field(
        default=Path("data/shelftalk.db"),
        description="The SQLite file, on a local disk; made if it isn't there.",
        examples=["data/shelftalk.db"],
    )
    flush_milliseconds: int = Field(
        default=50,
        ge=0,
        le=1000,
        description="How long messages are gathered to be saved together, in milliseconds (0-1000).",
        examples=[50],
    )


class ChatSettings(_Section):
    """What a chat is like unless its host chooses otherwise."""

    default_zone: str = Field(
        default="UTC",
        description="The time zone (IANA name) in which dates are read until a series names its own.",
        examples=["Europe/Berlin"],
    )
    default_minutes: int = Field(
        default=60, ge=10, le=1440, description="How long a chat takes, in minutes (10-1440).", examples=[60]
    )
    reminder_minutes: int = Field(
        default=15,
        ge=0,
        le=1440,
        description="How long before the start people are reminded, in minutes (0-1440); 0 for no reminder.",
        examples=[15],
    )
    welcome_minutes: int = Field(
        default=5,
        ge=0,
        le=60,
        description="How long people introduce themselves before Q1, in minutes (0-60).",
        examples=[5],
    )
    wrap_up_minutes: int = Field(
        default=5,
        ge=0,
        le=60,
        description="How long before the end the wrap-up is posted, in minutes (0-60).",
        examples=[5],
    )
    late_minutes: int = Field(
        default=30,
        ge=0,
        le=1440,
        description="How long after the end answers still count, in minutes (0-1440).",
        examples=[30],
    )
    host_role: str = Field(
        default="Chat host",
        min_length=1,
        max_length=100,
        description="The role whose members may plan chats, besides people who may manage events.",
        examples=["Chat host"],
    )

    @field_validator("default_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            return check_zone(value)
        except BadInput as refusal:
            near = refusal.facts.get("suggestions")
            hint = f"; did you mean {' or '.join(map(str, near))}?" if isinstance(near, list) and near else ""
            raise ValueError(f"isn't the name of a time zone{hint}") from None

    @model_validator(mode="after")
    def _time_for_questions(self) -> ChatSettings:
        if self.welcome_minutes + self.wrap_up_minutes >= self.default_minutes:
            raise ValueError(
                "welcome_minutes and wrap_up_minutes together must be less than default_minutes, "
                "or no time is left for questions"
            )
        return self


class PrivacySettings(_Section):
    """How long what people said is kept."""

    keep_after_removal_days: int | None = Field(
        default=30,
        ge=1,
        le=3650,
        description="How long a server's data are kept once it removed the bot, in days (1-3650); never to erase none.",
        examples=[30],
    )
    retention_days: int | None = Field(
        default=None,
        ge=1,
        le=36500,
        description="How long a chat is kept once it is over, in days (1-36500). Left out, until somebody erases it.",
        examples=[730],
    )

    @field_validator("keep_after_removal_days", "retention_days", mode="before")
    @classmethod
    def _never_is_no_number(cls, value: object) -> object:
        return None if isinstance(value, str) and value.strip().casefold() == "never" else value


class WebSettings(_Section):
    """The pages of published chats, served by the bot itself."""

    enabled: bool = Field(default=False, description="Whether the bot serves pages.", examples=[True])
    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="The network address to listen on; 0.0.0.0 for every one of this machine.",
        examples=["127.0.0.1"],
    )
    port: int = Field(
        default=8080,
        ge=0,
        le=65535,
        description="The port to listen on (0-65535); 0 for any free one.",
        examples=[8080],
    )
    base_url: WebAddress | None = Field(
        default=None,
        description="The address that visitors use, for links and feeds. Left out, links name host and port.",
        examples=["https://chats.example.org"],
    )


class LoggingSettings(_Section):
    """What the bot tells about its own work, on standard error."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="The least important kind of entry that is written.", examples=["INFO"]
    )
    format: Literal["text", "json"] = Field(
        default="text",
        description="Lines for people (text) or one JSON object a line (json).",
        examples=["json"],
    )

    @field_validator("level", "format", mode="before")
    @classmethod
    def _any_case(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, str):
            return value
        return value.strip().upper() if info.field_name == "level" else value.strip().lower()


class ArchiveSettings(_Section):
    """What is kept of what people say."""

    keep_versions: bool = Field(
        default=False,
        description="Whether earlier wordings of edited messages outlast their chat, for people who chose to be named.",
        examples=[True],
    )


class FileSettings(_Section):
    """Files: those that come with messages, and those that are written for people."""

    keep: bool = Field(
        default=True,
        description="Whether files that come with messages are kept; Discord's own links to them expire.",
        examples=[True],
    )
    kept: FilePath | None = Field(
        default=None,
        description='The folder for them; made if it isn\'t there. Left out, "files" beside the database.',
        examples=["data/files"],
    )
    max_megabytes: int = Field(
        default=25,
        ge=1,
        le=500,
        description="How large a file is kept at most, in megabytes (1-500).",
        examples=[25],
    )
    kinds: str = Field(
        default="images, pdf, office, text",
        description="Which kinds are kept, with commas between them: images, pdf, office, text, audio, video.",
        examples=["images, pdf"],
    )

    exports: FilePath = Field(
        default=Path("data/exports"),
        description="The folder for published chats and exports; made if it isn't there.",
        examples=["data/exports"],
    )

    @field_validator("kinds")
    @classmethod
    def _known_kinds(cls, value: str) -> str:
        wanted = [word for word in re.split(r"[\s,]+", value.casefold()) if word]
        if not wanted or any(word not in list(FileGroup) for word in wanted):
            raise ValueError(f"must be some of {', '.join(FileGroup)}, with commas between them")
        return ", ".join(dict.fromkeys(wanted))

    def folder_beside(self, database: Path) -> Path:
        """The folder for files of messages, given where the database is."""
        return self.kept or database.parent / "files"
