"""User accounts: passwords, sign-ins, API tokens, and the users themselves as the command line manages them."""
