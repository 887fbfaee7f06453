"""Amazon Marketing Stream: subscriptions, and the hourly messages that follow from them."""
