"""The emulator on a network: the API's own paths in front, webhooks out at the back."""
