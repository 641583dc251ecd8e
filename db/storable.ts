/** What gateways write, as the books take it. An outcome that cannot be written down would become an uncertain one. */

/** Without NUL and half surrogates, and not longer than `most` characters. */
export function storable(text: string, most = Number.POSITIVE_INFINITY): string {
  return text.slice(0, most).replace(/\0|\p{Surrogate}/gu, '\ufffd');
}

/** JSON of it is taken by jsonb: no NUL and no half surrogate, in values and in names. */
export function storableJson<T>(value: T): T {
  const text = JSON.stringify(value);
  if (!/\\u(0000|d[89a-f])/i.test(text)) return value;
  return JSON.parse(text, (_, held) => {
    if (typeof held === 'string') return storable(held);
    if (typeof held !== 'object' || held === null || Array.isArray(held)) return held;
    return Object.fromEntries(Object.entries(held).map(([name, inner]) => [storable(name), inner]));
  });
}

/** Longer ids do not fit an index. Cut in the same way in answers and reports, so that they still meet. */
export function storableId(id: string): string {
  return storable(id.slice(0, 255));
}
