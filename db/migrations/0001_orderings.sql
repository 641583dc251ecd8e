-- The orderings that the promise rests on, each one call from a worker or the API (wrapped in db/claims.ts,
-- db/reports.ts, db/suppressions.ts, db/cancel.ts, db/settle.ts and db/polls.ts; forced in test/db).
--
-- Why functions: in READ COMMITTED every statement inside a function sees what was committed before *it* began, so a
-- claim that has waited for a STOP's lock sees the STOP. One statement with NOT EXISTS (…) has its snapshot from before
-- the wait and would send. And it is one round trip.
--
-- Lock order, everywhere: phone (advisory) → gateway_messages by id → messages by id → sender_pace.

CREATE FUNCTION phone_lock(p_phone text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT hashtextextended(p_phone, 0)
$$;
--> statement-breakpoint

CREATE FUNCTION note_event(p_message uuid, p_kind text, p_source text, p_detail jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO message_events (message_id, kind, source, detail) VALUES (p_message, p_kind, p_source, p_detail)
$$;
--> statement-breakpoint

CREATE FUNCTION is_final(p_status text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT p_status NOT IN ('accepted', 'sending', 'sent')
$$;
--> statement-breakpoint

-- sms/status.ts: reportReplaces
CREATE FUNCTION report_replaces(p_held text, p_held_source text, p_reported text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN p_held = 'delivered' THEN false
    WHEN NOT is_final(p_held) THEN p_reported <> 'sent' OR p_held <> 'sent'
    WHEN p_reported = 'sent' THEN false
    WHEN p_held = 'unknown' THEN true
    WHEN p_held = 'expired' AND p_held_source IS NOT DISTINCT FROM 'clock' THEN true
    ELSE p_reported = 'delivered'
  END
$$;
--> statement-breakpoint

CREATE FUNCTION is_suppressed(p_phone text, p_account uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM suppressions s WHERE s.phone = p_phone AND (s.account_id = p_account OR s.account_id IS NULL)
  )
$$;
--> statement-breakpoint

-- Gives a message its end. The caller holds its row lock.
CREATE FUNCTION finish(
  p_message uuid, p_status text, p_source text, p_cause text,
  p_class text DEFAULT NULL, p_code text DEFAULT NULL, p_detail jsonb DEFAULT NULL
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  was messages;
BEGIN
  SELECT * INTO was FROM messages WHERE id = p_message;
  UPDATE messages SET
    status = p_status, source = p_source, cause = p_cause, error_class = p_class, error_code = p_code,
    final_at = clock_timestamp(),
    submitted_at = CASE WHEN p_source IN ('report', 'poll') THEN coalesce(submitted_at, clock_timestamp())
                        ELSE submitted_at END,
    attempt_state = CASE WHEN p_source IN ('report', 'poll') AND attempt_state <> 'open' THEN 'accepted'
                         ELSE attempt_state END,
    uncertain_at = CASE WHEN p_source IN ('report', 'poll') THEN NULL ELSE uncertain_at END,
    poll_at = NULL, wake_at = NULL
  WHERE id = p_message;
  PERFORM note_event(
    p_message, CASE WHEN is_final(was.status) THEN 'correction' ELSE 'final' END, p_source,
    jsonb_strip_nulls(jsonb_build_object(
      'status', p_status, 'was', was.status, 'wasSource', was.source, 'cause', p_cause,
      'errorClass', p_class, 'errorCode', p_code)) || coalesce(p_detail, '{}'));
END $$;
--> statement-breakpoint

-- An earlier submit may have been taken, and there will be no other: the message waits for a sign of that one. The caller
-- holds its row lock.
CREATE FUNCTION await_sign(p_message uuid) RETURNS void LANGUAGE sql AS $$
  UPDATE messages SET
    status = 'sending', attempt_state = 'uncertain', poll_at = clock_timestamp(),
    wake_at = clock_timestamp() + interval '5 minutes'
  WHERE id = p_message AND status = 'accepted'
$$;
--> statement-breakpoint

-- Takes a message for one submit. Verdicts:
--   claimed    the caller may begin to write the request within p_lease_ms after slot_ms
--   final, sent, gone    nothing to do
--   busy       another attempt is under way; look again after wait_ms
--   uncertain  an earlier submit may have been taken, and repeating it here is not safe
--   paused, held, later    not now; wait_ms says when
CREATE FUNCTION claim_send(
  p_message uuid, p_lease_ms int, p_answer_ms int,
  p_repeat_within_s double precision, -- null: a repeat is never safe at this gateway
  p_probe boolean,
  OUT verdict text, OUT status text, OUT source text, OUT wait_ms int, OUT slot_ms double precision,
  OUT attempt int, OUT after_uncertain boolean, OUT phone text, OUT body text, OUT caller_id text,
  OUT priority int, OUT ref bigint, OUT own_id text, OUT validity_ms bigint, OUT report_ms bigint,
  OUT sender_version int
) LANGUAGE plpgsql AS $$
DECLARE
  m messages;
  s senders;
  t timestamptz;
  slot timestamptz;
  end_status text;
  end_source text;
  end_cause text;
BEGIN
  SELECT x.phone INTO phone FROM messages x WHERE x.id = p_message;
  IF NOT FOUND THEN verdict := 'gone'; RETURN; END IF;
  PERFORM pg_advisory_xact_lock_shared(phone_lock(phone));
  SELECT * INTO m FROM messages x WHERE x.id = p_message FOR UPDATE;
  SELECT * INTO s FROM senders x WHERE x.id = m.sender_id;
  t := clock_timestamp();
  status := m.status; source := m.source; attempt := m.attempt; sender_version := s.version;
  validity_ms := greatest(0, floor(extract(epoch FROM m.expires_at - t) * 1000));
  report_ms := greatest(0, floor(extract(epoch FROM m.report_by - t) * 1000));

  IF is_final(m.status) THEN verdict := 'final'; RETURN; END IF;
  IF m.status = 'sent' THEN verdict := 'sent'; RETURN; END IF;

  IF m.status = 'sending' AND m.attempt_state = 'open' THEN
    IF m.answer_by > t THEN
      verdict := 'busy'; wait_ms := ceil(extract(epoch FROM m.answer_by - t) * 1000); RETURN;
    END IF;
    UPDATE messages x SET attempt_state = 'uncertain', uncertain_at = coalesce(x.uncertain_at, m.lease_until), poll_at = t
      WHERE x.id = p_message RETURNING * INTO m;
    PERFORM note_event(p_message, 'uncertain', 'clock', jsonb_build_object(
      'attempt', m.attempt, 'detail', 'the worker that had claimed this attempt never recorded what came of it'));
  END IF;
  after_uncertain := m.uncertain_at IS NOT NULL;

  -- What forbids a first submit forbids a repeat; only the end differs.
  IF is_suppressed(m.phone, m.account_id) THEN
    end_status := 'suppressed'; end_source := 'suppress-list'; end_cause := 'the phone is on a suppress list';
  ELSIF m.cancel_requested_at IS NOT NULL THEN
    end_status := 'cancelled'; end_source := 'api'; end_cause := 'cancelled before it was submitted';
  ELSIF m.expires_at <= t THEN
    end_status := 'expired'; end_source := 'clock'; end_cause := 'its validity ended before it could be submitted';
  END IF;
  -- In doubt and waiting: the sender's policy has it submitted once more all the same.
  IF after_uncertain AND (end_status IS NOT NULL OR m.status = 'sending' AND (
    p_repeat_within_s IS NULL OR extract(epoch FROM t - m.uncertain_at) >= p_repeat_within_s))
  THEN
    PERFORM await_sign(p_message);
    verdict := 'uncertain'; status := 'sending'; RETURN;
  END IF;
  IF end_status IS NOT NULL THEN
    PERFORM finish(p_message, end_status, end_source, end_cause);
    verdict := 'final'; status := end_status; source := end_source; RETURN;
  END IF;
  IF m.send_at > t THEN
    verdict := 'later'; wait_ms := least(2147483647, ceil(extract(epoch FROM m.send_at - t) * 1000)); RETURN;
  END IF;

  IF NOT p_probe AND s.paused_at IS NOT NULL THEN verdict := 'paused'; wait_ms := 30000; RETURN; END IF;
  IF NOT p_probe AND s.held_for IS NOT NULL THEN
    verdict := 'held'; wait_ms := greatest(1000, ceil(extract(epoch FROM s.probe_at - t) * 1000)); RETURN;
  END IF;

  IF s.rate_limit IS NULL THEN
    slot := clock_timestamp();
  ELSE
    -- A slot for each submit, over all workers together, a little further apart than the limit asks for: a worker that is
    -- held up for a moment writes in one go what has become due. Temporal's queue lets up to two seconds' worth go at once after a
    -- quiet time, and each task that comes back counts against its limit again: so those wait here; only what is further
    -- ahead (a lowered limit) comes again. The clock is read under the row's lock: slots from before a wait for it
    -- would be used all at once.
    SELECT p.next_slot_at INTO slot FROM sender_pace p WHERE p.sender_id = s.id FOR UPDATE;
    t := clock_timestamp();
    IF slot IS NULL OR slot >= t + interval '3 seconds' THEN verdict := 'later'; wait_ms := 1000; RETURN; END IF;
    slot := greatest(slot, t);
    UPDATE sender_pace p SET next_slot_at = slot + make_interval(secs => 1.0 / (0.95 * s.rate_limit::double precision))
      WHERE p.sender_id = s.id;
  END IF;
  t := clock_timestamp();
  slot_ms := greatest(0, extract(epoch FROM slot - t) * 1000);

  UPDATE messages x SET
    status = 'sending', attempt = x.attempt + 1, attempt_state = 'open',
    lease_until = slot + make_interval(secs => p_lease_ms / 1000.0),
    answer_by = slot + make_interval(secs => p_answer_ms / 1000.0),
    wake_at = slot + make_interval(secs => p_answer_ms / 1000.0) + interval '1 minute'
  WHERE x.id = p_message RETURNING * INTO m;
  PERFORM note_event(p_message, 'attempt', 'worker', jsonb_build_object(
    'attempt', m.attempt, 'repeat', after_uncertain, 'probe', p_probe, 'reference', coalesce(m.own_id, m.ref::text)));

  verdict := 'claimed'; status := m.status; attempt := m.attempt; body := m.text; caller_id := m.caller_id;
  priority := m.priority; ref := m.ref; own_id := m.own_id;
END $$;
--> statement-breakpoint

-- What the rows of a message at the gateway say of the whole: a row without a part speaks for all of it; parts are
-- delivered when all are, and else, when all have ended, as the first that was not.
CREATE FUNCTION whole_status(p_message uuid)
RETURNS TABLE (status text, error_class text, error_code text, raw text) LANGUAGE sql STABLE AS $$
  WITH g AS (SELECT * FROM gateway_messages x WHERE x.message_id = p_message),
  whole AS (
    SELECT g.status, g.error_class, g.error_code, g.raw FROM g
    WHERE g.part IS NULL AND g.status IS NOT NULL
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
--> statement-breakpoint

-- Lets what the gateway's reports say take effect on a message. The caller holds its row lock.
CREATE FUNCTION follow_reports(p_message uuid, p_source text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  m messages;
  w record;
BEGIN
  SELECT * INTO m FROM messages WHERE id = p_message;
  SELECT * INTO w FROM whole_status(p_message);
  IF w.status IS NULL OR NOT report_replaces(m.status, m.source, w.status) THEN RETURN; END IF;
  IF w.status = 'sent' THEN
    UPDATE messages x SET
      status = 'sent', submitted_at = coalesce(x.submitted_at, clock_timestamp()),
      attempt_state = CASE WHEN x.attempt_state = 'open' THEN 'open' ELSE 'accepted' END, uncertain_at = NULL, poll_at = clock_timestamp() + make_interval(secs => s.await_delivery_s),
      wake_at = clock_timestamp() + make_interval(secs => s.await_delivery_s) + interval '5 minutes'
    FROM senders s WHERE x.id = p_message AND s.id = x.sender_id;
    PERFORM note_event(p_message, 'sent', p_source, jsonb_strip_nulls(jsonb_build_object('was', m.status)));
  ELSE
    PERFORM finish(p_message, w.status, p_source, coalesce(w.raw, w.status), w.error_class, w.error_code);
  END IF;
END $$;
--> statement-breakpoint

-- Writes down what a submit came to. p_outcome is sms/outcome.ts's Outcome; ids are [{id, part, phone}].
-- Answers where the message stands now, so that a report that came before the answer is not missed.
CREATE FUNCTION record_send(
  p_message uuid, p_attempt int, p_outcome jsonb, p_evidence jsonb,
  p_new_ref bigint, p_new_own_id text, p_own_phone text,
  OUT status text, OUT source text, OUT uncertain boolean
) LANGUAGE plpgsql AS $$
DECLARE
  m messages;
  kind text := p_outcome->>'kind';
  account uuid;
  taken int := 0;
BEGIN
  SELECT x.gateway_account_id INTO account FROM messages x WHERE x.id = p_message;
  IF kind = 'accepted' THEN
    WITH told AS (
      INSERT INTO gateway_messages AS g (gateway_account_id, gateway_id, phone, message_id, part)
      SELECT DISTINCT ON (i.id, coalesce(i.phone, '')) account, i.id, coalesce(i.phone, ''), p_message, i.part
      FROM jsonb_to_recordset(p_outcome->'ids') AS i(id text, phone text, part smallint)
      ORDER BY i.id, coalesce(i.phone, ''), i.part
      ON CONFLICT (gateway_account_id, gateway_id, phone) DO UPDATE
        SET message_id = coalesce(g.message_id, excluded.message_id),
            part = CASE WHEN g.message_id IS NULL OR g.message_id = p_message THEN excluded.part ELSE g.part END
      RETURNING g.message_id
    )
    SELECT count(*) FILTER (WHERE told.message_id <> p_message) INTO taken FROM told;
  ELSIF p_new_own_id IS NOT NULL THEN
    INSERT INTO gateway_messages AS g (gateway_account_id, gateway_id, phone, message_id)
    VALUES (account, p_new_own_id, coalesce(p_own_phone, ''), p_message)
    ON CONFLICT (gateway_account_id, gateway_id, phone) DO UPDATE
      SET message_id = excluded.message_id, status = NULL, error_class = NULL, error_code = NULL, raw = NULL
      WHERE g.message_id IS NULL;
  END IF;

  SELECT * INTO m FROM messages x WHERE x.id = p_message FOR UPDATE;
  PERFORM note_event(p_message, 'outcome', 'worker', jsonb_strip_nulls(
    p_outcome || jsonb_build_object('attempt', p_attempt, 'evidence', p_evidence,
      'alarm', CASE WHEN taken > 0 THEN 'the gateway gave an id that another message already has'
                    ELSE p_outcome->>'alarm' END)));

  IF is_final(m.status) OR m.status = 'sent' THEN
    UPDATE messages x SET attempt_state = kind
      WHERE x.id = p_message AND x.attempt = p_attempt AND x.attempt_state = 'open';
  ELSE
    IF kind = 'accepted' THEN
      UPDATE messages x SET
        status = 'sent', submitted_at = clock_timestamp(), uncertain_at = NULL,
        -- A later attempt stays open: its request may yet be written.
        attempt_state = CASE WHEN x.attempt_state = 'open' AND x.attempt <> p_attempt THEN 'open' ELSE 'accepted' END,
        poll_at = clock_timestamp() + make_interval(secs => s.await_delivery_s),
        wake_at = clock_timestamp() + make_interval(secs => s.await_delivery_s) + interval '5 minutes'
      FROM senders s WHERE x.id = p_message AND s.id = x.sender_id;
    ELSIF p_attempt = m.attempt AND m.attempt_state IN ('open', 'uncertain') THEN
      IF kind = 'uncertain' OR (m.uncertain_at IS NOT NULL
        AND NOT (kind = 'not-sent' AND m.resends > 0 AND m.cancel_requested_at IS NULL))
      THEN
        -- Whatever a repeat is told, it says nothing of the submit before it. (A policy's one more submit that was not
        -- sent may be tried again.)
        UPDATE messages x SET attempt_state = 'uncertain', uncertain_at = coalesce(x.uncertain_at, clock_timestamp()),
          poll_at = clock_timestamp(), wake_at = clock_timestamp() + interval '5 minutes'
        WHERE x.id = p_message;
      ELSIF kind = 'refused' THEN
        UPDATE messages x SET attempt_state = 'refused' WHERE x.id = p_message;
        PERFORM finish(p_message, 'rejected', 'answer', coalesce(p_outcome->>'detail', p_outcome->>'class'),
          p_outcome->>'class', p_outcome->>'code');
      ELSE
        UPDATE messages x SET
          status = 'accepted', attempt_state = 'not-sent', wake_at = clock_timestamp() + interval '5 minutes',
          ref = CASE WHEN x.uncertain_at IS NULL THEN coalesce(p_new_ref, x.ref) ELSE x.ref END,
          own_id = CASE WHEN x.uncertain_at IS NULL THEN coalesce(p_new_own_id, x.own_id) ELSE x.own_id END
        WHERE x.id = p_message;
        IF m.cancel_requested_at IS NOT NULL THEN
          PERFORM finish(p_message, 'cancelled', 'api', 'cancelled before it was submitted');
        END IF;
      END IF;
    END IF;
  END IF;
  -- Also where the message has ended: what came early for these ids may correct that.
  IF kind = 'accepted' THEN PERFORM follow_reports(p_message, 'report'); END IF;
  SELECT x.status, x.source, x.uncertain_at IS NOT NULL AND x.status <> 'accepted' INTO status, source, uncertain
    FROM messages x WHERE x.id = p_message;
END $$;
--> statement-breakpoint

-- Reports of one gateway account, by webhook or poll: [{gatewayId, phone, status, raw, errorClass, errorCode, detail,
-- at}]. Stored under their id whether or not a message of ours has it. Answers each message that they concern;
-- `ended`: it has just come to its end, and its workflow should hear of it.
CREATE FUNCTION apply_reports(p_account uuid, p_source text, p_hook uuid, p_reports jsonb)
RETURNS TABLE (message_id uuid, status text, source text, ended boolean) LANGUAGE plpgsql AS $$
DECLARE
  r record;
  found_id uuid;
  known_before text;
  ids uuid[] := '{}';
  m messages;
BEGIN
  FOR r IN
    SELECT x.* FROM ROWS FROM (jsonb_to_recordset(p_reports) AS (
      "gatewayId" text, phone text, status text, raw text, "errorClass" text, "errorCode" text, detail text, at text,
      hook uuid
    )) WITH ORDINALITY AS x("gatewayId", phone, status, raw, "errorClass", "errorCode", detail, at, hook, n)
    ORDER BY x."gatewayId", x.phone, x.n
  LOOP
    SELECT g.status INTO known_before FROM gateway_messages g
      WHERE g.gateway_account_id = p_account AND g.gateway_id = r."gatewayId" AND g.phone = coalesce(r.phone, '');
    INSERT INTO gateway_messages AS g
      (gateway_account_id, gateway_id, phone, status, error_class, error_code, raw, reported_at)
    VALUES
      (p_account, r."gatewayId", coalesce(r.phone, ''), r.status, r."errorClass", r."errorCode", r.raw,
       clock_timestamp())
    ON CONFLICT (gateway_account_id, gateway_id, phone) DO UPDATE SET
      (status, error_class, error_code, raw, reported_at) = (
        SELECT n.status, n.error_class, n.error_code, n.raw, n.reported_at
        FROM (VALUES
          (g.status, g.error_class, g.error_code, g.raw, g.reported_at, false),
          (excluded.status, excluded.error_class, excluded.error_code, excluded.raw, excluded.reported_at, true)
        ) AS n(status, error_class, error_code, raw, reported_at, newer)
        WHERE n.newer = report_replaces(coalesce(g.status, 'accepted'), 'report', excluded.status))
    RETURNING g.message_id INTO found_id;
    CONTINUE WHEN found_id IS NULL;
    ids := ids || found_id;
    -- A poll that says what is known already is no event.
    CONTINUE WHEN p_source = 'poll' AND known_before IS NOT DISTINCT FROM r.status;
    PERFORM note_event(found_id, 'report', p_source, jsonb_strip_nulls(jsonb_build_object(
      'status', r.status, 'raw', r.raw, 'gatewayId', r."gatewayId", 'errorClass', r."errorClass",
      'errorCode', r."errorCode", 'detail', r.detail, 'gatewayTime', r.at, 'hook', coalesce(r.hook, p_hook))));
  END LOOP;

  FOR m IN SELECT * FROM messages x WHERE x.id = ANY (ids) ORDER BY x.id FOR UPDATE LOOP
    message_id := m.id;
    IF m.attempt = 0 THEN
      -- Nor may it be taken up when the message is submitted later.
      UPDATE gateway_messages g SET status = NULL, error_class = NULL, error_code = NULL, raw = NULL, reported_at = NULL
        WHERE g.message_id = m.id;
      PERFORM note_event(m.id, 'report-ignored', p_source, jsonb_build_object(
        'detail', 'this message has never been submitted: the report cannot be about it'));
      status := m.status; source := m.source; ended := false;
    ELSE
      PERFORM follow_reports(m.id, p_source);
      SELECT x.status, x.source INTO status, source FROM messages x WHERE x.id = m.id;
      ended := is_final(status) AND NOT is_final(m.status);
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;
--> statement-breakpoint

-- Puts a phone on suppress lists (accounts, or the global one where p_accounts is null) and ends what waits for it.
-- Claims hold the phone's lock in shared mode: after this one commits, whatever claims next sees the entry, and whatever
-- claimed before is visible as an open claim (open_claims).
CREATE FUNCTION suppress_phone(
  p_phone text, p_accounts uuid[], p_global boolean, p_source text, p_reason text, p_note text, p_ids uuid[]
) RETURNS TABLE (message_id uuid) LANGUAGE plpgsql AS $$
DECLARE
  m record;
BEGIN
  PERFORM pg_advisory_xact_lock(phone_lock(p_phone));
  INSERT INTO suppressions (id, account_id, phone, source, reason, note)
  SELECT p_ids[a.n], a.id, p_phone, p_source, p_reason, p_note
  FROM (SELECT x.id, x.n FROM unnest(p_accounts) WITH ORDINALITY AS x(id, n)
        UNION ALL SELECT NULL, coalesce(cardinality(p_accounts), 0) + 1 WHERE p_global) a
  -- START takes back what a stop word did, and nothing else: any other entry wins over it.
  ON CONFLICT (phone, account_id) DO UPDATE SET source = excluded.source, reason = excluded.reason, note = excluded.note
    WHERE suppressions.source = 'stop-word' AND excluded.source <> 'stop-word';

  FOR m IN
    SELECT x.id, x.uncertain_at FROM messages x
    WHERE x.phone = p_phone AND x.status = 'accepted' AND (p_global OR x.account_id = ANY (p_accounts))
    ORDER BY x.id FOR UPDATE
  LOOP
    IF m.uncertain_at IS NOT NULL THEN
      PERFORM await_sign(m.id);
      CONTINUE;
    END IF;
    PERFORM finish(m.id, 'suppressed', CASE WHEN p_source = 'stop-word' THEN 'stop-word' ELSE 'suppress-list' END,
      coalesce(p_reason, 'the phone was put on a suppress list'));
    message_id := m.id;
    RETURN NEXT;
  END LOOP;
END $$;
--> statement-breakpoint

-- Milliseconds until no claim for this phone may begin to write its request; 0: none can.
CREATE FUNCTION open_claims_ms(p_phone text) RETURNS int LANGUAGE sql AS $$
  SELECT coalesce(ceil(extract(epoch FROM max(x.lease_until) - clock_timestamp()) * 1000), 0)::int FROM messages x
  WHERE x.phone = p_phone AND x.attempt_state = 'open' AND x.lease_until > clock_timestamp()
$$;
--> statement-breakpoint

-- Asks that a message is not submitted (again). Verdicts: cancelled, too-late (see status), wait (wait_ms), unknown.
CREATE FUNCTION cancel_message(p_message uuid, p_account uuid, OUT verdict text, OUT status text, OUT wait_ms int)
LANGUAGE plpgsql AS $$
DECLARE
  m messages;
BEGIN
  SELECT * INTO m FROM messages x
    WHERE x.id = p_message AND (p_account IS NULL OR x.account_id = p_account) FOR UPDATE;
  IF NOT FOUND THEN verdict := 'unknown'; RETURN; END IF;
  status := m.status;
  IF m.status = 'accepted' AND m.uncertain_at IS NULL THEN
    PERFORM finish(p_message, 'cancelled', 'api', 'cancelled before it was submitted');
    verdict := 'cancelled'; status := 'cancelled'; RETURN;
  END IF;
  IF m.status = 'accepted' THEN
    PERFORM await_sign(p_message);
    m.status := 'sending'; status := 'sending';
  END IF;
  IF m.status = 'sending' AND m.cancel_requested_at IS NULL THEN
    UPDATE messages x SET cancel_requested_at = clock_timestamp() WHERE x.id = p_message;
    PERFORM note_event(p_message, 'cancel-requested', 'api', NULL);
  END IF;
  IF m.status = 'sending' AND m.attempt_state = 'open' AND m.lease_until > clock_timestamp() THEN
    verdict := 'wait'; wait_ms := ceil(extract(epoch FROM m.lease_until - clock_timestamp()) * 1000); RETURN;
  END IF;
  verdict := CASE WHEN m.status = 'cancelled' THEN 'cancelled' ELSE 'too-late' END;
END $$;
--> statement-breakpoint

-- Ends what the clock has ended, and says where a message stands. Never ends what may still be under way: an open claim
-- that is lost counts as uncertain first.
CREATE FUNCTION settle_message(
  p_message uuid,
  OUT status text, OUT source text, OUT uncertain boolean, OUT validity_ms bigint, OUT report_ms bigint,
  OUT await_ms bigint
) LANGUAGE plpgsql AS $$
DECLARE
  m messages;
  t timestamptz;
BEGIN
  SELECT * INTO m FROM messages x WHERE x.id = p_message FOR UPDATE;
  t := clock_timestamp();
  IF m.status = 'sending' AND m.attempt_state = 'open' AND m.answer_by <= t THEN
    UPDATE messages x SET attempt_state = 'uncertain', uncertain_at = coalesce(x.uncertain_at, m.lease_until), poll_at = t
      WHERE x.id = p_message RETURNING * INTO m;
    PERFORM note_event(p_message, 'uncertain', 'clock', jsonb_build_object(
      'attempt', m.attempt, 'detail', 'the worker that had claimed this attempt never recorded what came of it'));
  END IF;
  IF m.status = 'accepted' AND m.uncertain_at IS NULL AND m.expires_at <= t THEN
    PERFORM finish(p_message, 'expired', 'clock', 'its validity ended before it could be submitted');
  ELSIF m.status IN ('accepted', 'sending', 'sent') AND m.report_by <= t
    AND NOT (m.status = 'sending' AND m.attempt_state = 'open') THEN
    PERFORM finish(p_message, 'unknown', 'clock', CASE WHEN m.uncertain_at IS NOT NULL
      THEN 'the gateway may have taken it, and nothing more was heard'
      ELSE 'the gateway took it and never said what became of it' END);
  ELSIF m.status = 'accepted' AND m.expires_at <= t THEN
    PERFORM await_sign(p_message);
  END IF;
  SELECT x.status, x.source, x.uncertain_at IS NOT NULL AND x.status <> 'accepted',
    greatest(0, floor(extract(epoch FROM x.expires_at - t) * 1000)),
    greatest(0, floor(extract(epoch FROM x.report_by - t) * 1000)),
    (SELECT s.await_delivery_s * 1000 FROM senders s WHERE s.id = x.sender_id)
  INTO status, source, uncertain, validity_ms, report_ms, await_ms
  FROM messages x WHERE x.id = p_message;
END $$;
--> statement-breakpoint

-- The await-delivery period has passed without a sign of an uncertain submit: what does the sender's policy say?
-- Answers true where the message is to be submitted once more, which is then written down as the policy's doing.
CREATE FUNCTION resend_by_policy(p_message uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  m messages;
  policy text;
BEGIN
  SELECT * INTO m FROM messages x WHERE x.id = p_message FOR UPDATE;
  SELECT s.on_uncertain INTO policy FROM senders s WHERE s.id = m.sender_id;
  IF m.id IS NULL OR m.status <> 'sending' OR m.attempt_state <> 'uncertain' OR policy <> 'resend' OR m.resends > 0
    OR m.expires_at <= clock_timestamp() OR m.cancel_requested_at IS NOT NULL OR is_suppressed(m.phone, m.account_id)
  THEN
    RETURN false;
  END IF;
  -- uncertain_at stays: if nothing comes of it, the message still is not one that was never submitted.
  UPDATE messages x SET status = 'accepted', attempt_state = 'not-sent', resends = x.resends + 1, poll_at = NULL,
      wake_at = clock_timestamp() + interval '5 minutes'
    WHERE x.id = p_message;
  PERFORM note_event(p_message, 'resend', 'operator', jsonb_build_object(
    'detail', 'the sender''s policy is to submit once more although an earlier submit may have been taken'));
  RETURN true;
END $$;
--> statement-breakpoint

-- The gateway does not know our reference, and is known to tell the truth about that after p_after_s: nothing was taken.
CREATE FUNCTION record_not_found(p_message uuid, p_after_s double precision) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  m messages;
BEGIN
  SELECT * INTO m FROM messages x WHERE x.id = p_message FOR UPDATE;
  IF m.status <> 'sending' OR m.attempt_state <> 'uncertain' OR m.uncertain_at IS NULL
    OR extract(epoch FROM clock_timestamp() - greatest(m.uncertain_at, m.answer_by)) < p_after_s THEN
    RETURN false;
  END IF;
  UPDATE messages x SET status = 'accepted', attempt_state = 'not-sent', uncertain_at = NULL WHERE x.id = p_message;
  PERFORM note_event(p_message, 'not-taken', 'poll', jsonb_build_object(
    'detail', 'the gateway does not know our reference: the submit did not reach it'));
  IF m.cancel_requested_at IS NOT NULL THEN
    PERFORM finish(p_message, 'cancelled', 'api', 'cancelled before it was submitted');
  END IF;
  RETURN true;
END $$;
--> statement-breakpoint

-- The account's slot for one status request, and what to ask in it: p_message and others that are due. No rows: the slot
-- is another's, come again.
CREATE FUNCTION take_polls(
  p_account uuid, p_gap_ms int, p_limit int, p_message uuid, p_every_s double precision, p_own_ids boolean
) RETURNS TABLE (message_id uuid, phone text, ref bigint, own_id text, uncertain boolean, ids jsonb)
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE gateway_accounts a SET next_poll_at = clock_timestamp() + make_interval(secs => p_gap_ms / 1000.0)
    WHERE a.id = p_account AND a.next_poll_at <= clock_timestamp();
  IF NOT FOUND THEN RETURN; END IF;
  RETURN QUERY
  -- In two parts, so that the others are read from the index in their order, however many are due.
  WITH mine AS (
    SELECT x.id FROM messages x
    WHERE x.id = p_message AND x.gateway_account_id = p_account AND x.poll_at <= clock_timestamp()
      AND (x.status = 'sent' OR (x.status = 'sending' AND p_own_ids AND x.attempt_state = 'uncertain'))
    FOR UPDATE SKIP LOCKED
  ), others AS (
    SELECT x.id FROM messages x
    WHERE x.id <> p_message AND x.gateway_account_id = p_account AND x.status IN ('sending', 'sent')
      AND x.poll_at <= clock_timestamp() AND (x.status = 'sent' OR (p_own_ids AND x.attempt_state = 'uncertain'))
    ORDER BY x.poll_at LIMIT p_limit - (SELECT count(*) FROM mine)
    FOR UPDATE SKIP LOCKED
  ), due AS (
    SELECT mine.id FROM mine UNION ALL SELECT others.id FROM others
  ), asked AS (
    UPDATE messages x SET
      -- Growing pauses, up to ten minutes: what has waited for long is asked for less often.
      poll_at = clock_timestamp() + make_interval(secs => least(600, greatest(p_every_s,
        extract(epoch FROM clock_timestamp() - coalesce(x.submitted_at, x.uncertain_at, clock_timestamp())) / 4))),
      wake_at = clock_timestamp() + interval '15 minutes'
    FROM due WHERE x.id = due.id RETURNING x.*
  )
  SELECT a.id, a.phone, a.ref, a.own_id, a.uncertain_at IS NOT NULL,
    coalesce((SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', g.gateway_id, 'part', g.part)) ORDER BY g.part)
              FROM gateway_messages g WHERE g.message_id = a.id AND (g.part IS NOT NULL OR a.own_id = g.gateway_id)), '[]')
  FROM asked a;
END $$;
