/** From what an operator writes of a sender to what the books keep, or to what is wrong with it. */
import type { SenderChange } from '../db/sender-changes.ts';
import type { NewSender, Sender, SenderColumns } from '../db/senders.ts';
import { GATEWAYS, gatewayNamed } from '../gateways/catalogue.ts';
import type { Gateway } from '../gateways/gateway.ts';
import { defaultRateLimit } from '../gateways/rate-limit.ts';
import type { ApiContext } from './context.ts';
import { Problem } from './problem.ts';
import type { ProblemError } from './schemas/problem.ts';
import type { NewSenderRequest, SenderChangeRequest } from './schemas/senders.ts';
import { mergeSettings, moveFor, readSettings } from './sender-settings.ts';

type Books = Pick<ApiContext, 'accounts' | 'privateNetworks' | 'rateLimits'>;

/** @throws Problem */
export async function newSenderOf(context: Books, body: NewSenderRequest): Promise<NewSender> {
  const gateway = gatewayNamed(body.gateway);
  const given = gateway ? mergeSettings(gateway, {}, body.settings) : {};
  const read = gateway ? readSettings(gateway, given, context.privateNetworks) : { errors: [unknownGateway()] };
  const errors = [
    ...('errors' in read ? read.errors : []),
    ...(await unknownAccounts(context, body.accounts)),
    ...unverifiedDefault(body, body.defaultCallerId ?? null, body.verifiedCallerIds ?? null),
  ];
  if (!gateway || 'errors' in read || errors.length > 0) throw new Problem('invalid-request', { errors });
  const { traits, ...settings } = read.read;
  return {
    gateway: gateway.name,
    rateLimit: defaultRateLimit(gateway, traits, context.rateLimits),
    ...columnsOf(body),
    name: body.name,
    accountIds: body.accounts ?? [],
    ...settings,
  };
}

/** Asked before the sender is locked. @throws Problem */
export async function checkAccounts(context: Books, body: SenderChangeRequest): Promise<void> {
  const errors = await unknownAccounts(context, body.accounts);
  if (errors.length > 0) throw new Problem('invalid-request', { errors });
}

/** @throws Problem */
export function senderChangeOf(context: Books, held: Sender, body: SenderChangeRequest): SenderChange {
  const gateway = gatewayNamed(held.gateway);
  if (!gateway) throw new Error(`there is no gateway '${held.gateway}'`);
  const settings = settingsChange(context, gateway, held, body);
  const errors = [
    ...('errors' in settings ? settings.errors : []),
    ...(body.gateway === undefined || body.gateway === held.gateway ? [] : [otherGateway()]),
    ...unverifiedDefault(
      body,
      body.defaultCallerId === undefined ? held.defaultCallerId : body.defaultCallerId,
      body.verifiedCallerIds === undefined ? held.verifiedCallerIds : body.verifiedCallerIds,
    ),
  ];
  if ('errors' in settings || errors.length > 0) throw new Problem('invalid-request', { errors });
  return { ...columnsOf(body), ...settings.change, ...(body.accounts ? { accountIds: body.accounts } : {}) };
}

function settingsChange(
  { privateNetworks }: Books,
  gateway: Gateway,
  held: Sender,
  { settings: given, sameGatewayAccount }: SenderChangeRequest,
): { change: SenderChange } | { errors: ProblemError[] } {
  if (given === undefined) return { change: {} };
  const read = readSettings(gateway, mergeSettings(gateway, held.settings, given), privateNetworks);
  if ('errors' in read) return read;
  const { settings, secretFields } = read.read;
  return { change: { settings, secretFields, ...moveFor(gateway, held.settings, read.read, sameGatewayAccount) } };
}

/** By the names that they have in the books. */
function columnsOf(body: Partial<NewSenderRequest>): Partial<SenderColumns> {
  const columns = {
    name: body.name,
    awaitDeliveryS: body.awaitDelivery,
    maxParts: body.maxParts,
    defaultCallerId: body.defaultCallerId,
    verifiedCallerIds: body.verifiedCallerIds,
    verifiedPhones: body.verifiedPhones,
    rateLimit: body.rateLimit,
    defaultValidityS: body.validity,
    reportGraceS: body.reportGrace,
    onUncertain: body.onUncertain,
    stopWords: body.stopWords,
    addToGlobalSuppressList: body.addToGlobalSuppressList,
    hookIps: body.hookIps,
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}

function unknownGateway(): ProblemError {
  const mend = `One of ${GATEWAYS.map(({ name }) => name).join(', ')}.`;
  return { pointer: '#/gateway', code: 'unknown-gateway', detail: 'There is no such gateway.', mend };
}

function otherGateway(): ProblemError {
  const mend = 'Leave it out, and make another sender for another gateway.';
  return { pointer: '#/gateway', code: 'fixed', detail: 'The gateway of a sender cannot be changed.', mend };
}

async function unknownAccounts({ accounts }: Books, ids: readonly string[] = []): Promise<ProblemError[]> {
  const found = await Promise.all(ids.map((id) => accounts.byId(id)));
  return found.flatMap((account, i) => {
    if (account) return [];
    return [{ pointer: `#/accounts/${i}`, code: 'unknown-account', detail: 'There is no account with this id.' }];
  });
}

/** It would be refused with every message that names none. */
function unverifiedDefault(
  body: Partial<NewSenderRequest>,
  callerId: string | null,
  verified: readonly string[] | null,
): ProblemError[] {
  if (body.defaultCallerId === undefined && body.verifiedCallerIds === undefined) return [];
  if (callerId === null || verified === null || verified.includes(callerId)) return [];
  return [
    {
      pointer: body.defaultCallerId === undefined ? '#/verifiedCallerIds' : '#/defaultCallerId',
      code: 'caller-id-not-verified',
      detail: 'The default caller id is not one of the verified ones.',
      mend: 'Add it to verifiedCallerIds, or name one of those.',
    },
  ];
}
