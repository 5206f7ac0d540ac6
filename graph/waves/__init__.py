"""The sample-audience stages of new videos: priors, rules, slots and the night's decisions."""
