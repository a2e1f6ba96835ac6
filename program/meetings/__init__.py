"""Meetings (bijeenkomsten), where they take place, who gives them and who is expected."""
