"""What a contract says about itself."""

import json
from functools import cache
from importlib.resources import files

SERVICE = "Accord reference service"


@cache
def contract_version(package: str) -> str:
    """Return `info.version` of the contract that a generated package serves."""
    contract = json.loads(files(package).joinpath("openapi.json").read_bytes())
    return str(contract["info"]["version"])
