"""`python -m webapp` is the command line."""

from webapp.cli import main

raise SystemExit(main())
