"""Small drawings of the demo company's products, made by program so that no picture has to be licensed."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageDraw

#: side of the finished picture and how much larger it is drawn, for smooth edges
SIDE, OVERSAMPLE = 320, 3

PALETTE: dict[str, str] = {
    "Black": "#3b4048", "Blue": "#3f6fae", "Green": "#4f8a5b", "Grey": "#8c939c", "Natural": "#c9a778",
    "Red": "#b9473f", "Terracotta": "#c4704a", "White": "#e9e4da", "Yellow": "#d9a93a", "": "#9fb3b8",
}  # fmt: skip
_GROUND, _SHADE, _INK = "#f3f1ec", "#dedad1", "#2f343b"

Pen = ImageDraw.ImageDraw


def draw_product(category: str, colour: str) -> bytes:
    """A PNG of what products of `category` look like, in the product's colour."""
    size = SIDE * OVERSAMPLE
    picture = Image.new("RGB", (size, size), _GROUND)
    pen = ImageDraw.Draw(picture)
    pen.ellipse(_box(60, 262, 260, 286), fill=_SHADE)
    _shape(category)(pen, PALETTE[colour])
    picture = picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def _shape(category: str) -> Callable[[Pen, str], None]:
    shapes: dict[str, Callable[[Pen, str], None]] = {
        "BIKE-CITY": _bicycle, "BIKE-TOUR": _bicycle, "BIKE-KIDS": _bicycle, "BIKE-ELEC": _bicycle,
        "BIKE-WHEEL": _wheel, "BIKE-BRAKE": _wheel, "BIKE-DRIVE": _wheel, "BIKE-LIGHT": _lamp, "BIKE-LOCK": _lock,
        "BIKE-BAG": _basket, "GDN-HAND": _spade, "GDN-CUT": _spade, "GDN-WATER": _can, "GDN-POT": _pot,
        "GDN-SOIL": _sack, "GDN-SEED": _sack, "GDN-FURN": _bench, "GDN-LAMP": _lamp, "HOME-COOK": _pan,
        "HOME-TABLE": _cup, "HOME-STORE": _jar, "HOME-CANDL": _candle, "HOME-TEXT": _cushion, "HOME-LAMP": _lamp,
    }  # fmt: skip
    return shapes.get(category, _parcel)


def _s(value: int) -> int:
    return value * OVERSAMPLE


def _box(left: int, top: int, right: int, bottom: int) -> tuple[int, int, int, int]:
    return _s(left), _s(top), _s(right), _s(bottom)


def _points(*pairs: tuple[int, int]) -> list[tuple[int, int]]:
    return [(_s(x), _s(y)) for x, y in pairs]


def _line(pen: Pen, colour: str, width: int, *pairs: tuple[int, int]) -> None:
    pen.line(_points(*pairs), fill=colour, width=_s(width), joint="curve")
    for x, y in (pairs[0], pairs[-1]):
        half = width // 2
        pen.ellipse(_box(x - half, y - half, x + half, y + half), fill=colour)


def _ring(pen: Pen, colour: str, x: int, y: int, radius: int, width: int) -> None:
    pen.ellipse(_box(x - radius, y - radius, x + radius, y + radius), outline=colour, width=_s(width))


def _bicycle(pen: Pen, colour: str) -> None:
    for x in (92, 228):
        _ring(pen, _INK, x, 208, 56, 7)
        _ring(pen, _INK, x, 208, 6, 6)
    _line(pen, colour, 9, (92, 208), (132, 128), (204, 128), (158, 208), (92, 208))
    _line(pen, colour, 9, (158, 208), (124, 110))
    _line(pen, colour, 9, (228, 208), (200, 100), (226, 94))
    _line(pen, _INK, 11, (104, 108), (144, 108))
    _ring(pen, _INK, 158, 208, 13, 6)


def _wheel(pen: Pen, colour: str) -> None:
    _ring(pen, _INK, 160, 160, 106, 16)
    _ring(pen, colour, 160, 160, 88, 8)
    for x, y in ((160, 74), (234, 117), (234, 203), (160, 246), (86, 203), (86, 117)):
        _line(pen, "#a9afb6", 3, (160, 160), (x, y))
    _ring(pen, colour, 160, 160, 18, 18)


def _lock(pen: Pen, colour: str) -> None:
    pen.arc(_box(106, 62, 214, 190), 180, 360, fill=_INK, width=_s(18))
    _line(pen, _INK, 18, (115, 126), (115, 160))
    _line(pen, _INK, 18, (205, 126), (205, 160))
    pen.rounded_rectangle(_box(86, 150, 234, 268), _s(18), fill=colour)
    pen.ellipse(_box(146, 184, 174, 212), fill=_GROUND)
    _line(pen, _GROUND, 10, (160, 205), (160, 236))


def _basket(pen: Pen, colour: str) -> None:
    pen.arc(_box(92, 54, 228, 214), 180, 360, fill=_INK, width=_s(9))
    pen.polygon(_points((66, 132), (254, 132), (232, 266), (88, 266)), fill=colour)
    for y in (158, 186, 214, 242):
        _line(pen, _GROUND, 4, (80, y), (240, y))
    pen.rounded_rectangle(_box(58, 122, 262, 146), _s(10), fill=_INK)


