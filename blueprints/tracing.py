"""Tracing and recall: from a number to its origin and its use, and what to do about it (tracking.md 12 and 13)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from blueprints import entry_graph
from blueprints.access import current_user, requires, today
from blueprints.database import db_session
from blueprints.fields import BaseForm, ChoiceField, ScanField, TextField
from blueprints.htmx import done, render
from blueprints.ledger_parts import document_url, item_address
from blueprints.record_fields import RecordField
from core.errors import DomainError, ValidationError
from core.rounding import ZERO
from core.text import _, ngettext
from core.unit_of_work import perform
from models import Permission
from models.enums import SourceType
from services.costs.graph import EntryGraph, GraphEdge, GraphNode
from services.exchange.writing import media_type, table_bytes
from services.items.scan_codes import read_scan
from services.reports.papers import paper_pdf
from services.tracing.asked import Numbers, check_asked, which_number
from services.tracing.cards import block_numbers
from services.tracing.dossier import delivery_table, dossier
from services.tracing.recall import Recall, recall
from services.tracing.trace import Components, Direction, Trace, trace

bp = Blueprint("tracing", __name__, url_prefix="/tracing")

WAYS = [(Direction.FORWARD.value, _l("Where it went")), (Direction.BACKWARD.value, _l("Where it came from"))]
PARTS = [
    (Components.TRACKED.value, _l("With numbers")), (Components.ALL.value, _l("All")),
    (Components.NONE.value, _l("None")),
]  # fmt: skip
#: Most entries drawn of a level, most levels drawn, and rows of the tree on a page.
MOST_DRAWN, MOST_LEVELS, PAGE = 6, 12, 200


class TraceForm(BaseForm):
    """What is traced; nothing is changed: no token."""

    class Meta:
        csrf = False

    number = ScanField(_l("Lot, serial, package or document no."))
    item_id = RecordField(_l("Item"), "item", name="item")
    direction = ChoiceField(_l("Direction"), pairs=WAYS, default=Direction.FORWARD.value)
    variant_id = RecordField(_l("Variant"), "variant", depends="item", name="variant")
    document = TextField(_l("Document no."), max_length=20)
    customer = RecordField(_l("Customer"), "customer")
    vendor = RecordField(_l("Vendor"), "vendor")
    components = ChoiceField(_l("Components shown"), pairs=PARTS, default=Components.TRACKED.value)
    entry = IntegerField(_l("Entry"), validators=[Optional(), NumberRange(1, 2**62)])

    def numbers(self) -> Numbers:
        """What services.tracing asks for. Raises ValidationError `trace_needs_number`, `number_unknown`."""
        party = None
        for field, kind in ((self.customer, SourceType.CUSTOMER), (self.vendor, SourceType.VENDOR)):
            if field.record:
                party = (kind, field.record[1])
        wanted = Numbers(
            item_id=self.item_id.data or 0, variant_id=self.variant_id.data, party=party,
            document_no=(self.document.data or "").strip().upper(), entry_id=self.entry.data or 0,
        )  # fmt: skip
        text = (self.number.data or "").strip().upper()
        return which_number(db_session(), text, wanted, on=today()) if text else wanted

    @property
    def query(self) -> dict[str, str]:
        """The question as it stands in URLs, without the direction."""
        found = {name: str(getattr(self, name).data or "") for name in ("number", "document", "entry")}
        records = {"item": self.item_id, "variant": self.variant_id, "customer": self.customer, "vendor": self.vendor}
        found |= {name: field.record[1] if field.record else "" for name, field in records.items()}
        return {name: value for name, value in found.items() if value}

    @property
    def narrowed(self) -> bool:
        """Whether more than a number, an item and a direction is asked."""
        return bool(
            self.query.keys() & {"variant", "document", "customer", "vendor"}
            or self.components.data != Components.TRACKED.value
            or self.errors.keys() & {"variant_id", "document", "customer", "vendor"}
        )


_ASKING = ("number", "item", "variant", "document", "customer", "vendor", "entry")


def _asked() -> tuple[TraceForm, Numbers | None]:
    """The form and what it asks for; None where nothing was asked yet or it was refused (the form says why)."""
    form = TraceForm(formdata=request.args)
    if not any(request.args.get(name) for name in _ASKING) or not form.validate():
        return form, None
    try:
        wanted = form.numbers()
        check_asked(wanted)
    except DomainError as error:
        form.show(error)
        return form, None
    return form, wanted


@bp.get("/")
@requires(Permission.LEDGER_VIEW)
def index() -> ResponseReturnValue:
    """The tree of a number, drawn and as a table, a page at a time."""
    form, numbers = _asked()
    found, rows, number, pages = None, [], 1, 1
    after = max(request.args.get("after", 0, type=int) or 0, 0)
    if numbers is not None:
        found = trace(db_session(), numbers, Direction(form.direction.data),
                      components=Components(form.components.data), after=after)  # fmt: skip
        pages = -(-len(found.rows) // PAGE) or 1
        number = min(max(request.args.get("page", 1, type=int) or 1, 1), pages)
        rows = found.rows[(number - 1) * PAGE : number * PAGE]
    here = form.query | {"direction": form.direction.data, "components": form.components.data}
    return render(
        "tracing/index.html", "tracing/_result.html", status=422 if form.errors else 200, form=form, found=found,
        asked=numbers is not None, graph=_drawn(found) if rows else "", rows=rows, number=number, pages=pages,
        after=after, here=here, document_url=document_url, item_address=item_address,
    )  # fmt: skip


@bp.get("/recall")
@requires(Permission.LEDGER_VIEW)
def show_recall() -> ResponseReturnValue:
    """The dossier of a number."""
    form, found = recalled()
    return _recall_page(form, found, BlockForm(formdata=None))


@bp.get("/recall.pdf")
@requires(Permission.LEDGER_VIEW)
def recall_pdf() -> ResponseReturnValue:
    form, found = recalled()
    locale = str(get_locale() or "en")
    paper = dossier(found, subject_of(form), today(), locale=locale)
    response = Response(paper_pdf(db_session(), paper, locale=locale), mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="recall.pdf"'
    return response


@bp.get("/recall.xlsx")
@requires(Permission.LEDGER_VIEW)
def recall_xlsx() -> ResponseReturnValue:
    """One row for each delivery: the address list for letters."""
    _form, found = recalled()
    table = delivery_table(found)
    content = table_bytes("xlsx", [column.label for column in table.columns], table.rows)
    response = Response(content, mimetype=media_type("xlsx"))
    response.headers["Content-Disposition"] = 'attachment; filename="recall.xlsx"'
    return response


class BlockForm(BaseForm):
    reason = TextField(_l("Reason"), max_length=250, required=True)


@bp.post("/recall/block")
@requires(Permission.ITEMS_BLOCK)
def block() -> ResponseReturnValue:
    """Block every affected number, each on its card."""
    form, found = recalled()
    wanted = BlockForm()
    if not wanted.validate_on_submit():
        return _recall_page(form, found, wanted)
    reason = wanted.reason.data
    count = perform(db_session(), lambda session: block_numbers(session, found.keys, reason), user_id=current_user.id)
    message = ngettext("%(num)s number was blocked.", "%(num)s numbers were blocked.", count)
    return done(None, back=url_for("tracing.show_recall", **form.query), message=message)


def _recall_page(form: TraceForm, found: Recall, wanted: BlockForm) -> Response:
    return render(
        "tracing/recall.html", "tracing/_recall.html", status=422 if wanted.errors else 200, form=form, found=found,
        block_form=wanted, subject=subject_of(form), find_url=_find_url,
    )  # fmt: skip


def _find_url(document_no: str) -> str:
    return url_for("search.index", q=document_no)


def recalled() -> tuple[TraceForm, Recall]:
    """Raises ValidationError where the address asks for nothing."""
    form = TraceForm(formdata=request.args)
    if not form.validate():
        raise ValidationError("trace_needs_number", _("Say a number, an item, a document, or a customer or vendor."))
    return form, recall(db_session(), form.numbers())


def subject_of(form: TraceForm) -> str:
    """What was asked, in words; of a scanned code the number alone."""
    said = form.query
    code = read_scan(said.get("number", ""))
    if code.has_numbers:
        said["number"] = f"{code.lot_no} {code.serial_no}".strip().upper()
    return " ".join(said.values())


def _drawn(found: Trace) -> Any:
    """The first entries of the tree as boxes, origin left, use right."""
    nodes: dict[int, GraphNode] = {}
    edges: list[GraphEdge] = []
    sign = 1 if found.direction is Direction.FORWARD else -1
    left_out: dict[int, int] = {}
    width: dict[int, int] = {}
    for row in found.rows:
        entry, level = row.entry, sign * row.level
        if entry.id not in nodes:
            if row.level >= MOST_LEVELS or (row.parent_id is not None and row.parent_id not in nodes):
                continue
            if width.get(level, 0) >= MOST_DRAWN:
                left_out[level] = left_out.get(level, 0) + 1
                continue
            width[level] = width.get(level, 0) + 1
            nodes[entry.id] = GraphNode(
                entry.id, level, entry.entry_type, entry.posting_date, entry.document_no,
                entry.location_code, entry.quantity, entry.remaining, ZERO,
            )  # fmt: skip
        if row.parent_id in nodes and row.quantity is not None:
            source, target = (row.parent_id, entry.id) if sign > 0 else (entry.id, row.parent_id)
            edges.append(GraphEdge(source, target, row.quantity, cost=True, fixed=False))
    return entry_graph.draw(EntryGraph(nodes, edges, left_out), 0, costs=False, label=_("Way of the number"))
