"""A page as a program reads it, without drawing it."""

import json
from html.parser import HTMLParser
from typing import Any


class ReadPage(HTMLParser):
    """Its elements with their attributes, its visible text, and the data of its charts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._data: list[str] = []
        self._inside: tuple[str, dict[str, str | None]] = ("", {})
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = (tag, dict(attrs))
        self.elements.append(self._inside)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  # as HTMLParser calls it
        self._inside = ("", {})

    def handle_data(self, data: str) -> None:
        tag, attributes = self._inside
        if attributes.get("id") == "data":
            self._data.append(data)
        elif tag not in {"script", "style"}:
            self.words.append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(word for word in self.words if word)

    @property
    def charts(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = json.loads("".join(self._data))["charts"]
        return found

    def attributes(self, *names: str) -> list[str]:
        return [str(have[name]) for _, have in self.elements for name in names if name in have]
