"""A start that is rejected says why in one line, where Starlette would print a traceback."""

from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send

from impl.core.errors import StorageUnavailable
from impl.core.schema import SchemaError

# What stops a start and is no fault of the code.
REJECTIONS = (SchemaError, StorageUnavailable)


class BriefStart:
    """Runs the lifespan of an application, and tells a rejection briefly. The server then exits as it always does."""

    def __init__(self, app: FastAPI) -> None:
        self._lifespan = app.router.lifespan
        self.rejection: str | None = None
        # The one place that both a bare application and one below other layers run through.
        setattr(app.router, "lifespan", self)  # noqa: B010 - a method, and so not assignable to type checkers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run it."""

        async def briefly(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed" and self.rejection is not None:
                message = {**message, "message": f"the service does not start: {self.rejection}"}
            await send(message)

        await self._lifespan(scope, receive, briefly)
