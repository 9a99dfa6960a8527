"""The keys that users are compared, searched and sorted by, computed from what they are called."""

from __future__ import annotations

from webapp.text import digits, name_key, search_key


def derived_user_columns(
    *,
    user_name: str,
    first_name: str,
    last_name: str | None,
    email: str | None,
    phone: str | None,
    student_code: str | None,
) -> dict[str, str | None]:
    """The columns of `users` that hold normal forms of a user's names: to compare, search and sort by."""
    searched = (first_name, last_name, student_code, user_name, email)
    sorted_by = (search_key(last_name or ""), search_key(first_name), name_key(user_name))
    return {
        "user_name_key": name_key(user_name),
        "email_key": name_key(email) if email else None,
        "phone_digits": digits(phone or ""),
        "search_key": "\n".join(search_key(field) for field in searched if field),
        "sort_key": "\n".join(sorted_by),
    }
