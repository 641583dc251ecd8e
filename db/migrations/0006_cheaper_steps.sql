-- The steps on the way of every SMS, planned once per connection. Left to itself Postgres plans each of their statements
-- anew at each call, since a plan for one known partition of "messages" looks cheaper than one that finds it when it
-- runs: planning was a third to a half of what an SMS cost Postgres. Not for whole connections: lists need plans by what
-- they look for. And always by an index: a plan of the first minute, when a table or a new month is all but empty and not
-- analysed yet, would read the whole of it, and stay while it grows.
ALTER FUNCTION claim_send
  SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off';
--> statement-breakpoint
-- With its parameters: Postgres has a record_send of its own.
ALTER FUNCTION record_send(uuid, int, jsonb, jsonb, bigint, text, text)
  SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off';
--> statement-breakpoint
ALTER FUNCTION apply_reports
  SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off';
--> statement-breakpoint

-- The first step of a delivery: marks it as started and ends it where the phone is on a suppress list. Not binding: the
-- claim looks again. All null: there is no such message.
CREATE FUNCTION check_message(
  p_message uuid,
  OUT status text, OUT source text, OUT uncertain boolean,
  OUT validity_ms double precision, OUT report_ms double precision, OUT await_ms int
) LANGUAGE plpgsql SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off' AS $$
DECLARE
  m messages;
  t timestamptz;
BEGIN
  SELECT * INTO m FROM messages x WHERE x.id = p_message FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  t := clock_timestamp();
  status := m.status; source := m.source; uncertain := m.uncertain_at IS NOT NULL AND m.status <> 'accepted';
  validity_ms := greatest(0, floor(extract(epoch FROM m.expires_at - t) * 1000));
  report_ms := greatest(0, floor(extract(epoch FROM m.report_by - t) * 1000));
  SELECT s.await_delivery_s * 1000 INTO await_ms FROM senders s WHERE s.id = m.sender_id;
  IF is_final(m.status) THEN RETURN; END IF;

  UPDATE messages x SET
    started_at = coalesce(x.started_at, t), wake_at = greatest(t, x.send_at) + interval '5 minutes'
  WHERE x.id = p_message;
  IF m.status = 'accepted' AND m.attempt = 0 AND is_suppressed(m.phone, m.account_id) THEN
    status := 'suppressed'; source := 'suppress-list';
    PERFORM finish(p_message, status, source, 'the phone is on a suppress list');
  ELSE
    PERFORM note_event(p_message, 'started', 'workflow', NULL);
  END IF;
END $$;
--> statement-breakpoint

-- Lets what the gateway's reports say take effect on a message. The caller holds its row lock. Most are recorded as sent
-- before any report has come: nothing is put together then.
CREATE OR REPLACE FUNCTION follow_reports(p_message uuid, p_source text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  m messages;
  w record;
BEGIN
  IF NOT EXISTS (SELECT FROM gateway_messages g WHERE g.message_id = p_message AND g.status IS NOT NULL) THEN
    RETURN;
  END IF;
  SELECT * INTO m FROM messages WHERE id = p_message;
  SELECT * INTO w FROM whole_status(p_message);
  IF w.status IS NULL OR NOT report_replaces(m.status, m.source, w.status) THEN RETURN; END IF;
  IF w.status = 'sent' THEN
    UPDATE messages x SET
      status = 'sent', submitted_at = coalesce(x.submitted_at, clock_timestamp()),
      attempt_state = CASE WHEN x.attempt_state = 'open' THEN 'open' ELSE 'accepted' END, uncertain_at = NULL,
      poll_at = clock_timestamp() + make_interval(secs => s.await_delivery_s),
      wake_at = clock_timestamp() + make_interval(secs => s.await_delivery_s) + interval '5 minutes'
    FROM senders s WHERE x.id = p_message AND s.id = x.sender_id;
    PERFORM note_event(p_message, 'sent', p_source, jsonb_strip_nulls(jsonb_build_object('was', m.status)));
  ELSE
    PERFORM finish(p_message, w.status, p_source, coalesce(w.raw, w.status), w.error_class, w.error_code);
  END IF;
END $$;
