/** Tables as CSV: read row by row from a stream, however it is separated, and written by RFC 4180. */
import { pipeline, Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { CsvError, parse } from 'csv-parse';

export interface CsvRow {
  /** Where it ends in the file, from 1. */
  line: number;
  cells: string[];
}

/** The file cannot be read on. `message` is for the person who sent it, and repeats nothing of the file. */
export class UnreadableCsv extends Error {
  readonly isTooLarge: boolean;

  constructor(message: string, isTooLarge = false) {
    super(message);
    this.isTooLarge = isTooLarge;
  }
}

/** Where the first line has as many of two, the one that is rarer in words. */
const SEPARATORS = ['\t', ';', ','];
/** Characters of one row; an open quote would swallow the file. */
const MAX_ROW = 32_768;

/**
 * The rows of a file, without empty lines. Only so much of it is held as is needed for the next row. The separator is the
 * one of the first line: comma, semicolon or tab.
 * @param charset a name that TextDecoder takes; a byte order mark is dropped
 * @throws UnreadableCsv, and what `chunks` throws
 */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array>,
  { charset, maxBytes }: { charset: string; maxBytes: number },
): AsyncGenerator<CsvRow> {
  const text = decoded(chunks, new TextDecoder(charset, { fatal: true }), maxBytes);
  const { start, rest } = await firstLineOf(text);
  const parser = parse({
    delimiter: separatorsIn(start),
    info: true,
    max_record_size: MAX_ROW,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  pipeline(Readable.from(rest), parser, () => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      yield { line: info.lines, cells: record };
    }
  } catch (err) {
    if (!(err instanceof CsvError)) throw err;
    const near = `near line ${err.lines}`;
    throw new UnreadableCsv(
      err.code === 'CSV_MAX_RECORD_SIZE'
        ? `A row ${near} is longer than ${MAX_ROW} characters. Is a quote left open?`
        : `The rows cannot be told apart ${near}. Is a quote left open?`,
    );
  }
}

async function* decoded(
  chunks: AsyncIterable<Uint8Array>,
  decoder: TextDecoder,
  maxBytes: number,
): AsyncGenerator<string> {
  let bytes = 0;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw new UnreadableCsv(
        `The file is not in ${decoder.encoding}: what cannot be read is before byte ${bytes + 1}.`,
      );
    }
  };
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new UnreadableCsv(`The file is larger than ${maxBytes} bytes. Send it in parts.`, true);
    yield decode(chunk);
  }
  yield decode();
}

/** Reads on until the first line is whole, and gives back everything. */
async function firstLineOf(text: AsyncGenerator<string>): Promise<{ start: string; rest: AsyncGenerator<string> }> {
  let start = '';
  for (let next = await text.next(); !next.done; next = await text.next()) {
    start += next.value;
    if (/[\r\n]/.test(next.value) || start.length > MAX_ROW) break;
  }
  async function* all() {
    yield start;
    yield* text;
  }
  return { start, rest: all() };
}

/** That of the first line which parts it most often; all of them where it has none. */
function separatorsIn(start: string): string[] {
  const [line = ''] = start.split(/[\r\n]/, 1);
  const bare = line.replace(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((separator) => ({ separator, count: bare.split(separator).length - 1 }));
  const most = counts.reduce((a, b) => (b.count > a.count ? b : a));
  return most.count === 0 ? SEPARATORS : [most.separator];
}

/** One row with its line end. A cell that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

/** The text of a cell that `csvLine` wrote. */
export function withoutApostrophe(cell: string): string {
  return cell.replace(/^'(?='?[=+\-@\t\r])/, '');
}

function cellOf(text: string): string {
  const safe = /^'?[=+\-@\t\r]/.test(text) && !PHONE.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const PHONE = /^\+\d+$/;
