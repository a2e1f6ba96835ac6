"""What a rotation is made of."""

Table = tuple[int, ...]  # the numbers of its people
Round = tuple[Table, ...]
