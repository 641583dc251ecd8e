/** SMS Traffic's dates: `YYYY-MM-DD HH:MM:SS` in Moscow's time. */

export const moscowDate = (at: number) => new Date(at + MOSCOW_MS).toISOString().slice(0, 19).replace('T', ' ');

/** In reports and last changes the seconds are 00. */
export const moscowMinute = (at: number) => moscowDate(Math.floor(at / 60_000) * 60_000);

/** Milliseconds since the epoch; undefined = not such a date. */
export function readDate(date: string): number | undefined {
  const at = Date.parse(`${date.replace(' ', 'T')}+03:00`);
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(date) && !Number.isNaN(at) && moscowDate(at) === date ? at : undefined;
}

const MOSCOW_MS = 3 * 3600_000;
