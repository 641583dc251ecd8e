/** What ended a call, in words for the evidence. */
import { errors } from 'undici';

/** `begun`: the status of the answer had come. */
export function cutText(error: unknown, begun: boolean): string {
  if (isMalformed(error, begun)) return `the answer is malformed: ${reasonOf(error)}`;
  const when = begun ? 'in the middle of the answer' : 'before an answer came';
  return `the connection was cut ${when}: ${reasonOf(error)}`;
}

/** undici has the same errors for an answer that ended too early and for one that is wrong. */
function isMalformed(error: unknown, begun: boolean): boolean {
  switch (codeOf(error)) {
    case 'UND_ERR_HEADERS_OVERFLOW':
      return true;
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return !begun;
    default:
      return error instanceof errors.HTTPParserError && !error.message.includes('EOF');
  }
}

export function reasonOf(error: unknown): string {
  // Several addresses of one name were tried.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  return code === '' || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
