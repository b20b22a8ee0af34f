"""How goods are put away, moved and counted: of an item, a template of items, a stockkeeping unit (items.md 1, 13)."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code10, Ref


class HandlingFields:
    """Columns of the warehouse and of counting."""

    special_equipment_code: Mapped[Code10] = mapped_column(default="")
    put_away_template_code: Mapped[Code10] = mapped_column(default="")
    put_away_unit_of_measure_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("unit_of_measure.id", ondelete="RESTRICT")
    )
    counting_period_id: Mapped[Ref | None] = mapped_column(ForeignKey("counting_period.id", ondelete="RESTRICT"))
    use_cross_docking: Mapped[bool] = mapped_column(default=True)
