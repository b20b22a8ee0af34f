"""Bar codes as small inline SVG: EAN-13, EAN-8, UPC-A and Code 128 by python-barcode, QR by segno, GS1 by zxing-cpp."""

from __future__ import annotations

import enum
from typing import Any

import segno
from barcode import get_barcode_class
from markupsafe import Markup
from zxingcpp import BarcodeFormat, create_barcode

#: modules of silence left and right, as the symbologies demand
_QUIET = {"ean13": 9, "ean8": 7, "upca": 9, "code128": 10}
_EAN_KINDS = {13: "ean13", 8: "ean8", 12: "upca"}


class CodeKind(enum.StrEnum):
    """What stands on a label; ean is the item's bar code number, code128 and qr its item number."""

    EAN = "ean"
    CODE128 = "code128"
    QR = "qr"


def check_digit(digits: str) -> str:
    """The check digit that belongs behind `digits` (GS1: weights 3 and 1 from the right)."""
    weighted = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return str(-weighted % 10)


def is_ean(text: str) -> bool:
    """True for an EAN-13, EAN-8 or UPC-A number whose check digit is right."""
    plain = text.isascii() and text.isdigit()
    return plain and len(text) in _EAN_KINDS and check_digit(text[:-1]) == text[-1]


def ean(text: str) -> Markup:
    """The bars of a valid EAN-13, EAN-8 or UPC-A number. Raises ValueError for another one."""
    if not is_ean(text):
        raise ValueError(f"{text!r} is no EAN or UPC number")
    kind = _EAN_KINDS[len(text)]
    return _bars(kind, text)


def code128(text: str) -> Markup:
    """The bars of Code 128; ASCII only. Raises ValueError for what it cannot hold."""
    if not text or not text.isascii() or not text.isprintable():
        raise ValueError(f"Code 128 cannot hold {text!r}")
    return _bars("code128", text)


def qr(text: str) -> Markup:
    """A QR code with medium error correction."""
    code = segno.make(text, error="m", micro=False)
    rows = [bytes(row) for row in code.matrix]
    size = len(rows) + 8  # four modules of silence on every side
    path = "".join(
        f"M{start + 4} {y + 4}h{length}v1h-{length}z" for y, row in enumerate(rows) for start, length in _runs(row)
    )
    return _svg(size, size, path, "code-qr", text)


class Matrix(enum.StrEnum):
    """A code of two dimensions."""

    DATA_MATRIX = "data_matrix"
    QR = "qr"


def gs1(text: str, matrix: Matrix = Matrix.DATA_MATRIX) -> Markup:
    """A GS1 element string, written with brackets round its identifiers, as a symbol that begins with FNC1.

    Raises ValueError for what is no element string.
    """
    return _matrix(text, matrix, gs1=True)


def matrix(text: str, kind: Matrix = Matrix.DATA_MATRIX) -> Markup:
    """A plain text as a symbol. Raises ValueError for one that is too long."""
    return _matrix(text, kind, gs1=False)


def _matrix(text: str, kind: Matrix, *, gs1: bool) -> Markup:
    form = BarcodeFormat.QRCode if kind is Matrix.QR else BarcodeFormat.DataMatrix
    made = create_barcode(text, form, gs1=gs1, force_square=True)
    if made.error is not None and str(made.error):
        raise ValueError(str(made.error))
    drawn: Any = made.to_image(scale=1, add_quiet_zones=False)
    modules: Any = memoryview(drawn).tolist()
    quiet = 4 if kind is Matrix.QR else 1
    width, height = len(modules[0]) + 2 * quiet, len(modules) + 2 * quiet
    path = "".join(
        f"M{start + quiet} {y + quiet}h{length}v1h-{length}z"
        for y, row in enumerate(modules)
        for start, length in _runs(bytes(int(value == 0) for value in row))
    )
    return _svg(width, height, path, "code-qr", text)


def _bars(kind: str, text: str) -> Markup:
    """One path of all bars, stretched to whatever box it is put in."""
    lines = get_barcode_class(kind)(text).build()
    modules = bytes(int(module != "0") for module in lines[0])
    quiet = _QUIET[kind]
    path = "".join(f"M{start + quiet} 0h{length}v10h-{length}z" for start, length in _runs(modules))
    return _svg(len(modules) + 2 * quiet, 10, path, "code-bars", text)


def _runs(modules: bytes) -> list[tuple[int, int]]:
    """Where dark modules start and how many follow one another."""
    found: list[tuple[int, int]] = []
    for place, module in enumerate(modules):
        if not module:
            continue
        if found and found[-1][0] + found[-1][1] == place:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((place, 1))
    return found


def _svg(width: int, height: int, path: str, kind: str, text: str) -> Markup:
    stretch = "xMidYMid" if kind == "code-qr" else "none"
    return Markup(  # numbers of ours; the text is escaped by format
        '<svg xmlns="http://www.w3.org/2000/svg" class="{}" viewBox="0 0 {} {}" preserveAspectRatio="{}"'
        ' shape-rendering="crispEdges"><title>{}</title><path d="{}" fill="#000"/></svg>'
    ).format(kind, width, height, stretch, text, path)
