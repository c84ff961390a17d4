"""三不: whether the protected area shrank, to the square metre."""
