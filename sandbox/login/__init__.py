"""Login with Amazon: consent, codes, tokens, and who the Amazon user is."""
