"""Which responsibility centres a user works for (items.md section 17)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Key, Ref, db, word_enum
from models.enums import CenterArea


class UserCenter(db.Model):
    """A centre that a user works for besides the first one of an area, which stands on the user."""

    __tablename__ = "user_center"
    __table_args__ = (UniqueConstraint("user_id", "area", "responsibility_center_id"),)
    __audited__ = True

    id: Mapped[Key]
    user_id: Mapped[Ref] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    area: Mapped[CenterArea] = mapped_column(word_enum(CenterArea))
    responsibility_center_id: Mapped[Ref] = mapped_column(ForeignKey("responsibility_center.id", ondelete="CASCADE"))
