"""What came in and no rule can decide: a person looks, and says what to do."""
