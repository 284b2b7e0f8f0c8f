"""What every version says about keeping answers."""

from typing import Final

# Clients may keep a response and ask whether it still holds; what belongs to one user is nobody's else to keep.
CACHE_CONTROL: Final = "private, no-cache"
