"""From a print template and plain values to a PDF: a Jinja environment of its own, no request, static files only."""

from __future__ import annotations

import base64
import logging
import mimetypes
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from core.errors import ValidationError
from core.text import _, ngettext
from services.reports.figures import NUMERIC_KINDS, Figures

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES, STATIC = ROOT / "templates" / "print", ROOT / "static"

#: name: CSS size of the sheets people print on
SHEETS = {"a4": "A4", "letter": "letter"}

logging.getLogger("weasyprint").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)


class StaticFetcher(URLFetcher):
    """Serves `static:` addresses from static/ and pictures written into the page; everything else is refused.

    A print template must never make the server read a file or call a host because some text looks like an address.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("static", "data"), allow_redirects=False)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The file's bytes. Raises ValueError for an address that is refused."""
        parts = urlsplit(url)
        if parts.scheme == "data" and url.startswith(("data:image/png;", "data:image/jpeg;", "data:image/svg+xml;")):
            return super().fetch(url, headers)
        if parts.scheme != "static":
            raise ValueError(f"refused while printing: {url[:80]}")
        path = (STATIC / unquote(parts.path).lstrip("/")).resolve()
        if not path.is_relative_to(STATIC) or not path.is_file():
            raise ValueError(f"refused while printing: {url[:80]}")
        kind = "font/woff2" if path.suffix == ".woff2" else mimetypes.guess_type(path.name)[0]
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind or "application/octet-stream"})


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_=_, ngettext=ngettext, numeric_kinds=NUMERIC_KINDS)
    return environment


def render_html(template: str, values: Mapping[str, Any], *, sheet: str = "a4", locale: str = "en") -> str:
    """The page that becomes the PDF; tests read it. Raises ValidationError `unknown_sheet`."""
    if sheet not in SHEETS:
        raise ValidationError("unknown_sheet", _("Print on A4 or Letter."), field="sheet")
    figures = Figures(locale)
    return _environment().get_template(template).render(
        **values, figures=figures, sheet=SHEETS[sheet], locale=locale, page_words=_("Page"), of_words=_("of")
    )  # fmt: skip


def render_pdf(template: str, values: Mapping[str, Any], *, sheet: str = "a4", locale: str = "en") -> bytes:
    """The PDF of `templates/print/<template>` filled with `values`."""
    html = render_html(template, values, sheet=sheet, locale=locale)
    document = HTML(string=html, base_url="static:/", url_fetcher=StaticFetcher())
    return bytes(document.write_pdf(font_config=FontConfiguration(), full_fonts=False))


def merged_pdf(pages: Sequence[tuple[str, Mapping[str, Any]]], *, sheet: str = "a4", locale: str = "en") -> bytes:
    """Several PDFs as one, each (template, values) with page numbers of its own."""
    fonts = FontConfiguration()
    made = [
        HTML(
            string=render_html(template, values, sheet=sheet, locale=locale),
            base_url="static:/", url_fetcher=StaticFetcher(),
        ).render(font_config=fonts)
        for template, values in pages
    ]  # fmt: skip
    every = [page for document in made for page in document.pages]
    return bytes(made[0].copy(every).write_pdf(full_fonts=False))


def picture_address(data: bytes | None) -> Markup:
    """A PNG as an address inside the page; empty without one."""
    if not data:
        return Markup("")
    return Markup("data:image/png;base64,") + base64.b64encode(data).decode("ascii")
