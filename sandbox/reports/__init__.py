"""Version 3 reports: what may be asked, how a report lives, and which rows it holds."""
