"""The first tables: centers, users, encounters, bookings, sign-ins and API tokens."""

import sqlalchemy as sa
from alembic import op

from webapp.column_types import Guid, Instant, long_text, short_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "centers",
        sa.Column("id", Guid(), nullable=False),
        sa.Column("reference_id", short_text(), nullable=False),
        sa.Column("name", short_text(), nullable=False),
        sa.Column("kind", short_text(), nullable=False),
        sa.Column("time_zone", short_text(), nullable=False),
        sa.Column("territory", short_text(), nullable=False),
        sa.CheckConstraint("kind IN ('physical', 'online')", name="kind"),
        sa.PrimaryKeyConstraint("id", name="pk_centers"),
        sa.UniqueConstraint("reference_id", name="uq_centers_reference_id"),
    )
    op.create_index("ix_centers_territory_kind", "centers", ["territory", "kind"], unique=False)

    op.create_table(
        "sign_in_failures",
        sa.Column("id", Guid(), nullable=False),
        sa.Column("name_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failures"),
    )
    op.create_index("ix_sign_in_failures_failed_at", "sign_in_failures", ["failed_at"], unique=False)
    op.create_index(
        "ix_sign_in_failures_name_digest_failed_at",
        "sign_in_failures",
        ["name_digest", "failed_at"],
        unique=False,
    )

    op.create_table(
        "users",
        sa.Column("id", Guid(), nullable=False),
        sa.Column("type", short_text(), nullable=False),
        sa.Column("user_name", short_text(), nullable=False),
        sa.Column("user_name_key", short_text(), nullable=False),
        sa.Column("first_name", short_text(), nullable=False),
        sa.Column("last_name", short_text(), nullable=True),
        sa.Column("email", short_text(), nullable=True),
        sa.Column("email_key", short_text(), nullable=True),
        sa.Column("phone", short_text(), nullable=True),
        sa.Column("phone_digits", short_text(), server_default="", nullable=False),
        sa.Column("student_code", short_text(), nullable=True),
        sa.Column("current_unit", sa.SmallInteger(), nullable=True),
        sa.Column("last_unit", sa.SmallInteger(), nullable=True),
        sa.Column("contract_ends_on", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("password_hash", long_text(), nullable=True),
        sa.Column("search_key", long_text(), nullable=False),
        sa.Column("sort_key", long_text(), nullable=False),
        sa.Column("sign_in_generation", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "type IN ('StaffMember', 'Student', 'Administrator', 'Prospect', "
            "'ProspectWithTrial', 'ProspectWithoutTrial', 'User')",
            name="type",
        ),
        sa.CheckConstraint("current_unit BETWEEN 1 AND 80", name="current_unit"),
        sa.CheckConstraint("last_unit BETWEEN 1 AND 80", name="last_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("student_code", name="uq_users_student_code"),
        sa.UniqueConstraint("user_name_key", name="uq_users_user_name_key"),
    )
    op.create_index("ix_users_email_key", "users", ["email_key"], unique=False)
    op.create_index("ix_users_sort_key", "users", ["sort_key"], unique=False)

    op.create_table(
        "api_tokens",
        sa.Column("id", Guid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", Guid(), nullable=False),
        sa.Column("label", short_text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_api_tokens_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_api_tokens_token_hash"),
    )
    op.create_index("ix_api_tokens_user_id", "api_tokens", ["user_id"], unique=False)

    op.create_table(
        "assignments",
        sa.Column("user_id", Guid(), nullable=False),
        sa.Column("center_id", Guid(), nullable=False),
        sa.ForeignKeyConstraint(["center_id"], ["centers.id"], name="fk_assignments_center_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_assignments_user_id"),
        sa.PrimaryKeyConstraint("user_id", "center_id", name="pk_assignments"),
    )
    op.create_index("ix_assignments_center_id_user_id", "assignments", ["center_id", "user_id"], unique=False)

    op.create_table(
        "encounters",
        sa.Column("id", Guid(), nullable=False),
        sa.Column("center_id", Guid(), nullable=False),
        sa.Column("unit_number", sa.SmallInteger(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("duration_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("seats", sa.SmallInteger(), nullable=False),
        sa.Column("standby_seats", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("teacher", short_text(), nullable=True),
        sa.CheckConstraint("duration_minutes BETWEEN 1 AND 600", name="duration_minutes"),
        sa.CheckConstraint("seats BETWEEN 0 AND 100", name="seats"),
        sa.CheckConstraint("standby_seats BETWEEN 0 AND 100", name="standby_seats"),
        sa.CheckConstraint("unit_number BETWEEN 1 AND 80", name="unit_number"),
        sa.ForeignKeyConstraint(["center_id"], ["centers.id"], name="fk_encounters_center_id"),
        sa.PrimaryKeyConstraint("id", name="pk_encounters"),
    )
    op.create_index(
        "ix_encounters_center_id_unit_number_starts_at",
        "encounters",
        ["center_id", "unit_number", "starts_at"],
        unique=False,
    )

    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", Guid(), nullable=False),
        sa.Column("generation", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("active_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sign_ins_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_ins"),
    )
    op.create_index("ix_sign_ins_created_at", "sign_ins", ["created_at"], unique=False)
    op.create_index("ix_sign_ins_user_id", "sign_ins", ["user_id"], unique=False)

    op.create_table(
        "bookings",
        sa.Column("id", Guid(), nullable=False),
        sa.Column("encounter_id", Guid(), nullable=False),
        sa.Column("student_id", Guid(), nullable=False),
        sa.Column("mode", short_text(), nullable=False),
        sa.Column("booked_at", Instant(), nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("mode IN ('seat', 'standby')", name="mode"),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounters.id"], name="fk_bookings_encounter_id"),
        sa.ForeignKeyConstraint(["student_id"], ["users.id"], name="fk_bookings_student_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bookings"),
    )
    op.create_index(
        "ix_bookings_encounter_id_mode",
        "bookings",
        ["encounter_id", "mode"],
        unique=False,
        sqlite_where=sa.text("is_cancelled = 0"),
        postgresql_where=sa.text("NOT is_cancelled"),
    )
    op.create_index("ix_bookings_student_id", "bookings", ["student_id"], unique=False)
    op.create_index(
        "uq_bookings_encounter_id_student_id",
        "bookings",
        ["encounter_id", "student_id"],
        unique=True,
        sqlite_where=sa.text("is_cancelled = 0"),
        postgresql_where=sa.text("NOT is_cancelled"),
    )
