"""Invitations: what people's calendars were told, release by release, and what they answered."""
