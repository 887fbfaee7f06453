"""The world behind the sandbox, tested as the arithmetic it is."""
