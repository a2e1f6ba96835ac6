"""The page that tells how the post is doing: what waits, how fast it goes, what was refused."""
