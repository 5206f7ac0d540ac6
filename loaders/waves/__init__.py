"""A step of the waves on the graph: read, decide, hand out slots, look back."""
