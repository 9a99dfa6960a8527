"""User accounts: passwords, sign-ins, API tokens, and the users themselves as the terminal manages them."""
