"""What an examination of the machine finds."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "note", "problem"]


@dataclass(frozen=True)
class Finding:
    """One thing that was checked: the result, and what to do unless it is fine."""

    subject: str
    verdict: Verdict
    found: str
    advice: str = ""
