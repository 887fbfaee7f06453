"""The pieces of the Accounts screen."""
