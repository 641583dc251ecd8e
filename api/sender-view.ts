/** Senders as the API shows them: all of it to operators, what an account needs to know to the account. */
import type { ApiKey } from '../db/api-keys.ts';
import type { Sender } from '../db/senders.ts';
import { gatewayNamed } from '../gateways/catalogue.ts';
import { maskPhone } from '../sms/phone.ts';
import { ALWAYS_STOP_WORDS } from '../sms/stop-words.ts';
import { may } from './auth.ts';
import { hookUrls } from './hooks/address.ts';
import type { SenderView } from './schemas/senders.ts';
import { shownSettings } from './sender-settings.ts';

export function senderView(sender: Sender, key: ApiKey, publicUrl: string | undefined): SenderView {
  const seesPhones = may(key, 'phones:read');
  return {
    id: sender.id,
    name: sender.name,
    gateway: sender.gateway,
    accounts: sender.accountIds.filter((id) => key.accountId === null || key.accountId === id).sort(),
    awaitDelivery: sender.awaitDeliveryS,
    maxParts: sender.maxParts,
    defaultCallerId: sender.defaultCallerId,
    verifiedCallerIds: sender.verifiedCallerIds,
    verifiedPhones: sender.verifiedPhones?.map((phone) => (seesPhones ? phone : maskPhone(phone))) ?? null,
    rateLimit: sender.rateLimit,
    validity: sender.defaultValidityS,
    reportGrace: sender.reportGraceS,
    onUncertain: sender.onUncertain,
    stopWords: [...ALWAYS_STOP_WORDS, ...sender.stopWords],
    addToGlobalSuppressList: sender.addToGlobalSuppressList,
    ...(key.accountId === null ? forOperators(sender, key, publicUrl) : {}),
    state: stateOf(sender),
    createdAt: sender.createdAt.toISOString(),
    archivedAt: sender.archivedAt?.toISOString() ?? null,
  };
}

export function stateOf(sender: Sender): SenderView['state'] {
  if (sender.archivedAt) return 'archived';
  if (sender.pausedAt) return 'paused';
  return sender.heldFor === null ? 'active' : 'held';
}

function forOperators(sender: Sender, key: ApiKey, publicUrl: string | undefined): Partial<SenderView> {
  const gateway = gatewayNamed(sender.gateway);
  return {
    ...(gateway ? { settings: shownSettings(gateway, sender.settings) } : {}),
    hookIps: sender.hookIps,
    // Whoever knows them can tell us what became of messages.
    ...(may(key, 'senders:write') ? { hooks: gateway?.readHook ? hooksOf(sender, publicUrl) : null } : {}),
  };
}

function hooksOf(sender: Sender, publicUrl: string | undefined): SenderView['hooks'] {
  const until = sender.oldHookTokenUntil;
  return {
    ...hookUrls(sender, publicUrl),
    oldUntil: until !== null && until.getTime() > Date.now() ? until.toISOString() : null,
    ...(publicUrl === undefined
      ? { note: 'Only paths: the setting PUBLIC_URL, the address under which gateways reach the API, is not set.' }
      : {}),
  };
}
