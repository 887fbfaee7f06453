"""The contract of the sandbox, proved over real HTTP against a real process."""
