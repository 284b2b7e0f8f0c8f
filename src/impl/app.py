"""The application: both versions of the contract on one FastAPI application.

`uvicorn impl.app:app` starts it; without any setting it keeps everything in the folder `var`.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from accord.runtime import create_app
from accord.service import install_service
from impl import v1, v2
from impl.common.about import SERVICE
from impl.common.authentication import caller_of
from impl.resources import Service
from impl.settings import Settings
from impl.starting import REJECTIONS, BriefStart


def create_service(settings: Settings | None = None) -> FastAPI:
    """Make an application of its own, by default with the settings of the environment.

    Nothing is opened, read or written before it starts.
    """
    service = Service(settings or Settings())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None, None]:
        try:
            async with service.running():
                yield
        except REJECTIONS as error:
            start.rejection = str(error)
            raise

    # The documents of the contract stand below each version; FastAPI's own would describe an application without routes.
    app = create_app(title=SERVICE, lifespan=lifespan, openapi_url=None)
    app.state.service = service
    service.observed_by(
        install_service(
            app,
            service.settings.service(),
            checks={"database": service.check_database},
            identify=caller_of,
        )
    )
    start = BriefStart(app)
    v1.install(app, service)
    v2.install(app, service)
    return app


app = create_service()
