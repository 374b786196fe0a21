"""Where settings are read from, which source wins, and how everything wrong with them is told at once.

Settings come from a TOML file; environment variables win over it. Nothing is read when this module is
imported or when `Settings()` is made without arguments: only `load_settings` looks at files and variables.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.domain.errors import SetupProblem
from config.sections import (
    ChatSettings,
    DatabaseSettings,
    DiscordSettings,
    FileSettings,
    LoggingSettings,
    PrivacySettings,
    WebSettings,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

_PREFIX = "SHELFTALK_"
_NESTING = "__"
_CONFIG_VARIABLE = "SHELFTALK_CONFIG"
_PLAIN_TOKEN_VARIABLE = "DISCORD_TOKEN"  # noqa: S105 - the variable's name, not a token
_DEFAULT_FILE = Path("shelftalk.toml")
# Kubernetes sets these by itself in every container beside a service named "shelftalk".
_SERVICE_LINK = re.compile(r"SHELFTALK_(SERVICE_(HOST|PORT)|PORT)(_.*)?")

_SENTENCES = {
    "bool_parsing": "needs true or false",
    "bool_type": "needs true or false",
    "extra_forbidden": "isn't a setting{hint}",
    "greater_than_equal": "must be {ge} or more",
    "int_from_float": "needs a whole number",
    "int_parsing": "needs a whole number",
    "int_type": "needs a whole number",
    "less_than_equal": "must be {le} or less",
    "literal_error": "must be one of {expected}",
    "model_type": "is a section, not a setting: write it as [{name}] with its settings below",
    "path_type": "needs a path in quotation marks",
    "string_too_long": "may have {max_length} characters at most",
    "string_too_short": "must not be empty",
    "string_type": "needs text in quotation marks",
    "value_error": "{error}",
}


class Settings(BaseSettings):
    """All settings; `Settings()` has the defaults and reads nothing. Immutable."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        env_prefix=_PREFIX,
        env_nested_delimiter="__",
    )

    discord: DiscordSettings = DiscordSettings()
    database: DatabaseSettings = DatabaseSettings()
    chats: ChatSettings = ChatSettings()
    privacy: PrivacySettings = PrivacySettings()
    web: WebSettings = WebSettings()
    logging: LoggingSettings = LoggingSettings()
    files: FileSettings = FileSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is the library's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is passed in: `load_settings` has to know which value came from where."""
        return (init_settings,)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, for whoever documents or explains them.

    Args:
        section: the TOML table's name.
        key: its name within the table.
        description: what it does, in one or two sentences.
        default: its default; None for a setting that may be left out.
        example: a right value.
    """

    section: str
    key: str
    description: str
    default: object
    example: object

    @property
    def name(self) -> str:
        """The setting as problems call it, such as `chats.default_zone`."""
        return f"{self.section}.{self.key}"

    @property
    def variable(self) -> str:
        """Its environment variable, such as `SHELFTALK_CHATS__DEFAULT_ZONE`."""
        return f"{_PREFIX}{self.section}{_NESTING}{self.key}".upper()


def each_setting() -> Iterator[Setting]:
    """All settings there are, in the order of the file."""
    for section, outer in Settings.model_fields.items():
        model = outer.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            for key, field in model.model_fields.items():
                example = (field.examples or [field.default])[0]
                yield Setting(section, key, field.description or "", field.default, example)


def load_settings(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings file and the environment; a variable wins over the file.

    Args:
        path: the TOML file. Without it, the file that `SHELFTALK_CONFIG` names, or else `shelftalk.toml` in
            the working directory if it is there, or else no file.
        environ: the environment variables; the process's own if None. Empty ones count as not set.

    Raises:
        SetupProblem: the file can't be read, or settings are wrong; names all of them, and never a value.
    """
    given = {name.upper(): value for name, value in (os.environ if environ is None else environ).items() if value}
    path = path or (Path(given[_CONFIG_VARIABLE]) if _CONFIG_VARIABLE in given else None)
    if path is None and _DEFAULT_FILE.exists():
        path = _DEFAULT_FILE
    values = _read_file(path) if path else {}
    variables = _variables_in(given)
    for section, chosen in _read_variables(variables, given).items():
        written = values.setdefault(section, {})
        if isinstance(written, dict):
            values[section] = written | chosen
    problems = [f"{name} in the environment: isn't a setting{_hint(name)}" for name in _unknown_variables(given)]
    settings = None
    try:
        settings = Settings(**values)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        problems += [_explain(detail, variables, path) for detail in details]
    if settings is None or problems:
        start = "A setting is wrong" if len(problems) == 1 else f"{len(problems)} settings are wrong"
        listed = "".join(f"\n  - {problem}" for problem in problems)
        raise SetupProblem(f"{start} (config/shelftalk.example.toml explains each):{listed}")
    return settings


