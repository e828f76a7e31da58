"""What `up` may meet. Each message is one sentence for whoever typed the command."""


class UpError(Exception):
    """The processes cannot be started or went down."""


class Stopped(Exception):
    """The end was asked for: by Ctrl-C, a signal, or an interrupted `make` that started us."""
