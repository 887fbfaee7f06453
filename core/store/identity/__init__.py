"""People, sessions, organizations, members, invitations, the audit trail."""
