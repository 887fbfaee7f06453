"""How reports reach people: schedules, recipients, deliveries, share links."""
