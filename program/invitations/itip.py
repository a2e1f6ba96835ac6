"""The text of an iTIP message (RFC 5545, 5546). Pure."""