def _read_file(path: Path) -> dict[str, Any]:
    try:
        # Notepad puts a byte order mark in front, which TOML doesn't allow.
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SetupProblem(
            f"There is no settings file at {path}.",
            f"Copy config/shelftalk.example.toml there, or correct --config or {_CONFIG_VARIABLE}.",
        ) from None
    except IsADirectoryError:
        raise SetupProblem(
            f"{path} should be the settings file, but it is a folder.",
            "Docker makes such a folder when the file it should mount isn't there: remove the folder, then "
            "put the file in its place.",
        ) from None
    except UnicodeDecodeError:
        raise SetupProblem(
            f"The settings file {path} isn't UTF-8 text.", "Save it again with the encoding UTF-8."
        ) from None
    except OSError as error:
        raise SetupProblem(
            f"The settings file {path} can't be read: {error.strerror}.",
            "Check who may read it and the folders above it.",
        ) from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # Python 3.14 keeps the whole text, token and all, on the error: only its message goes on.
        message = str(error)
    raise SetupProblem(
        f"The settings file {path} isn't valid TOML: {message}.",
        'Text needs quotation marks ("UTC"), numbers and true or false need none.',
    )


def _variables_in(given: Mapping[str, str]) -> dict[str, str]:
    """The settings that the environment sets: the variable's name by the setting's name."""
    variables = {item.name: item.variable for item in each_setting() if item.variable in given}
    if _PLAIN_TOKEN_VARIABLE in given:
        variables.setdefault("discord.token", _PLAIN_TOKEN_VARIABLE)
    return variables


def _read_variables(variables: Mapping[str, str], given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    source = EnvSettingsSource(Settings)
    source.env_vars = {
        f"{_PREFIX}{name.replace('.', _NESTING)}".lower(): given[variable] for name, variable in variables.items()
    }
    return source()


def _unknown_variables(given: Mapping[str, str]) -> list[str]:
    known = {_CONFIG_VARIABLE} | {item.variable for item in each_setting()}
    return sorted(
        name for name in given if name.startswith(_PREFIX) and name not in known and not _SERVICE_LINK.fullmatch(name)
    )


def _hint(unknown: str) -> str:
    """`; did you mean …?` for the known name nearest to a setting's or a variable's, or nothing."""
    as_variable = unknown.startswith(_PREFIX)
    wanted = unknown.removeprefix(_PREFIX).lower().replace(_NESTING, ".")
    shown = {item.name: item.variable if as_variable else item.name for item in each_setting()}
    # A key alone will do too, as when it stands under the wrong heading or under none.
    keys = {item.key: shown[item.name] for item in reversed(list(each_setting()))}
    sections = {} if as_variable else {section: f"[{section}]" for section in Settings.model_fields}
    key = wanted.rpartition(".")[2]
    if key in keys:
        return f"; did you mean {keys[key]}?"
    for choices, looked_up in ((sections | shown, wanted), (keys, key)):
        near = difflib.get_close_matches(looked_up, choices, n=1, cutoff=0.75)
        if near:
            return f"; did you mean {choices[near[0]]}?"
    return ""


def _explain(detail: ErrorDetails, variables: Mapping[str, str], path: Path | None) -> str:
    """One line for one wrong setting: its name where it was set, what is wrong, and a right value."""
    name = ".".join(map(str, detail["loc"]))
    kind = detail["type"]
    facts = {**detail.get("ctx", {}), "name": name, "hint": _hint(name) if kind == "extra_forbidden" else ""}
    sentence = _SENTENCES.get(kind, "can't be used").format(**facts)
    item = next((item for item in each_setting() if item.name == name), None)
    if name in variables:
        example = f" (for example {variables[name]}={item.example})" if item else ""
        return f"{variables[name]} in the environment: {sentence}{example}"
    where = f" in {path}" if path else ""
    example = f" (for example {item.key} = {json.dumps(item.example)})" if item else ""
    return f"{name}{where}: {sentence}{example}"
