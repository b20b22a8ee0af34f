"""Page or fragment: what a view answers to a browser and to HTMX.

Every view ends in `render` (show), `done` (something was carried out) or `go` (to another page).
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from flask import Response, flash, make_response, redirect, render_template, request


def wants_fragment() -> bool:
    """True when HTMX will swap the answer into the page; boosted and history requests need the whole page."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-Boosted") != "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )


def in_sheet() -> bool:
    """True when the answer goes into a sheet over another page, which needs a title there and has its own way out.

    A form that stands on a page of its own is answered at that page's address.
    """
    here = urlsplit(request.headers.get("HX-Current-URL", "")).path
    return wants_fragment() and here != request.path


def render(page: str, fragment: str, *, status: int = 200, **context: Any) -> Response:
    """The page, or its fragment when HTMX asks; templates see `fragment` (True or False).

    `Vary` keeps caches from handing a fragment to a browser that wants the page, and the other way round.
    """
    is_fragment = wants_fragment()
    html = render_template(fragment if is_fragment else page, fragment=is_fragment, **context)
    response = make_response(html, status)
    response.vary.add("HX-Request")
    if is_fragment:
        response.headers["Cache-Control"] = "no-store"
    return response


def done(
    fragment: str | None,
    *,
    back: str,
    event: str | dict[str, Any] | None = None,
    message: str | None = None,
    category: str = "success",
    **context: Any,
) -> Response:
    """Answer to a form that was carried out.

    HTMX gets `fragment` followed by the toasts (out of band) and an `HX-Trigger` naming the fact (`event`,
    for instance "inventory-changed"), so that other panels may ask anew; a plain browser gets a toast on the
    page `back` (303). With `fragment=None` both move on to `back`.
    """
    if message:
        flash(message, category)
    if fragment is None or not wants_fragment():
        return go(back)
    html = render_template(fragment, fragment=True, **context) + render_template("_flash.html", fragment=True)
    response = make_response(html)
    response.vary.add("HX-Request")
    response.headers["Cache-Control"] = "no-store"
    if event:
        trigger(response, event)
    return response


def go(url: str) -> Response:
    """Move to another page: `HX-Redirect` for HTMX, 303 for a browser."""
    if wants_fragment():
        response = make_response("", 200)
        response.headers["HX-Redirect"] = url
        return response
    return redirect(url, code=303)  # type: ignore[return-value]


def trigger(response: Response, event: str | dict[str, Any]) -> Response:
    """Name a fact for the other panels of the page; more than one may be named on the same answer."""
    facts = json.loads(response.headers.get("HX-Trigger", "{}"))
    facts.update({event: True} if isinstance(event, str) else event)
    response.headers["HX-Trigger"] = json.dumps(facts)
    return response
