"""Each screen as a document: what it shows for its view, one a file."""
