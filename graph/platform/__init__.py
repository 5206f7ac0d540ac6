"""A generated platform with hidden truth, from one seed."""
