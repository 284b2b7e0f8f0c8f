"""Settings of the reference service, read from the environment.

Every name has the prefix `ACCORD_`; the servers may also be given as `DATABASE_URL` and `REDIS_URL`. The defaults run the service on
one machine with no other server: SQLite and a generated signing secret in `ACCORD_STATE_DIR`.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, HttpUrl, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from accord.runtime import RuntimeSettings
from accord.service import ServiceSettings
from impl.core.api_keys import MIN_KEY_LENGTH
from impl.core.database import Pool
from impl.core.passwords import HashCost
from impl.core.signing import SigningKey, load_or_create_secret
from impl.core.tokens import TokenPolicy

# What the policies allow that the contracts name. An account counts attempts on one user's password, from anywhere.
RATE_LIMITS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "default": ("3000/minute per ip", "1200/minute per user", "1200/minute per key"),
        "costly": ("120/minute per ip", "60/minute per user", "60/minute per key"),
        "register": ("60/minute per ip",),
        "login": ("60/minute per ip", "20/minute per account"),
    }
)


class KeySetting(BaseModel):
    """A key for tokens: a shared `secret` (HS256), or an Ed25519 key in PEM (EdDSA), whose `public` half only verifies."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kid: str = Field(min_length=1, max_length=100)
    secret: SecretStr | None = None
    private: SecretStr | None = None
    public: str | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if sum(value is not None for value in (self.secret, self.private, self.public)) != 1:
            raise ValueError("a key has one of secret, private and public")
        self.read()
        return self

    def read(self) -> SigningKey:
        """Return the key. Raises `ValueError`."""
        if self.secret is not None:
            return SigningKey.from_secret(self.secret.get_secret_value(), self.kid)
        if self.private is not None:
            return SigningKey.from_private(self.private.get_secret_value(), self.kid)
        return SigningKey.from_public(self.public or "", self.kid)


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
        description="Seconds to wait for a free connection or a new one; then the response is 503.",
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
    signing_keys: tuple[KeySetting, ...] = Field(
        default=(),
        description="Keys for tokens, as JSON: `kid`, and one of `secret`, `private` and `public`. The first one signs.",
    )
    issuer: str = Field(default="accord-reference-service", description="`iss` of every token.")
    audience: str = Field(default="accord-reference-service", description="`aud` of every token.")
    token_lifetime: int = Field(default=900, ge=1, le=86_400, description="Seconds that a token is good for.")
    sign_in_lifetime: int = Field(
        default=2_592_000, ge=60, le=31_536_000, description="Seconds that a sign-in can be refreshed."
    )

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
        default=8, ge=0, le=1024, description="Reports that may wait; beyond them the response is 503."
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

    log_format: Literal["json", "console", "off"] = Field(
        default="json", description="Lines of the log for machines or for people, or logging left alone."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="The least level of a line."
    )
    metrics_path: str | None = Field(
        default="/metrics", description="Where the service itself offers its metrics; `null` for nowhere."
    )
    metrics_port: int | None = Field(
        default=None, ge=0, le=65_535, description="A port of their own for the metrics, which workers share."
    )
    metrics_host: str = Field(default="127.0.0.1", description="The address of that port.")
    metrics_dir: Path | None = Field(
        default=None, description="A folder, empty at the start, in which several workers count together."
    )
    drain_delay: float = Field(
        default=0.0,
        ge=0,
        le=300,
        description="Seconds after SIGTERM in which readiness is off and work goes on.",
    )
    request_timeout: float = Field(
        default=30.0, gt=0, le=3600, description="Seconds until a response has begun; then it is 503."
    )
    trusted_proxies: tuple[str, ...] = Field(
        default=(), description="Networks whose `X-Forwarded-For` is believed, as a JSON list."
    )
    rate_limits: dict[str, tuple[str, ...]] | None = Field(
        default=None,
        description="The rules of every policy, as JSON, in place of the built-in ones; `{}` for no limits.",
    )
    hsts_seconds: int = Field(
        default=0, ge=0, description="`Strict-Transport-Security` for so long; 0 for none."
    )
    cors_origins: tuple[str, ...] = Field(
        default=(), description="Origins whose pages may call, as a JSON list."
    )
    otel: bool = Field(default=False, description="Whether requests are OpenTelemetry spans.")

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

    def all_signing_keys(self) -> list[SigningKey]:
        """Return the keys of tokens, the one that signs first. Raises `ValueError` for one that cannot be read."""
        if not self.signing_keys:
            return [self.signing_key()]
        old = [] if self.jwt_secret is None else [self.signing_key()]
        return [*(key.read() for key in self.signing_keys), *old]

    def signing_key(self) -> SigningKey:
        """Return the key of the one secret; without one in the settings it is generated and kept in a file."""
        if self.jwt_secret is not None:
            return SigningKey.from_secret(self.jwt_secret.get_secret_value())
        return SigningKey.from_secret(load_or_create_secret(self.state_dir / "signing.secret"))

    def token_policy(self) -> TokenPolicy:
        """Return what every token says about itself."""
        return TokenPolicy(
            issuer=self.issuer,
            audience=self.audience,
            lifetime=timedelta(seconds=self.token_lifetime),
            sign_in_lifetime=timedelta(seconds=self.sign_in_lifetime),
        )

    def hash_cost(self) -> HashCost:
        """Return what a hash of a password costs."""
        return HashCost(
            time=self.password_time_cost,
            memory=self.password_memory_cost,
            parallelism=self.password_parallelism,
        )

    def service(self) -> ServiceSettings:
        """Return how the service is watched and guarded."""
        return ServiceSettings(
            log_format=self.log_format,
            log_level=self.log_level,
            secrets=self._secrets(),
            metrics_path=self.metrics_path,
            metrics_port=self.metrics_port,
            metrics_host=self.metrics_host,
            metrics_dir=self.metrics_dir,
            drain_delay=self.drain_delay,
            request_timeout=self.request_timeout,
            trusted_proxies=self.trusted_proxies,
            rate_limits=RATE_LIMITS if self.rate_limits is None else self.rate_limits,
            redis_url=self.redis_url,
            hsts_seconds=self.hsts_seconds,
            cors_origins=self.cors_origins,
            otel=self.otel,
        )

    def _secrets(self) -> tuple[str, ...]:
        """Return what no line of the log may hold."""
        keys = [value for key in self.signing_keys for value in (key.secret, key.private)]
        given = [self.jwt_secret, self.api_key, self.chat_key, *keys]
        return tuple(secret.get_secret_value() for secret in given if secret is not None)

    def runtime(self) -> RuntimeSettings:
        """Return how the contracts are served."""
        return RuntimeSettings(
            mode=self.response_mode,
            debug=self.debug,
            max_body_bytes=self.max_body_bytes,
            heartbeat=self.heartbeat,
        )
