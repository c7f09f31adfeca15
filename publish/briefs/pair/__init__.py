"""The briefing on two countries."""
