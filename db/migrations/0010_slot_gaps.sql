-- From one slot of a sender with a rate limit to its next: so far apart that there is room within the limit and a tenth for
-- a submit that comes a little late. Of 1.5 a second a tenth more is no whole submit more: 1 is as many as there can be.
CREATE FUNCTION slot_gap(p_limit double precision) RETURNS interval LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT make_interval(secs => 1 / (0.95 * least(p_limit, greatest(1, floor(1.1 * p_limit)))))
$$;
--> statement-breakpoint

-- Takes a message for one submit. Verdicts:
--   claimed    the caller may begin to write the request within p_lease_ms after slot_ms
--   final, sent, gone    nothing to do
--   busy       another attempt is under way; look again after wait_ms
--   uncertain  an earlier submit may have been taken, and repeating it here is not safe
--   paused, held, later    not now; wait_ms says when
CREATE OR REPLACE FUNCTION claim_send(
  p_message uuid, p_lease_ms int, p_answer_ms int,
  p_repeat_within_s double precision, -- null: a repeat is never safe at this gateway
  p_probe boolean,
  p_claim uuid DEFAULT NULL, -- what this claim is called; null: by a worker of before claims had names
  p_lost uuid[] DEFAULT '{}', -- claims for this message that were asked for, and whose answer never came
  OUT verdict text, OUT status text, OUT source text, OUT wait_ms int, OUT slot_ms double precision,
  OUT attempt int, OUT after_uncertain boolean, OUT phone text, OUT body text, OUT caller_id text,
  OUT priority int, OUT ref bigint, OUT own_id text, OUT validity_ms bigint, OUT report_ms bigint,
  OUT sender_version int
) LANGUAGE plpgsql SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off' AS $$
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
  IF m.attempt_state = 'open' AND m.claim = ANY (p_lost) THEN
    PERFORM record_send(p_message, m.attempt, jsonb_build_object('kind', 'not-sent', 'class', 'temporary', 'late', true,
      'holdSender', false, 'detail', 'the worker that had asked for this claim never learned that it had it'),
      jsonb_build_object('refused', 'no answer to the claim came; nothing was sent'), NULL, NULL, NULL);
    SELECT * INTO m FROM messages x WHERE x.id = p_message;
  END IF;
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
    UPDATE sender_pace p SET next_slot_at = slot + slot_gap(s.rate_limit::double precision) WHERE p.sender_id = s.id;
  END IF;
  t := clock_timestamp();
  slot_ms := greatest(0, extract(epoch FROM slot - t) * 1000);

  UPDATE messages x SET
    status = 'sending', attempt = x.attempt + 1, attempt_state = 'open', claim = p_claim,
    lease_until = slot + make_interval(secs => p_lease_ms / 1000.0),
    answer_by = slot + make_interval(secs => p_answer_ms / 1000.0),
    wake_at = slot + make_interval(secs => p_answer_ms / 1000.0) + interval '1 minute'
  WHERE x.id = p_message RETURNING * INTO m;
  PERFORM note_event(p_message, 'attempt', 'worker', jsonb_build_object(
    'attempt', m.attempt, 'repeat', after_uncertain, 'probe', p_probe, 'reference', coalesce(m.own_id, m.ref::text)));

  verdict := 'claimed'; status := m.status; attempt := m.attempt; body := m.text; caller_id := m.caller_id;
  priority := m.priority; ref := m.ref; own_id := m.own_id;
END $$;
