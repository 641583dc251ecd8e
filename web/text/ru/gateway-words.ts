/** What the gateways' catalogue says in English, in Russian. A test sees to it that none is missing. */
import { gatewayFields } from './gateway-fields.ts';
import { gatewayNotes } from './gateway-notes.ts';

export const gatewayWords: Readonly<Record<string, string>> = {
  'Another gateway, by HTTP profile': 'Другой шлюз, по HTTP-профилю',
  ...gatewayNotes,
  ...gatewayFields,
};