def _spade(pen: Pen, colour: str) -> None:
    _line(pen, "#c9a778", 13, (160, 60), (160, 190))
    pen.arc(_box(132, 30, 188, 84), 0, 360, fill="#c9a778", width=_s(11))
    pen.polygon(_points((118, 172), (202, 172), (198, 236), (160, 276), (122, 236)), fill=colour)
    _line(pen, _INK, 5, (160, 184), (160, 250))


def _can(pen: Pen, colour: str) -> None:
    pen.arc(_box(94, 60, 226, 220), 190, 350, fill=_INK, width=_s(11))
    _line(pen, colour, 16, (196, 236), (272, 130))
    pen.polygon(_points((250, 112), (290, 134), (282, 150), (242, 128)), fill=colour)
    pen.rounded_rectangle(_box(72, 138, 212, 270), _s(14), fill=colour)
    pen.ellipse(_box(72, 124, 212, 154), fill=_INK)


def _pot(pen: Pen, colour: str) -> None:
    pen.ellipse(_box(118, 48, 202, 122), fill="#4f8a5b")
    pen.ellipse(_box(88, 78, 160, 140), fill="#5f9a69")
    pen.ellipse(_box(160, 78, 232, 140), fill="#447a50")
    pen.polygon(_points((88, 158), (232, 158), (210, 272), (110, 272)), fill=colour)
    pen.rounded_rectangle(_box(74, 128, 246, 164), _s(8), fill=colour)
    _line(pen, _GROUND, 3, (84, 164), (236, 164))


def _sack(pen: Pen, colour: str) -> None:
    pen.polygon(_points((96, 84), (224, 84), (246, 270), (74, 270)), fill="#b98b5e")
    pen.polygon(_points((110, 52), (210, 52), (224, 88), (96, 88)), fill="#a87a4d")
    pen.rounded_rectangle(_box(108, 138, 212, 230), _s(10), fill=_GROUND)
    pen.ellipse(_box(134, 158, 186, 210), fill="#4f8a5b")
    _line(pen, colour, 5, (160, 206), (160, 166))


def _bench(pen: Pen, colour: str) -> None:
    for y in (96, 128, 160):
        _line(pen, colour, 15, (64, y), (256, y))
    _line(pen, _INK, 13, (76, 84), (76, 272))
    _line(pen, _INK, 13, (244, 84), (244, 272))
    pen.rounded_rectangle(_box(48, 190, 272, 214), _s(8), fill=colour)


def _pan(pen: Pen, colour: str) -> None:
    _line(pen, _INK, 16, (196, 158), (292, 132))
    pen.rounded_rectangle(_box(52, 142, 216, 262), _s(22), fill=colour)
    pen.rounded_rectangle(_box(44, 134, 224, 158), _s(10), fill=_INK)
    pen.ellipse(_box(120, 106, 148, 134), fill=_INK)


def _cup(pen: Pen, colour: str) -> None:
    pen.arc(_box(186, 136, 270, 226), 270, 90, fill=colour, width=_s(15))
    pen.rounded_rectangle(_box(80, 108, 224, 268), _s(30), fill=colour)
    pen.ellipse(_box(80, 94, 224, 134), fill=_INK)
    _line(pen, _INK, 3, (84, 210), (220, 210))


def _jar(pen: Pen, colour: str) -> None:
    pen.rounded_rectangle(_box(88, 96, 232, 272), _s(26), fill="#cfdcdd", outline=_INK, width=_s(5))
    pen.rounded_rectangle(_box(98, 170, 222, 262), _s(18), fill=colour)
    pen.rounded_rectangle(_box(96, 58, 224, 102), _s(10), fill="#c9a778")


def _candle(pen: Pen, colour: str) -> None:
    pen.ellipse(_box(142, 42, 178, 108), fill="#e5a93b")
    pen.ellipse(_box(151, 66, 169, 106), fill="#f6dd9a")
    _line(pen, _INK, 5, (160, 98), (160, 128))
    pen.rounded_rectangle(_box(108, 122, 212, 272), _s(12), fill=colour, outline="#b9b2a4", width=_s(4))
    pen.ellipse(_box(108, 114, 212, 140), fill="#f6efe0")


def _cushion(pen: Pen, colour: str) -> None:
    pen.rounded_rectangle(_box(62, 82, 258, 272), _s(44), fill=colour)
    for x in (110, 160, 210):
        _line(pen, _GROUND, 4, (x, 104), (x, 250))


def _lamp(pen: Pen, colour: str) -> None:
    _line(pen, _INK, 11, (160, 150), (160, 254))
    pen.polygon(_points((114, 66), (206, 66), (246, 172), (74, 172)), fill=colour)
    pen.ellipse(_box(142, 160, 178, 190), fill="#f2cf6b")
    pen.rounded_rectangle(_box(104, 250, 216, 272), _s(10), fill=_INK)


def _parcel(pen: Pen, colour: str) -> None:
    pen.rounded_rectangle(_box(70, 108, 250, 270), _s(10), fill=colour)
    pen.rectangle(_box(144, 108, 176, 270), fill=_INK)
    pen.rectangle(_box(70, 172, 250, 192), fill=_INK)
