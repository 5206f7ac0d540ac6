"""What is in a video: text, frames, sound. Decoding and models, in child processes that may die without harm."""
