"""Ids in URLs: ASCII digits, one spelling a thing."""


class IdConverter:
    """A positive 64-bit id without leading zeros; anything else is 404."""

    regex = "[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > 2**63 - 1:
            raise ValueError
        return number

    def to_url(self, value: int) -> str:
        return str(value)
