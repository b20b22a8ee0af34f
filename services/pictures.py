"""Pictures of items and variants: bounded, re-encoded, stripped of cameras' notes (items.md section 8)."""

from __future__ import annotations

import hashlib
import io
import warnings

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import BLANK_ID, ItemPicture

LARGEST_FILE = 12 * 1024 * 1024  # bytes; a telephone's picture has 3 to 8 million
LARGEST_PICTURE = 50_000_000  # pixels, before it is scaled down
LONGEST_SIDE = 1600
THUMBNAIL_SIDE = 192
MEDIA_TYPE = "image/jpeg"
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")  # a JPEG of several pictures (MPO) opens as JPEG


def store_picture(
    session: Session, item_id: int, data: bytes, file_name: str, *, variant_id: int = BLANK_ID
) -> ItemPicture:
    """Keep `data` as the picture of an item or variant, in place of the one it had.

    Raises ValidationError `not_an_image`, `file_too_large`, `picture_too_large`, naming the file.
    """
    width, height, image, thumbnail = encode(data, file_name)
    picture = find_picture(session, item_id, variant_id=variant_id) or ItemPicture(
        item_id=item_id, variant_id=variant_id
    )
    picture.media_type, picture.width, picture.height = MEDIA_TYPE, width, height
    picture.image, picture.thumbnail = image, thumbnail
    picture.digest = hashlib.sha256(image).hexdigest()
    session.add(picture)
    session.flush()
    return picture


def find_picture(session: Session, item_id: int, *, variant_id: int = BLANK_ID) -> ItemPicture | None:
    """The picture without its bytes, or None."""
    return session.scalar(
        select(ItemPicture).where(ItemPicture.item_id == item_id, ItemPicture.variant_id == variant_id)
    )


def delete_picture(session: Session, item_id: int, *, variant_id: int = BLANK_ID) -> None:
    """Remove the picture; nothing happens when there is none."""
    picture = find_picture(session, item_id, variant_id=variant_id)
    if picture is not None:
        session.delete(picture)
        session.flush()


def digests(session: Session, item_ids: list[int]) -> dict[int, str]:
    """Item id -> digest of its picture, for those that have one."""
    rows = session.execute(
        select(ItemPicture.item_id, ItemPicture.digest).where(
            ItemPicture.item_id.in_(item_ids), ItemPicture.variant_id == BLANK_ID
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
