"""Translations of texts: gettext's files, and the pseudo-language. Knows neither the language nor the Voice API."""
