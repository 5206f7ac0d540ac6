"""Hours and days in milliseconds, the unit of all times (epoch ms, UTC)."""

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
