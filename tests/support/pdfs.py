"""Reading PDFs as a person would: pages and words."""

from __future__ import annotations

import io
import re

from pypdf import PdfReader


def pages_of(content: bytes) -> list[str]:
    """The text of each page, blanks joined; thin spaces and signs stay."""
    assert content.startswith(b"%PDF")
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages]


def text_of(content: bytes) -> str:
    """All of it."""
    return " ".join(pages_of(content))
