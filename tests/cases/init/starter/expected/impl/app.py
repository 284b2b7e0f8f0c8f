"""The application: every version on one FastAPI application, watched as a service in production is."""

from __future__ import annotations

from accord.runtime import create_app
from accord.service import install_service
from generated import v1
from impl.v1.notes import notes as v1_notes

app = create_app(title="notes")
# Logs with trace ids, /healthz and /readyz, /metrics, security headers, a time for each response: ServiceSettings says how.
service = install_service(app)
v1.install(app, notes=v1_notes, settings=service.runtime())
