"""Pictures are bounded, re-encoded and carry nothing from the camera (items.md section 8)."""

import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from core.errors import ValidationError
from models import ItemPicture
from services import pictures
from tests.services.item_shop import ItemShop


@pytest.fixture
def item(session):
    return ItemShop(session).item()


def picture_file(kind="JPEG", size=(400, 300), mode="RGB", **options) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, "red").save(target, kind, **options)
    return target.getvalue()


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera Works"
    exif[0x0112] = 6  # lies on its side
    return picture_file(exif=exif.tobytes())


def test_a_camera_s_notes_are_gone_and_the_picture_stands_upright(session, item):
    stored = pictures.store_picture(session, item.id, with_place(), "photo.jpg")

    image = pictures.load_bytes(session, stored.digest, thumbnail=False)
    assert (stored.width, stored.height) == (300, 400)
    assert b"Secret Camera" not in image
    assert dict(Image.open(io.BytesIO(image)).getexif()) == {}


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("GIF", "P"), ("WEBP", "RGB"), ("PNG", "L")])
def test_every_usual_kind_becomes_a_jpeg(session, item, kind, mode):
    stored = pictures.store_picture(session, item.id, picture_file(kind, mode=mode), f"x.{kind}")

    image = Image.open(io.BytesIO(pictures.load_bytes(session, stored.digest, thumbnail=False)))
    assert (image.format, stored.media_type) == ("JPEG", "image/jpeg")


def test_large_pictures_are_scaled_down_and_have_a_thumbnail(session, item):
    stored = pictures.store_picture(session, item.id, picture_file(size=(4000, 1000)), "wide.jpg")

    small = Image.open(io.BytesIO(pictures.load_bytes(session, stored.digest, thumbnail=True)))
    assert (stored.width, stored.height) == (1600, 400)
    assert small.size == (192, 48)


@pytest.mark.parametrize(
    "data",
    [b"", b"MZ this is a program", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture_file()[:200], b"%PDF-1.7"],
)
def test_what_is_no_picture_is_refused_by_its_name(session, item, data):
    with pytest.raises(ValidationError) as refused:
        pictures.store_picture(session, item.id, data, "invoice.jpg")

    assert refused.value.code == "not_an_image"
    assert "invoice.jpg" in refused.value.message
    assert session.scalar(select(func.count()).select_from(ItemPicture)) == 0


def test_pixels_and_bytes_are_bounded(session, item, monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST_PICTURE", 400 * 300 - 1)
    with pytest.raises(ValidationError) as pixels:
        pictures.store_picture(session, item.id, picture_file(), "x.jpg")
    monkeypatch.setattr(pictures, "LARGEST_FILE", 100)
    with pytest.raises(ValidationError) as size:
        pictures.store_picture(session, item.id, picture_file(), "x.jpg")

    assert (pixels.value.code, size.value.code) == ("picture_too_large", "file_too_large")


def test_another_picture_takes_the_place_of_the_first(session, item):
    first = pictures.store_picture(session, item.id, picture_file(), "a.jpg").digest
    second = pictures.store_picture(session, item.id, picture_file(size=(10, 10)), "b.jpg").digest

    assert first != second
    assert pictures.digests(session, [item.id]) == {item.id: second}
    pictures.delete_picture(session, item.id)
    assert pictures.digests(session, [item.id]) == {}
