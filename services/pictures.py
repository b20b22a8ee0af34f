"""Pictures of items and variants: bounded, re-encoded, stripped of cameras' notes (items.md section 8)."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Sequence

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import BLANK_ID, ItemPicture

LARGEST_FILE = 12 * 1024 * 1024  # bytes; a telephone's picture has 3 to 8 million
LARGEST_PICTURE = 50_000_000  # pixels, before it is scaled down
LONGEST_SIDE = 1600
THUMBNAIL_SIDE = 192
MOST_PICTURES = 12  # of one item or variant
MEDIA_TYPE = "image/jpeg"
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")  # a JPEG of several pictures (MPO) opens as JPEG


def add_picture(
    session: Session, item_id: int, data: bytes, file_name: str, *, variant_id: int = BLANK_ID
) -> ItemPicture:
    """One more picture of an item or variant, after those it has; the first one is the main one.

    Raises ValidationError `too_many_pictures` and what `store_picture` raises.
    """
    there = len(list_pictures(session, item_id, variant_id=variant_id))
    if there >= MOST_PICTURES:
        raise ValidationError(
            "too_many_pictures",
            _("There are %(most)s pictures already. Delete one that is not needed any more.", most=MOST_PICTURES),
            field="picture",
        )
    picture = ItemPicture(item_id=item_id, variant_id=variant_id, position=there)
    _fill(picture, data, file_name)
    session.add(picture)
    session.flush()
    return picture


def store_picture(
    session: Session, item_id: int, data: bytes, file_name: str, *, variant_id: int = BLANK_ID
) -> ItemPicture:
    """Keep `data` as the main picture of an item or variant, in place of the one it had.

    Raises ValidationError `not_an_image`, `file_too_large`, `picture_too_large`, naming the file.
    """
    picture = find_picture(session, item_id, variant_id=variant_id) or ItemPicture(
        item_id=item_id, variant_id=variant_id, position=0
    )
    _fill(picture, data, file_name)
    session.add(picture)
    session.flush()
    return picture


def _fill(picture: ItemPicture, data: bytes, file_name: str) -> None:
    width, height, image, thumbnail = encode(data, file_name)
    picture.media_type, picture.width, picture.height = MEDIA_TYPE, width, height
    picture.image, picture.thumbnail = image, thumbnail
    picture.digest = hashlib.sha256(image).hexdigest()


def list_pictures(session: Session, item_id: int, *, variant_id: int = BLANK_ID) -> list[ItemPicture]:
    """The pictures without their bytes, the main one first."""
    of = ItemPicture.item_id == item_id, ItemPicture.variant_id == variant_id
    return list(session.scalars(select(ItemPicture).where(*of).order_by(ItemPicture.position)))


def find_picture(session: Session, item_id: int, *, variant_id: int = BLANK_ID) -> ItemPicture | None:
    """The main picture without its bytes, or None."""
    return session.scalar(
        select(ItemPicture).where(
            ItemPicture.item_id == item_id, ItemPicture.variant_id == variant_id, ItemPicture.position == 0
        )
    )


def delete_picture(
    session: Session, item_id: int, *, variant_id: int = BLANK_ID, picture_id: int | None = None
) -> None:
    """Remove one picture, without `picture_id` the main one; the next takes its place. None there: nothing happens."""
    there = list_pictures(session, item_id, variant_id=variant_id)
    gone = there[:1] if picture_id is None else [picture for picture in there if picture.id == picture_id]
    for picture in gone:
        session.delete(picture)
    session.flush()
    _number(session, [picture for picture in there if picture not in gone])


def move_picture(session: Session, item_id: int, picture_id: int, to: int, *, variant_id: int = BLANK_ID) -> None:
    """Put a picture at place `to`, 0 the main one; beyond the ends it stops there. Raises NotFound `not_found`."""
    there = list_pictures(session, item_id, variant_id=variant_id)
    moved = next((picture for picture in there if picture.id == picture_id), None)
    if moved is None:
        raise NotFound("not_found", _("This picture is not there any more."))
    there.remove(moved)
    there.insert(max(to, 0), moved)
    _number(session, there)


def _number(session: Session, pictures: Sequence[ItemPicture]) -> None:
    """Places without gaps, in two steps: no two may ever have the same one."""
    if all(picture.position == place for place, picture in enumerate(pictures)):
        return
    for beyond in (MOST_PICTURES, 0):
        for place, picture in enumerate(pictures):
            picture.position = place + beyond
        session.flush()


def digests(session: Session, item_ids: list[int]) -> dict[int, str]:
    """Item id -> digest of its main picture, for those that have one."""
    rows = session.execute(
        select(ItemPicture.item_id, ItemPicture.digest).where(
            ItemPicture.item_id.in_(item_ids), ItemPicture.variant_id == BLANK_ID, ItemPicture.position == 0
        )
    )
    return {item_id: digest for item_id, digest in rows}  # noqa: C416 - a row is no tuple for mypy


def load_bytes(session: Session, digest: str, *, thumbnail: bool) -> bytes | None:
    """The JPEG with this digest, full size or small; None when it is gone."""
    column = ItemPicture.thumbnail if thumbnail else ItemPicture.image
    return session.scalar(select(column).where(ItemPicture.digest == digest).limit(1))


def encode(data: bytes, file_name: str) -> tuple[int, int, bytes, bytes]:
    """Width, height, JPEG and thumbnail of the picture in `data`; upright, on white, without metadata."""
    shown = file_name[:60] or _("This file")
    # WeasyPrint turns this on for the whole process; half an upload is no picture.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    if len(data) > LARGEST_FILE:
        raise ValidationError(
            "file_too_large",
            _("%(name)s is too large: at most %(megabytes)s MB.", name=shown, megabytes=LARGEST_FILE // 1024 // 1024),
            field="picture",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                if opened.width * opened.height > LARGEST_PICTURE:
                    raise ValidationError(
                        "picture_too_large",
                        _("%(name)s has too many pixels: at most %(most)s million.", name=shown,
                          most=LARGEST_PICTURE // 1_000_000),
                        field="picture",
                    )  # fmt: skip
                opened.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))
                upright = ImageOps.exif_transpose(opened)
                picture = _on_white(upright)
    except ValidationError:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        EOFError,
        IndexError,
    ) as error:
        raise ValidationError(
            "not_an_image",
            _("%(name)s is not a picture that can be read. Send a JPEG, PNG or WebP file.", name=shown),
            field="picture",
        ) from error
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return picture.width, picture.height, _jpeg(picture, 85), _jpeg(small, 80)


def _on_white(image: Image.Image) -> Image.Image:
    """The pixels alone: a fresh picture, so that no colour profile, place or maker's note comes along."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        flat = Image.new("RGB", layered.size, "white")
        flat.paste(layered, mask=layered.getchannel("A"))
        return flat
    flat = Image.new("RGB", image.size)
    flat.paste(image.convert("RGB"))
    return flat


def _jpeg(image: Image.Image, quality: int) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=quality, optimize=True)
    return target.getvalue()
