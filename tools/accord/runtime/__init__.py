"""What generated code imports: the runtime that serves a contract on a FastAPI application."""
