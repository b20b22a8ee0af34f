"""Sentences of services, translated inside a request and plain English elsewhere."""

from core.text import _


def _said():
    return _("Less than 100 %%."), _("%(most)s %% at most.", most=5)


def test_a_percent_sign_is_one_with_values_and_without(app):
    assert _said() == ("Less than 100 %.", "5 % at most.")
    with app.test_request_context():
        assert _said() == ("Less than 100 %.", "5 % at most.")
