"""The kinds of report: what each one tells, in which order."""
