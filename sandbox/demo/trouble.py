"""Why a demo cannot start or go on, in one sentence for whoever started it."""


class Trouble(Exception):
    """The demo ends; its text says what happened and what to do."""
