"""Reading pages as a browser would: their links, their forms, and what each form would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin


@dataclass
class Control:
    """One field of a form: its kind (text, date, checkbox, select, textarea, ...) and what it holds."""

    name: str
    kind: str
    value: str = ""
    checked: bool = False
    pick: str = ""  # the kind of record a picker offers
    options: list[str] = field(default_factory=list)

    @property
    def sends(self) -> str | None:
        """What the browser sends for it untouched; None for nothing."""
        if self.kind in {"checkbox", "radio"}:
            return self.value if self.checked else None
        return None if self.kind in {"submit", "button", "file", "image", "reset"} else self.value


@dataclass
class Form:
    """A form: `action` is an address of this server, `method` in capitals."""

    action: str
    method: str
    controls: list[Control] = field(default_factory=list)

    def data(self) -> dict[str, list[str]]:
        """What the untouched form sends."""
        sent: dict[str, list[str]] = {}
        for control in self.controls:
            if control.name and control.sends is not None:
                sent.setdefault(control.name, []).append(control.sends)
        return sent

    @property
    def can_be_sent(self) -> bool:
        """True when it has a button; a card shown to somebody who may not change it has none."""
        return any(control.kind in {"submit", "image"} for control in self.controls)

    @property
    def names(self) -> frozenset[str]:
        """The names of its fields."""
        return frozenset(control.name for control in self.controls if control.name)


class Page(HTMLParser):
    """`Page(html, address)`: `links` (addresses), `forms`, `ids`; addresses are made absolute to `address`."""

    def __init__(self, html: str, address: str = "/") -> None:
        super().__init__(convert_charrefs=True)
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.controls: list[Control] = []  # of all forms, and those of a fragment whose form is on the page
        self.ids: list[str] = []
        self._form: Form | None = None
        self._fieldsets: list[bool] = []  # disabled?
        self._select: Control | None = None
        self._option: tuple[str | None, bool] | None = None
        self._text: list[str] | None = None
        self._by_id: dict[str, Form] = {}
        self._elsewhere: list[tuple[str, Control]] = []
        self.feed(html)
        self.close()
        for form_id, control in self._elsewhere:
            if form_id in self._by_id:
                self._by_id[form_id].controls.append(control)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if "id" in at:
            self.ids.append(at["id"])
        if tag == "a" and at.get("href"):
            self.links.append(urljoin(self.address, at["href"]))
        elif tag == "form":
            self._form = Form(urljoin(self.address, at.get("action", "")), at.get("method", "get").upper())
            self.forms.append(self._form)
            self._by_id[at.get("id", "")] = self._form
        elif tag == "fieldset":
            self._fieldsets.append("disabled" in at)
        elif tag == "option" and self._select is not None:
            self._end_option()
            self._option, self._text = (at.get("value"), "selected" in at), []
        elif tag in {"input", "select", "textarea", "button"}:
            self._control(tag, at)

    def _control(self, tag: str, at: dict[str, str]) -> None:
        kind = at.get("type", "submit" if tag == "button" else "text") if tag in {"input", "button"} else tag
        control = Control(at.get("name", ""), kind, at.get("value", "on" if kind in {"checkbox", "radio"} else ""),
                          "checked" in at, at.get("data-pick", ""))  # fmt: skip
        if "disabled" in at or any(self._fieldsets):
            return
        self.controls.append(control)
        if "form" in at:
            self._elsewhere.append((at["form"], control))
        elif self._form is not None:
            self._form.controls.append(control)
        if tag == "select":
            self._select = control
        elif tag == "textarea":
            self._select, self._text = control, []

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "fieldset" and self._fieldsets:
            self._fieldsets.pop()
        elif tag == "option":
            self._end_option()
        elif tag == "select":
            self._end_option()
            if self._select is not None and not self._select.value and self._select.options:
                self._select.value = self._select.options[0]
            self._select = None
        elif tag == "textarea" and self._select is not None:
            self._select.value = "".join(self._text or []).removeprefix("\r").removeprefix("\n")
            self._select, self._text = None, None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _end_option(self) -> None:
        if self._select is None or self._option is None:
            return
        value, selected = self._option
        value = "".join(self._text or []).strip() if value is None else value
        self._select.options.append(value)
        if selected:
            self._select.value = value
        self._option, self._text = None, None
