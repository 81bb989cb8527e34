"""Dagster's webserver behind a guard: a page of another site can neither read the UI nor start a run through it.

Dagster's UI has no login, and takes GraphQL mutations by GET and from any origin. A browser that reaches it would do
for any page what the UI can do. `python -m shop_assets.dagster_ui` is `dagster-webserver` with the guard, and
`python -m shop_assets.dagster_ui.dev` is `dagster dev` with that webserver.
"""
