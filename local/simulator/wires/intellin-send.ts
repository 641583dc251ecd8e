/** Reads the query of Intellin's send call. */
import type { Submission } from '../model.ts';
import { partsOf } from '../segments.ts';

/** One SMS and the number of its request, or what is wrong. */
export function readSend(
  params: URLSearchParams,
): { submission: Submission; serial: string } | { problem: 'missing' | 'phone' | 'time' } {
  const [phone, message, time] = [params.get('phone_list'), params.get('message'), params.get('time')];
  if (!phone || !message) return { problem: 'missing' };
  // How several phones are divided is not known; 8 at the beginning is Russia's inland form.
  if (!/^[1-9]\d{9,14}$/.test(phone) || /^8\d{10}$/.test(phone)) return { problem: 'phone' };
  const delayMs = time === null ? 0 : plannedMs(time);
  if (delayMs === undefined) return { problem: 'time' };
  const { id, serial } = nextIds();
  const sender = params.get('fromphone') || undefined;
  const submission = { id, phone, text: message, sender, parts: partsOf(message), delayMs, echo: { serial } };
  return { submission, serial };
}

/** `ddMMyyHHmm`, taken as Moscow's. Milliseconds from now; undefined = not a time. */
function plannedMs(time: string): number | undefined {
  const [, day, month, year, hour, minute] = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(time) ?? [];
  const at = Date.parse(`20${year}-${month}-${day}T${hour}:${minute}:00+03:00`);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

/** Nine and five digits as in the samples; begun with the time, so that a restarted simulator gives no id twice. */
function nextIds(): { id: string; serial: string } {
  lastId = Math.max(lastId + 1, 1e8 + (Math.floor(Date.now() / 20) % 9e8));
  return { id: String(lastId), serial: String(1e4 + (lastId % 9e4)) };
}

let lastId = 0;
