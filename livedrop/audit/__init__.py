"""The audit trail: who did what to which thing, written from events, chained, never edited."""
