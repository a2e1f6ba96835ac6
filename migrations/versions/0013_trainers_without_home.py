"""Trainers have no place that they travel from: nobody could set it and no plan used it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

NAME = "fk_trainer_profile_home_venue_id"


def upgrade() -> None:
    with op.batch_alter_table("trainer_profile") as batch:
        batch.drop_constraint(op.f(NAME), type_="foreignkey")
        batch.drop_column("home_venue_id")


def downgrade() -> None:
    with op.batch_alter_table("trainer_profile") as batch:
        batch.add_column(sa.Column("home_venue_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f(NAME), "venue", ["home_venue_id"], ["id"])
