"""The page and the schema of the configuration, from the table of its keys."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
import msgspec.inspect

from dimorder.flow.stated import Bot, Stated


class Key(NamedTuple):
    """One row of the table."""

    name: str
    kind: str
    default: str
    stricter: str
    says: str


def keys(of: type) -> list[Key]:
    """Every key, in the order of the code."""
    kind: Any = msgspec.inspect.type_info(of)
    return [_key(field.encode_name, field.type) for field in kind.fields]


EXAMPLES = (
    """```toml
# pyproject.toml
[tool.dimorder]
ignore = ["DIM109"]
exclude = ["vendored", "experiments/**/old_*.h5"]
fail-on = "error"
baseline = "known.json"

[tool.dimorder.per-file-ignores]
"tests/*" = ["DIM2"]

[tool.dimorder.severity]
DIM105 = "error"
```""",
    """```yaml
# .dimorder.yml
ignore: [DIM109]
per-file-ignores:
  "tests/*": [DIM2]
```""",
)
TEXT = (
    "Settings of `dimorder check` stand in `[tool.dimorder]` of pyproject.toml or in `.dimorder.yml`. The file is "
    "looked for in the folder of the first path and in those above it, up to the top of the git repository; "
    "the first that is found counts alone. Both in one folder are an error (exit code 2), and so is a key that is not "
    "listed here. Above the first folder, none that anybody may write is looked into. `--config PATH` names another "
    "file.",
    "What the command line says counts more, and replaces lists; `--extend-select` adds to them. The file comes with "
    "the repository that is checked, and may silence findings: on repositories that you do not trust, pass your own "
    "with `--config`.",
)
PATTERNS = (
    "Patterns count from the folder of the file that states them, those of `--exclude` from the current folder. "
    "`*`, `?` and `[ab]` match within a name, `**` any folders. A pattern without a slash fits a name at any depth; "
    "one that fits a folder fits everything in it."
)
IN_CODE = (
    "A comment keeps back findings of its line, or of the whole statement whose first line it stands on. The reason is "
    "asked for (DIM902), and a comment that keeps nothing back is told (DIM901). `ignore-file` counts in front of a "
    "file's first statement, in notebooks in the first code cell. What a file says of itself as unreadable or unsafe "
    "(DIM4xx) cannot be suppressed in it.",
    """```python
x = np.concatenate(parts, axis=1)  # dimorder: ignore[DIM204] axis of samples, not of channels
# dimorder: ignore-file[DIM202, DIM203] trained on Theano, kept as it was published
```""",
)
BASELINE = (
    "`--write-baseline PATH` writes what is found now; `--baseline PATH`, or the key, keeps it back from then on. An "
    "entry for weights or an architecture is bound to the file's sha256, one for code to the finding's rule, file and "
    "words. When the file changes the entry expires, and the run says so."
)
TWINS = (
    "DIM101 and DIM102 are silent where `dimorder convert` has put a proven twin beside the file: git tracks the twin "
    "and its certificate (outside of git they only have to be there), both files have the certified sha256, and the "
    "conversion, made again, yields the twin's arrays bit for bit (computed ones to 1e-6). A certificate alone never "
    "counts. A twin that was made from what the original was before is told (DIM106)."
)


BOT = (
    "`dimorder sweep` goes to other people's repositories, and opens pull requests only where it is invited, by "
    "`enabled: true`, or where whoever runs it names the repository. The configuration of the default branch counts, "
    "the one at the top of the repository. `dimorder init --pr owner/name` proposes it. What is said here of labels, "
    "reviewers and the like outweighs what whoever runs it says. [How the bot is run](bot.md).",
    """```yaml
# .dimorder.yml
bot:
  enabled: true
  schedule: [saturday, sunday]
  labels: [weights]
```""",
)


def page(generated: str) -> str:
    """configuration.md."""
    rows = [f"| `{one.name}` | {one.kind} | {one.default} | {one.says} | {one.stricter} |" for one in keys(Stated)]
    table = "\n".join(["| key | type | default | what it says | stricter |", "| --- | --- | --- | --- | --- |", *rows])
    wishes = [f"| `{one.name}` | {one.kind} | {one.default} | {one.says} |" for one in keys(Bot)]
    bot = "\n".join(["| key of `bot` | type | default | what it says |", "| --- | --- | --- | --- |", *wishes])
    parts = (
        "# Configuration", generated, *TEXT, *EXAMPLES, "## Keys", table, PATTERNS,
        "The JSON Schema of these keys is [schemas/config.json](schemas/config.json).",
        "## The bot", *BOT, bot,
        "## Suppressions in code", *IN_CODE, "## Known findings", BASELINE, "## Converted twins", TWINS,
    )  # fmt: skip
    return "\n\n".join(parts) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of a configuration."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Stated)}


def _key(name: str, kind: Any) -> Key:
    says = kind.extra_json_schema["description"]
    return Key(name, _called(kind.type), kind.extra["default"], kind.extra["stricter"], says)


def _called(kind: Any) -> str:
    """A type in words; null, which stands for a key that is left out, is none of them."""
    choices = [one for one in getattr(kind, "types", (kind,)) if not isinstance(one, msgspec.inspect.NoneType)]
    return " or ".join(_word(one) for one in choices)


def _word(kind: Any) -> str:
    known = {"StrType": "text", "IntType": "whole number", "BoolType": "`true` or `false`", "DictType": "table",
             "StructType": "table"}  # fmt: skip
    if isinstance(kind, msgspec.inspect.Metadata):
        return _word(kind.type)
    if isinstance(kind, msgspec.inspect.LiteralType):
        return ", ".join(f"`{value}`" for value in kind.values)
    return known.get(type(kind).__name__, "list of texts")
