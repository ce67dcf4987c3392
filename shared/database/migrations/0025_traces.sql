-- The trace that a message's cause belongs to, for whoever gets it, also where the relay publishes it: a random id, and
-- no person's.
ALTER TABLE outbox ADD COLUMN traceparent CHAR(55) CHARACTER SET ascii NULL;
