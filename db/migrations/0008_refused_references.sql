-- What the rows of a message at the gateway say of the whole: a row without a part speaks for all of it; parts are
-- delivered when all are, and else, when all have ended, as the first that was not. A row for a reference under which an
-- earlier attempt was not taken speaks of that attempt alone, unless the phone has it after all: the gateway may report
-- later what it has refused at once.
CREATE OR REPLACE FUNCTION whole_status(p_message uuid)
RETURNS TABLE (status text, error_class text, error_code text, raw text) LANGUAGE sql STABLE AS $$
  WITH g AS (SELECT * FROM gateway_messages x WHERE x.message_id = p_message),
  whole AS (
    SELECT g.status, g.error_class, g.error_code, g.raw FROM g
    WHERE g.part IS NULL AND g.status IS NOT NULL AND (g.status = 'delivered' OR NOT EXISTS (
      SELECT FROM messages m JOIN message_events e ON e.message_id = m.id
      WHERE m.id = p_message AND m.own_id <> g.gateway_id
        AND e.kind = 'attempt' AND e.detail->>'reference' = g.gateway_id))
    ORDER BY (g.status = 'delivered') DESC, is_final(g.status) DESC, g.reported_at DESC LIMIT 1
  ),
  -- A message that was submitted twice may have two ids for a part: one of them delivered is enough.
  part AS (
    SELECT DISTINCT ON (g.part) g.part, g.status, g.error_class, g.error_code, g.raw FROM g
    WHERE g.part IS NOT NULL
    ORDER BY g.part, (g.status = 'delivered') IS TRUE DESC, is_final(g.status) IS TRUE, g.status NULLS LAST
  ),
  parts AS (
    SELECT count(*) AS n, count(*) FILTER (WHERE is_final(part.status)) AS ended, count(part.status) AS heard FROM part
  ),
  worst AS (
    SELECT part.status, part.error_class, part.error_code, part.raw FROM part
    WHERE is_final(part.status)
    ORDER BY (part.status = 'delivered'), part.part LIMIT 1
  )
  SELECT * FROM whole WHERE is_final(whole.status)
  UNION ALL
  SELECT worst.* FROM worst, parts
    WHERE parts.n = parts.ended AND NOT EXISTS (SELECT FROM whole WHERE is_final(whole.status))
  UNION ALL
  SELECT 'sent', NULL, NULL, NULL FROM parts
    WHERE (parts.heard > 0 OR EXISTS (SELECT FROM whole))
      AND NOT EXISTS (SELECT FROM whole WHERE is_final(whole.status))
      AND NOT (parts.n > 0 AND parts.n = parts.ended)
$$;
