"""What ends a proposal before anything of it can be seen."""

from __future__ import annotations

from dimorder.errors import DimorderError


class Declined(DimorderError):
    """GitHub, or a limit, does not let it be; another try ends the same."""
