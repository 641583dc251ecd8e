/** Arrays of Postgres, for a client that does not ask the server for their types. */
import type postgres from 'postgres';

/** Of an element and of the array of it, by pg_type: the same on every server. */
const OIDS = [
  [16, 1000], // boolean
  [20, 1016], // bigint
  [23, 1007], // integer
  [25, 1009], // text
  [701, 1022], // double precision
  [1043, 1015], // varchar
  [2950, 2951], // uuid
] as const;

export type Codecs = Pick<postgres.ParsedOptions, 'parsers' | 'serializers'> & {
  shared: { typeArrayMap: Record<number, number> };
};

/** Lets a client write and read arrays of one dimension. */
export function addArrayTypes({ parsers, serializers, shared }: Codecs): void {
  for (const [element, array] of OIDS) {
    shared.typeArrayMap[element] = array;
    parsers[array] = (text: string) => parseArray(text, parsers[element]);
    serializers[array] = (value: unknown) => (Array.isArray(value) ? writeArray(value, serializers[element]) : value);
  }
}

function parseArray(text: string, parse: ((element: string) => unknown) | undefined): unknown[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|([^",{}]+)/gs)].map(([, quoted, plain = '']) => {
    if (quoted === undefined && plain === 'NULL') return null;
    const element = quoted?.replace(/\\(.)/gs, '$1') ?? plain;
    return parse ? parse(element) : element;
  });
}

function writeArray(values: readonly unknown[], serialize: ((element: unknown) => unknown) | undefined): string {
  const elements = values.map((value) => {
    if (value === null) return 'null';
    return `"${String(serialize ? serialize(value) : value).replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${elements.join(',')}}`;
}
