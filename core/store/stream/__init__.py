"""What Amazon Marketing Stream brings: subscriptions, records, hours."""
