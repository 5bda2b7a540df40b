"""What a YAML text says, event by event, refused before a value is built: tags, aliases, depth, documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from dimorder.errors import UnreadableFile, UnsafeContent
from dimorder.formats.texts.bounds import MAX_DEPTH, too_deep

PYTHON = "tag:yaml.org,2002:python/"
MAX_YAML = 1 << 20
"""Bytes; Keras stopped writing YAML when models were small."""
MAX_VALUES = 40_000
"""PyYAML reads some 15,000 in a second; 570 layers of Keras 1 (ResNet152) are about 20,000."""
MAX_REPEATED = 10_000
"""Values that stand there by aliases alone."""
_PLAIN = ("str", "int", "float", "bool", "null", "seq", "map", "binary")
_OLD = ("tuple", "unicode", "str", "long", "object/apply:numpy.dtype")
_NUMPY = ("object/apply:numpy.core.multiarray.scalar", "object/apply:numpy._core.multiarray.scalar")
TAGS = frozenset(
    [None, "!", *(f"tag:yaml.org,2002:{word}" for word in _PLAIN), *(f"{PYTHON}{word}" for word in (*_OLD, *_NUMPY))]
)
_MERGE = "<<"


def spell(value: Any) -> str:
    """A value of a stranger as a sentence shows it."""
    return repr(value)[:60]


def wrong_type(path: str, mark: Any, what: str) -> UnreadableFile:
    return UnreadableFile(f"{path}: line {mark.line + 1}: {what}", code="config.type")


def checked(text: str, path: str) -> list[Any]:
    """All events of one document."""
    if len(text) > MAX_YAML:
        raise UnsafeContent(f"{path}: YAML of more than {MAX_YAML} bytes is not read", code="input.too-large")
    watch = _Watch(path)
    events = []
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        watch.see(event)
        events.append(event)
    return events


@dataclass
class _Watch:
    """open: (anchor, values inside so far) of each sequence and mapping that has begun."""

    path: str
    documents: int = 0
    values: int = 0
    repeated: int = 0
    open: list[tuple[str | None, int]] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)

    def see(self, event: Any) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self._document()
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.ScalarEvent():
                self._tagged(event)
                self._scalar(event)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._tagged(event)
                self._enter(event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._leave()

    def _document(self) -> None:
        self.documents += 1
        if self.documents > 1:
            raise UnreadableFile(f"{self.path}: holds several YAML documents, and one is meant", code="yaml.documents")

    def _tagged(self, event: Any) -> None:
        if event.tag not in TAGS:
            raise UnsafeContent(
                f"{self.path}: line {event.start_mark.line + 1}: the tag {spell(event.tag)} builds what is never built",
                code="yaml.tag",
            )

    def _scalar(self, event: Any) -> None:
        if event.value == _MERGE and event.implicit[0]:
            raise self._repeats(event, "a merge key (<<)")
        if event.anchor:
            self.sizes[event.anchor] = 1
        self._add(1)

    def _enter(self, event: Any) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise too_deep(self.path)
        if event.anchor:
            self.sizes.pop(event.anchor, None)
        self.open.append((event.anchor, 1))

    def _leave(self) -> None:
        anchor, size = self.open.pop()
        if anchor:
            self.sizes[anchor] = size
        self._add(size)

    def _alias(self, event: Any) -> None:
        size = self.sizes.get(event.anchor)
        if size is None:
            raise self._repeats(event, f"the alias {spell(event.anchor)}, which stands inside itself or for nothing")
        self.repeated += size
        if self.repeated > MAX_REPEATED:
            raise self._repeats(event, f"aliases for more than {MAX_REPEATED} values")
        self._add(size)

    def _add(self, size: int) -> None:
        """Count values in the collection that holds them."""
        self.values += 1
        if self.values > MAX_VALUES:
            raise UnsafeContent(f"{self.path}: holds more than {MAX_VALUES} values", code="limits.objects")
        if self.open:
            anchor, so_far = self.open[-1]
            self.open[-1] = anchor, so_far + size

    def _repeats(self, event: Any, what: str) -> UnsafeContent:
        return UnsafeContent(f"{self.path}: line {event.start_mark.line + 1}: {what}", code="yaml.alias")
