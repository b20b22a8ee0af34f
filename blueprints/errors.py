"""Errors as pages and fragments: a sentence, a reference number, never a traceback."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from blueprints.access import current_user, logged_out
from blueprints.htmx import wants_fragment
from core.errors import ConflictError, DomainError, Forbidden, NotFound, PostingError, ValidationError, errors_of
from core.text import _
from core.unit_of_work import is_retryable
from models import db

logger = logging.getLogger("stockbook.errors")

#: The most special class first; what a handler does not know is 422, since services only raise refusals.
STATUS_OF: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (ConflictError, 409),
    (PostingError, 422),
    (ValidationError, 422),
    (DomainError, 422),
)


def status_of(error: DomainError) -> int:
    """The HTTP status for a refusal."""
    return next(status for kind, status in STATUS_OF if isinstance(error, kind))


def sentences(status: int) -> tuple[str, str]:
    """Title and sentence for a status that came without words of its own."""
    known = {
        400: (_("That request is damaged"), _("Load the page again and repeat what you did.")),
        401: (_("Please log in"), _("You are not logged in, or were away too long. Log in and try again.")),
        403: (
            _("That is not in your role"),
            _("Your role does not allow this. The owner can change roles under Users."),
        ),
        404: (_("Not found"), _("There is nothing at this address. It may have been deleted or renamed.")),
        405: (
            _("That cannot be done here"),
            _("This address does not take that kind of request. Go back and try again."),
        ),
        409: (_("Somebody else was faster"), _("What you were working on has been changed meanwhile. Load it again.")),
        413: (_("Too large"), _("The file or form is too large. Send a smaller one.")),
        422: (_("That cannot be saved"), _("Something in the form is not right. Correct it and try again.")),
        429: (_("Too many requests"), _("Wait a minute and try again.")),
        503: (_("Busy"), _("Others are writing at the moment. Nothing was saved; try again.")),
    }
    return known.get(status) or (
        _("Something went wrong"),
        _(
            "Nothing was saved. The fault has been written down; try again, "
            "and give the reference number if you report it."
        ),
    )


def error_response(status: int, title: str, messages: list[str], hint: str = "") -> Response:
    """An error as page, as fragment for #flash, or as JSON under /api."""
    reference = getattr(g, "request_id", "")
    context: dict[str, Any] = {
        "status": status, "title": title, "messages": messages, "hint": hint, "reference": reference,
    }  # fmt: skip
    fragment = wants_fragment()
    try:
        html = render_template("errors/_error.html" if fragment else "errors/error.html", **context)
    except Exception:  # the page itself may need what is broken: database, session, translation
        logger.exception("error page failed reference=%s", reference)
        html = render_template("errors/bare.html", **context)
    response = make_response(html, status)
    response.vary.add("HX-Request")
    response.headers["Cache-Control"] = "no-store"
    if fragment:  # wherever the request came from, its error lands in the toasts
        response.headers["HX-Retarget"] = "#flash"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def on_domain_error(error: DomainError) -> Response:
    """A refusal that no view put beside a field."""
    db.session.rollback()
    status = status_of(error)
    return error_response(
        status, sentences(status)[0], [single.message for single in errors_of(error)], error.hint or ""
    )


def on_http_exception(error: HTTPException) -> Response:
    """404, 403, 413 ...: redirects and ready-made responses pass through."""
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()  # type: ignore[return-value]
    title, sentence = sentences(error.code or 500)
    response = error_response(error.code or 500, title, [sentence])
    for name, value in error.get_headers(request.environ):
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def on_csrf_error(error: CSRFError) -> Response:
    """The form was open for too long, or came from elsewhere."""
    view = current_app.view_functions.get(request.endpoint or "")
    if not current_user.is_authenticated and getattr(view, "access", "") != "public":
        if wants_fragment():
            return logged_out()
        return error_response(
            401, _("You are logged out"),
            [_("Go back in your browser, log in in another tab, load the form again; nothing was saved.")],
        )  # fmt: skip
    if wants_fragment():
        response = error_response(
            400, _("Please send it once more"),
            [_("Your log-in was renewed while this page was open. What you typed is kept.")],
        )  # fmt: skip
        response.headers["HX-Trigger"] = "stale-form"  # static/js/app.js fetches what the form needs
        return response
    if "missing" in str(error.description):
        return error_response(
            400, _("This form cannot be taken"),
            [_("It was not sent from one of our pages. Open the page and send it from there; nothing was saved.")],
        )  # fmt: skip
    return error_response(
        400, _("This form is too old"), [_("It was open for a long time. Load the page again; nothing was saved.")]
    )


def on_stale_data(_error: StaleDataError) -> Response:
    """A version counter did not match: somebody saved between reading and writing."""
    db.session.rollback()
    title, sentence = sentences(409)
    return error_response(409, title, [sentence])


def on_exception(error: Exception) -> Response:
    """Anything unforeseen: logged with its traceback under the reference number, shown without."""
    db.session.rollback()
    busy = is_retryable(error)
    logger.error("unhandled error reference=%s", getattr(g, "request_id", ""), exc_info=error)
    title, sentence = sentences(503 if busy else 500)
    return error_response(503 if busy else 500, title, [sentence])


def init_app(app: Flask) -> None:
    """Register the handlers; tests that set PROPAGATE_EXCEPTIONS see the unforeseen themselves."""
    app.register_error_handler(DomainError, on_domain_error)
    app.register_error_handler(CSRFError, on_csrf_error)
    app.register_error_handler(HTTPException, on_http_exception)
    app.register_error_handler(StaleDataError, on_stale_data)
    app.register_error_handler(Exception, on_exception)
