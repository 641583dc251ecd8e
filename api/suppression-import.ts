/** A CSV file goes onto a suppress list while it comes in. */
import { setImmediate } from 'node:timers/promises';
import type { Actor } from '../db/audit.ts';
import {
  earlierClaimsOver,
  type ImportRow,
  type ImportTarget,
  type InvalidLine,
  importRows,
  runImport,
  type SuppressionImport,
} from '../db/suppression-imports.ts';
import { type CountryCode, parsePhone } from '../sms/phone.ts';
import type { ApiContext } from './context.ts';
import { type CsvRow, readCsv, UnreadableCsv, withoutApostrophe } from './csv.ts';
import { MAX_NOTE, MAX_REASON } from './schemas/suppressions.ts';

/** Rows of one statement. */
const BATCH = 5_000;
/** After so many rows other requests have their turn. */
const TURN = 200;
const KEPT_LINES = 1_000;
const MAX_BYTES = 256 * 1024 * 1024;

export interface ImportOrder extends ImportTarget {
  actor: Actor;
  /** In which national numbers are read. */
  country: CountryCode | undefined;
  charset: string;
}

/** Thrown by what gives the bytes, where the client has gone. */
export class CutOff extends Error {}

/**
 * When this resolves nothing leaves any more for the phones of the file. What waits for them ends at its next step.
 * @throws UnreadableCsv, ImportIdTaken, and what `chunks` throws; the import then stands as `failed`
 */
export async function importSuppressions(
  { db }: Pick<ApiContext, 'db'>,
  order: ImportOrder,
  chunks: AsyncIterable<Uint8Array>,
): Promise<SuppressionImport> {
  const rows = readCsv(chunks, { charset: order.charset, maxBytes: MAX_BYTES });
  return await runImport(db, order.actor, order, () => work(db, order, rows), describe);
}

interface Step {
  rows: ImportRow[];
  invalid: number;
}

async function work(db: ApiContext['db'], order: ImportOrder, rows: AsyncIterable<CsvRow>): Promise<void> {
  const read = rowReader(order.country);
  const invalidLines: InvalidLine[] = [];
  let kept = 0;
  let step: Step = { rows: [], invalid: 0 };
  let steps = 0;
  let writing = Promise.resolve();
  let phones: string[] | undefined;

  // While a step is written the next one is read, and no more.
  const write = async () => {
    const { rows, invalid } = step;
    if (steps > 0 && rows.length + invalid === 0) return;
    step = { rows: [], invalid: 0 };
    await writing;
    phones = steps === 0 ? rows.map(({ phone }) => phone) : undefined;
    steps++;
    const news = invalidLines.length > kept ? { invalidLines: [...invalidLines] } : {};
    kept = invalidLines.length;
    writing = importRows(db, order, { rows, invalid, ...news });
    writing.catch(() => {});
  };

  try {
    let n = 0;
    for await (const row of rows) {
      const found = read(row);
      if (found === 'header') continue;
      if ('phone' in found) step.rows.push(found);
      else {
        step.invalid++;
        if (invalidLines.length < KEPT_LINES) invalidLines.push(found);
      }
      if (step.rows.length + step.invalid >= BATCH) await write();
      if (++n % TURN === 0) await setImmediate();
    }
  } catch (err) {
    // What was read goes on the list, so that the counters tell up to where the file was read.
    await write();
    await writing;
    throw err;
  }
  await write();
  await writing;
  await earlierClaimsOver(db, phones);
}

type RowReader = (row: CsvRow) => ImportRow | InvalidLine | 'header';

/** Columns are known by the names in the header row; without one they are phone, reason and note. */
function rowReader(country: CountryCode | undefined): RowReader {
  let columns: { phone: number; reason: number; note: number } | undefined;
  return ({ line, cells }) => {
    if (columns === undefined) {
      const names = cells.map((cell) => cell.trim().toLowerCase());
      const isHeader = looksLikeName(names[0] ?? '');
      columns = isHeader
        ? { phone: Math.max(0, names.indexOf('phone')), reason: names.indexOf('reason'), note: names.indexOf('note') }
        : { phone: 0, reason: 1, note: 2 };
      if (isHeader) return 'header';
    }
    const reason = wordsIn(cells[columns.reason]);
    const note = wordsIn(cells[columns.note]);
    const trouble = troubleIn('reason', reason, MAX_REASON) ?? troubleIn('note', note, MAX_NOTE);
    if (trouble !== undefined) return { line, reason: trouble };
    const phone = parsePhone((cells[columns.phone] ?? '').trim().replace(/^'/, ''), country);
    return phone.ok ? { phone: phone.e164, reason, note } : { line, reason: phone.reason };
  };
}

function looksLikeName(cell: string): boolean {
  return /\p{L}/u.test(cell) && cell.replace(/\D/g, '').length < 5;
}

function wordsIn(cell: string | undefined): string | null {
  const words = withoutApostrophe((cell ?? '').trim());
  return words === '' ? null : words;
}

function troubleIn(name: string, words: string | null, most: number): string | undefined {
  if (words === null) return undefined;
  if (words.length > most) return `The ${name} is longer than ${most} characters.`;
  return words.includes('\0') ? `The ${name} holds a NUL character.` : undefined;
}

/** For people, without anything of the file. */
function describe(err: unknown): string {
  if (err instanceof UnreadableCsv) return err.message;
  return err instanceof CutOff
    ? 'The file broke off: its connection was closed.'
    : 'It was broken off by trouble on this side.';
}
