"""What a scheme says: pure functions over plain values, standard library only."""
