"""The briefing on a country."""
