"""The files of `sql/`: rendered, checked, applied as migrations, and run as queries."""
