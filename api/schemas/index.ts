/** Every object that has a schema, with its name in /openapi.json: that of `newMessageSchema` is NewMessage. */
import { ZodObject, type ZodType } from 'zod';
import * as accounts from './accounts.ts';
import * as audit from './audit.ts';
import * as erasure from './erasure.ts';
import * as events from './events.ts';
import * as gateways from './gateways.ts';
import * as health from './health.ts';
import * as inbound from './inbound.ts';
import * as keys from './keys.ts';
import * as list from './list.ts';
import * as messages from './messages.ts';
import * as newMessage from './new-message.ts';
import * as openapi from './openapi.ts';
import * as overview from './overview.ts';
import * as preview from './preview.ts';
import * as problem from './problem.ts';
import * as senderHealth from './sender-health.ts';
import * as senderTest from './sender-test.ts';
import * as senders from './senders.ts';
import * as session from './session.ts';
import * as stream from './stream.ts';
import * as suppressions from './suppressions.ts';

const FILES = [
  accounts,
  audit,
  erasure,
  events,
  gateways,
  health,
  inbound,
  keys,
  list,
  messages,
  newMessage,
  openapi,
  overview,
  preview,
  problem,
  senderHealth,
  senders,
  senderTest,
  session,
  stream,
  suppressions,
];

export const SCHEMAS: ReadonlyMap<ZodType, string> = new Map(
  FILES.flatMap((file) =>
    Object.entries(file).flatMap(([name, held]): [ZodType, string][] => {
      const [, title] = /^(\w+)Schema$/.exec(name) ?? [];
      return title !== undefined && held instanceof ZodObject ? [[held, title[0]?.toUpperCase() + title.slice(1)]] : [];
    }),
  ),
);
