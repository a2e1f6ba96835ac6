"""What planners do with meetings, places and seats. One function is one intention."""
