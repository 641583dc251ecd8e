/** A gateway's text as Postgres takes it: without NUL and half surrogates, and not longer than `most` characters. */
export function storable(text: string, most = Number.POSITIVE_INFINITY): string {
  return text.replace(/\0|\p{Surrogate}/gu, '\ufffd').slice(0, most);
}
