"""When a room cannot be used."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "room_closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_room_closure_ends_after_start")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_closure_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_closure")),
        sa.UniqueConstraint(
            "room_id",
            "starts_at",
            "ends_at",
            name=op.f("uq_room_closure_room_id_starts_at_ends_at"),
        ),
    )


def downgrade() -> None:
    op.drop_table("room_closure")
