"""`make demo`: everything on this machine, with data. It knows the product only by environment
variables and HTTP, as anybody who runs it does."""
