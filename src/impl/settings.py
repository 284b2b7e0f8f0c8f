"""Settings of the reference service, read from the environment.

Every name has the prefix `ACCORD_`; the servers may also be given as `DATABASE_URL` and `REDIS_URL`. The defaults run the service on
one machine with no other server: SQLite and a generated signing secret in `ACCORD_STATE_DIR`.
"""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from accord.runtime import RuntimeSettings
from impl.core.api_keys import MIN_KEY_LENGTH
from impl.core.database import Pool
from impl.core.passwords import HashCost
from impl.core.signing import SigningKey, load_or_create_secret
from impl.core.tokens import TokenPolicy


class Settings(BaseSettings):
    """Validated settings. Secrets never show in a repr."""

    model_config = SettingsConfigDict(env_prefix="ACCORD_", frozen=True, populate_by_name=True)

    state_dir: Path = Field(
        default=Path("var"), description="Where the database file and the secret are kept."
    )
    database_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("ACCORD_DATABASE_URL", "DATABASE_URL"),
        description="The URL of a PostgreSQL or SQLite database. Without it, SQLite in the state folder.",
        repr=False,  # it may carry a password
    )
    database_pool: int = Field(
        default=10, ge=1, le=1000, description="Connections of one process to PostgreSQL."
    )
    database_wait: float = Field(
        default=5.0,
        gt=0,
        le=300,
        description="Seconds to wait for a free connection or a new one; then the answer is 503.",
    )
    database_statement_timeout: float = Field(
        default=10.0, gt=0, le=3600, description="Seconds that a statement may take on PostgreSQL."
    )

    redis_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("ACCORD_REDIS_URL", "REDIS_URL"),
        description="The Redis that all processes share. Without it each keeps its own cache.",
        repr=False,  # as above
    )
    cache_seconds: float = Field(
        default=60.0, gt=0, le=86_400, description="Seconds that a read is remembered at most."
    )
    cache_bytes: int = Field(
        default=16_777_216, ge=0, description="Bytes of the cache of a process without Redis."
    )

    jwt_secret: SecretStr | None = Field(
        default=None, description="The secret that signs tokens (HS256), 32 bytes or more."
    )
    issuer: str = Field(default="accord-reference-service", description="`iss` of every token.")
    audience: str = Field(default="accord-reference-service", description="`aud` of every token.")
    token_lifetime: int = Field(default=900, ge=1, le=86_400, description="Seconds that a token is good for.")

    password_time_cost: int = Field(default=3, ge=1, le=20, description="Passes of Argon2id over its memory.")
    password_memory_cost: int = Field(
        default=65_536, ge=64, le=1_048_576, description="KiB of memory for a hash."
    )
    password_parallelism: int = Field(default=4, ge=1, le=16, description="Threads for a hash.")

    api_key: SecretStr | None = Field(
        default=None, min_length=MIN_KEY_LENGTH, description="A first API key, stored hashed at the start."
    )

    report_workers: int = Field(default=1, ge=1, le=64, description="Processes that compute reports.")
    report_queue: int = Field(
        default=8, ge=0, le=1024, description="Reports that may wait; beyond them the answer is 503."
    )

    chat_url: HttpUrl | None = Field(
        default=None, description="An OpenAI-compatible endpoint. Without it the local stand-in answers."
    )
    chat_model: str = Field(default="default", description="The model to ask for at the endpoint.")
    chat_key: SecretStr | None = Field(default=None, description="The key of the endpoint.")
    chat_timeout: float = Field(
        default=30.0, gt=0, description="The longest silence of the model, in seconds."
    )
    chat_token_delay: float = Field(
        default=0.005, ge=0, le=10, description="Seconds per word of the stand-in."
    )

    response_mode: Literal["check", "sample", "trust"] = Field(
        default="check", description="Which answers are compared with the contract: all, some, or none."
    )
    debug: bool = Field(
        default=False, description="Whether a 500 says what went wrong. For development only."
    )
    max_body_bytes: int = Field(default=1_048_576, ge=1, description="The longest body of a request.")
    heartbeat: float = Field(
        default=15.0, gt=0, description="Seconds of silence after which an event stream sends a comment."
    )

    def resolved_database_url(self) -> str:
        """Return the URL of the database; the folder of the default one is created."""
        if self.database_url is not None:
            return self.database_url
        self.state_dir.mkdir(parents=True, exist_ok=True)
        return f"sqlite+aiosqlite:///{self.state_dir / 'service.db'}"

    def pool(self) -> Pool:
        """Return how many connections there are, and the patience with them."""
        return Pool(
            size=self.database_pool,
            wait=self.database_wait,
            connect=self.database_wait,
            statement=self.database_statement_timeout,
        )

    def signing_key(self) -> SigningKey:
        """Return the key that signs tokens; without one in the settings a secret is generated and kept in a file."""
        if self.jwt_secret is not None:
            return SigningKey.from_secret(self.jwt_secret.get_secret_value())
        return SigningKey.from_secret(load_or_create_secret(self.state_dir / "signing.secret"))

    def token_policy(self) -> TokenPolicy:
        """Return what every token says about itself."""
        return TokenPolicy(
            issuer=self.issuer,
            audience=self.audience,
            lifetime=timedelta(seconds=self.token_lifetime),
        )

    def hash_cost(self) -> HashCost:
        """Return what a hash of a password costs."""
        return HashCost(
            time=self.password_time_cost,
            memory=self.password_memory_cost,
            parallelism=self.password_parallelism,
        )

    def runtime(self) -> RuntimeSettings:
        """Return how the contracts are served."""
        return RuntimeSettings(
            mode=self.response_mode,
            debug=self.debug,
            max_body_bytes=self.max_body_bytes,
            heartbeat=self.heartbeat,
        )
