"""Every address × every role: who lacks the right is refused before anything happens, who has it is let through.

tests/blueprints/test_access.py asks as a stranger and without a token; this asks as each of the six roles.
"""

from __future__ import annotations

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from core.unit_of_work import perform
from models import Permission, RoleName
from models.users import ROLE_PERMISSIONS
from services import categories
from tests.blueprints.test_access import OPEN, addresses
from tests.support.pages import Page

#: Views for everybody who is logged in, whatever the role: one's own things, search, start page, parts of the shell.
#: What they show is narrowed inside, by the right to each thing. Think twice before adding to it.
FOR_ALL_ROLES = {
    "trade_batch.outcome", "trade_batch.papers", "trade_batch.send_papers",
    "auth.confirm", "auth.csrf_token", "profile.index", "profile.password", "profile.second_factor",
    "profile.second_factor_off",
    "profile.recovery_codes", "today.index", "today.charts", "search.index", "search.suggest", "search.scan",
    "pickers.pick", "views.save", "views.delete", "company.logo", "audit.history", "jobs.show", "jobs.file",
    "jobs.index", "jobs.cancel", "jobs.repeat",
}  # fmt: skip
#: Need a second right: to what is imported besides importing, to purchases besides the sales order.
NEEDS_MORE = {
    "exchange.retail", "sales.propose_shortages", "purchase.propose_shortages", "sales.send_on", "purchase.send_on",
    "sales.buy_for_sale", "purchase.buy_for_sale",
}  # fmt: skip
#: Pages and forms at one address: whoever may see the page gets it, the view asks for more before it changes anything.
ASKS_INSIDE = {
    "items.part": {"no": "BOLT", "name": "units"},
    "items.picture": {"no": "BOLT"},
    "categories.attributes": {"code": "TOOLS"},
}
#: Ends the session, so nothing can be asked after it.
LEAVING = {"auth.logout"}
METHODS = ("GET", "POST")


def permission_of(app, endpoint):
    """What the view asks for: a Permission, "signed_in" or "public"."""
    return getattr(app.view_functions[endpoint], "access", "public" if endpoint == "static" else None)


def answers(app, client, method):
    """(endpoint, permission, status, text) of every guarded address, asked with a token where one is needed."""
    for endpoint, address in addresses(app, method):
        if endpoint in OPEN | LEAVING or endpoint.startswith("api."):
            continue
        answer = client.get(address) if method == "GET" else client.send(address)
        # A PDF is no text.
        yield endpoint, permission_of(app, endpoint), answer.status_code, answer.data.decode(errors="replace")


def test_every_view_for_all_roles_is_on_the_list(app):
    found = {endpoint for endpoint in app.view_functions if permission_of(app, endpoint) == "signed_in"}

    assert found - FOR_ALL_ROLES == set()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("role", list(RoleName))
def test_a_role_is_refused_what_it_lacks_and_nothing_else_and_no_address_breaks(
    app, world, client, login, role, method
):
    login(client, role.value)

    wrong = []
    for endpoint, permission, status, text in answers(app, client, method):
        if status >= 500 or "Traceback" in text:  # hardly a record of those addresses is there
            wrong.append((endpoint, "breaks", status))
        allowed = permission not in set(Permission) or permission in ROLE_PERMISSIONS[role]
        if endpoint in NEEDS_MORE and allowed:
            continue
        if endpoint not in FOR_ALL_ROLES and (status == 403) == allowed:
            wrong.append((endpoint, str(permission), status))

    assert wrong == []


def test_every_change_asks_for_a_right_to_change(app):
    """A POST guarded by a mere right to see is a slip, but for the few that change nothing."""
    changes_nothing = {
        "number_series.test", "journal.preview", "journal.check", "printing.choose", "printing_items.choose",
        "references.labels", "numbers.choose", "tracing.print_letters",
    }  # fmt: skip
    wrong = []
    for rule in app.url_map.iter_rules():
        permission = permission_of(app, rule.endpoint)
        if "POST" not in rule.methods or permission not in set(Permission) or not permission.value.endswith(".view"):
            continue
        if rule.endpoint not in changes_nothing | ASKS_INSIDE.keys():
            wrong.append((rule.endpoint, permission.value))

    assert wrong == []


@pytest.mark.parametrize("endpoint", ASKS_INSIDE)
def test_a_form_beside_a_page_to_see_is_refused_to_viewers(app, world, client, login, endpoint):
    world.item("BOLT")
    perform(world.session, lambda s: categories.create_category(s, code="TOOLS", description="Tools"))
    login(client, "viewer")
    address = app.url_map.bind("localhost").build(endpoint, ASKS_INSIDE[endpoint])

    assert client.send(address).status_code == 403


def test_the_viewer_changes_nothing(app):
    may = ROLE_PERMISSIONS[RoleName.VIEWER]

    assert {permission.value.split(".")[1] for permission in may} == {"view"}


@pytest.mark.parametrize("role", list(RoleName))
def test_pages_offer_no_button_that_would_be_refused(app, world, client, login, role):
    """Whoever may open a list or a set-up page is not led to a form that then refuses."""
    login(client, role.value)
    wrong = []
    pages = ("/", "/items", "/vendors", "/customers", "/locations", "/locations/BLUE", "/journal/", "/accounts",
             "/costs/", "/costs/runs", "/costs/general-ledger/", "/costs/reconciliation/", "/costs/periods/",
             "/costs/application-worksheet/", "/journal/reclassification", "/journal/recurring", "/journal/revaluation",
             "/journal/physical-inventory", "/setup", "/setup/company", "/setup/inventory", "/setup/number-series",
             "/categories", "/units", "/purchase/orders", "/sales/orders", "/purchase/invoices",
             "/sales/posted/shipments", "/purchase/posted/receipts", "/transfers", "/transfers/posted",
             "/inventory-documents", "/inventory-documents/posted")  # fmt: skip
    for page in pages:
        answer = client.get(page)
        if answer.status_code != 200:
            continue
        for method, address in targets(answer.text, page):
            endpoint = endpoint_of(app, address, method)
            permission = permission_of(app, endpoint) if endpoint else None
            if permission in set(Permission) and permission not in ROLE_PERMISSIONS[role]:
                wrong.append((page, method, address, permission.value))

    assert wrong == []


def targets(html, page):
    """(method, address) of the links and forms of a page."""
    read = Page(html, page)
    return [("GET", link) for link in read.links] + [
        (form.method, form.action) for form in read.forms if form.can_be_sent
    ]


def endpoint_of(app, address, method):
    """The endpoint behind an address of this server, None for others."""
    path = address.split("?")[0].split("#")[0]
    if not path.startswith("/"):
        return None
    try:
        return app.url_map.bind("localhost").match(path, method=method)[0]
    except RequestRedirect as moved:
        return endpoint_of(app, moved.new_url.removeprefix("http://localhost"), method)
    except HTTPException:
        return None
