/** What is asked of every route for the property of another account: see tenants.test.ts. */
import { newPhone, unique } from './house.ts';

/** What belongs to one account. */
export interface Property {
  accountId: string;
  accountName: string;
  keyId: string;
  senderId: string;
  senderName: string;
  messageId: string;
  phone: string;
  text: string;
  suppressionId: string;
  suppressedPhone: string;
  importId: string;
}

/** A request that names what belongs to the account. */
export interface Try {
  params?: Record<string, string>;
  /** As it stands behind the question mark. */
  query?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export const CSV = { body: '+79995559999\n', headers: { 'content-type': 'text/csv' } };

/** For each route that needs a key: how it is asked for what belongs to another account; several where there are several ways. */
export const TRIES: Record<string, (ours: Property) => Try[]> = {
  'POST /v1/messages': (ours) => [
    { body: { to: newPhone(), text: 'Hello', sender: ours.senderName } },
    { body: { to: newPhone(), text: 'Hello', sender: ours.senderName, account: ours.accountId } },
  ],
  'POST /v1/messages/batch': (ours) => [
    { body: { account: ours.accountId, messages: [{ to: newPhone(), text: 'Hello', sender: ours.senderName }] } },
  ],
  'POST /v1/messages/preview': (ours) => [
    { body: { to: newPhone(), text: 'Hello', sender: ours.senderName, account: ours.accountId } },
  ],
  'GET /v1/messages': (ours) => [
    { query: `account=${ours.accountId}` },
    { query: `sender=${ours.senderId}` },
    { query: `sender=${ours.senderName}` },
  ],
  'GET /v1/messages/:id': (ours) => [{ params: { id: ours.messageId } }],
  'POST /v1/messages/:id/cancel': (ours) => [{ params: { id: ours.messageId } }],

  'GET /v1/events': (ours) => [{ query: `account=${ours.accountId}` }],
  'GET /v1/stream': (ours) => [{ query: `account=${ours.accountId}` }],
  'GET /v1/inbound': (ours) => [{ query: `account=${ours.accountId}` }],
  'GET /v1/unmatched-reports': () => [{}],
  'GET /v1/webhook-calls': () => [{}],
  'GET /v1/overview': (ours) => [{ query: `account=${ours.accountId}` }],
  'GET /metrics': () => [{}],

  'GET /v1/suppressions': (ours) => [{ query: `account=${ours.accountId}` }],
  'POST /v1/suppressions': (ours) => [{ body: { phone: newPhone(), account: ours.accountId } }],
  'GET /v1/suppressions/lookup': (ours) => [
    { query: `phone=${encodeURIComponent(ours.suppressedPhone)}&account=${ours.accountId}` },
  ],
  'GET /v1/suppressions/export': (ours) => [{ query: `account=${ours.accountId}` }],
  'DELETE /v1/suppressions/:id': (ours) => [{ params: { id: ours.suppressionId } }],
  'POST /v1/suppressions/import': (ours) => [{ query: `account=${ours.accountId}`, ...CSV }],
  'GET /v1/suppressions/imports': (ours) => [{ query: `account=${ours.accountId}` }],
  'GET /v1/suppressions/imports/:id': (ours) => [{ params: { id: ours.importId } }],

  'GET /v1/gateways': () => [],
  'GET /v1/gateways/:name': () => [],
  'POST /v1/gateways/:name/dry-run': () => [],
  'GET /v1/senders': (ours) => [{ query: `account=${ours.accountId}` }],
  'POST /v1/senders': (ours) => [
    {
      body: {
        name: `sender ${unique()}`,
        gateway: 'infobip',
        settings: { url: 'https://xyz.api.infobip.com', apiKey: unique() },
        accounts: [ours.accountId],
      },
    },
  ],
  'GET /v1/senders/:id': (ours) => [{ params: { id: ours.senderId } }],
  'PATCH /v1/senders/:id': (ours) => [{ params: { id: ours.senderId }, body: { name: `taken ${unique()}` } }],
  'DELETE /v1/senders/:id': (ours) => [{ params: { id: ours.senderId } }],
  'POST /v1/senders/:id/restore': (ours) => [{ params: { id: ours.senderId } }],
  'POST /v1/senders/:id/pause': (ours) => [{ params: { id: ours.senderId }, body: {} }],
  'POST /v1/senders/:id/resume': (ours) => [{ params: { id: ours.senderId } }],
  'POST /v1/senders/:id/rotate-hook-token': (ours) => [{ params: { id: ours.senderId } }],
  'POST /v1/senders/:id/test': (ours) => [
    { params: { id: ours.senderId }, query: `account=${ours.accountId}`, body: { to: 'nowhere' } },
  ],
  'GET /v1/senders/health': (ours) => [{ query: `account=${ours.accountId}` }],
  'GET /v1/senders/:id/health': (ours) => [{ params: { id: ours.senderId } }],

  'GET /v1/accounts': () => [],
  'POST /v1/accounts': (ours) => [{ body: { name: `${ours.accountName} 2` } }],
  'GET /v1/accounts/:id': (ours) => [{ params: { id: ours.accountId } }],
  'PATCH /v1/accounts/:id': (ours) => [{ params: { id: ours.accountId }, body: { name: `taken ${unique()}` } }],
  'POST /v1/accounts/:id/archive': (ours) => [{ params: { id: ours.accountId } }],
  'POST /v1/accounts/:id/restore': (ours) => [{ params: { id: ours.accountId } }],

  'POST /v1/keys': (ours) => [
    { body: { name: 'thief', scopes: ['messages:read'], account: ours.accountId } },
    { body: { name: 'thief', scopes: ['messages:read'], account: null } },
  ],
  'GET /v1/keys': (ours) => [{ query: `account=${ours.accountId}` }],
  'GET /v1/keys/:id': (ours) => [{ params: { id: ours.keyId } }],
  'POST /v1/keys/:id/revoke': (ours) => [{ params: { id: ours.keyId } }],
  'POST /v1/erasures': (ours) => [{ body: { phone: ours.phone } }],
  'GET /v1/audit': (ours) => [{ query: `account=${ours.accountId}` }],

  'POST /v1/session': () => [],
  'GET /v1/session': () => [],
  'DELETE /v1/session': () => [],
};

/** Of routes that answer 200 to what is named, since it is looked for within what the key may see: with nothing of it. */
export const FINDS_NOTHING: Record<string, (ours: Property) => Try[]> = {
  'GET /v1/messages': (ours) => [{ query: `phone=${encodeURIComponent(ours.phone)}` }],
  'POST /v1/messages/preview': (ours) => [{ body: { to: newPhone(), text: 'Hello', sender: ours.senderName } }],
  'GET /v1/suppressions/lookup': (ours) => [{ query: `phone=${encodeURIComponent(ours.suppressedPhone)}` }],
  'GET /v1/events': () => [{ query: 'from=oldest' }],
  'GET /v1/inbound': (ours) => [{ query: `phone=${encodeURIComponent(ours.phone)}` }],
  'GET /v1/accounts': (ours) => [{ query: `name=${encodeURIComponent(ours.accountName)}` }],
  'GET /v1/audit': (ours) => [{ query: `object=${ours.senderId}` }, { query: `object=${ours.keyId}` }],
};

/** Nobody's, and so open to all. */
export const OPEN = ['GET /health/live', 'GET /health/ready', 'GET /openapi.json'];
