"""Options, maps, and what a release needs to be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for table in ("venue", "published_meeting"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("latitude", sa.Double(), nullable=True))
            batch.add_column(sa.Column("longitude", sa.Double(), nullable=True))
    for table in ("meeting", "published_meeting"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(
                sa.Column("tentative", sa.Boolean(), nullable=False, server_default=sa.false())
            )
    with op.batch_alter_table("release") as batch:
        batch.add_column(sa.Column("before", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("release") as batch:
        batch.drop_column("before")
    for table in ("meeting", "published_meeting"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("tentative")
    for table in ("venue", "published_meeting"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("longitude")
            batch.drop_column("latitude")
