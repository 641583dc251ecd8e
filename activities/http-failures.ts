/** What ended a call, in words for the evidence. */

/** `begun`: the status of the answer had come. */
export function cutText(error: unknown, begun: boolean): string {
  if (MALFORMED.test(codeOf(error))) return `the answer is malformed: ${reasonOf(error)}`;
  const when = begun ? 'in the middle of the answer' : 'before an answer came';
  return `the connection was cut ${when}: ${reasonOf(error)}`;
}

/** HPE_INVALID_EOF_STATE is the parser's word for an answer that ended too early. */
const MALFORMED = /^(HPE_(?!INVALID_EOF_STATE)|UND_ERR_HEADERS_OVERFLOW)/;

export function reasonOf(error: unknown): string {
  // Several addresses of one name were tried.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  return code === '' || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
