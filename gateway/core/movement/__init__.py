"""The movement's own rules: facts, places, ballots, audiences, consent."""
