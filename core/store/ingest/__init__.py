"""Reports on their way into the lake, and what is known of each day."""
