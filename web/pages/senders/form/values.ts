/** Between the form of a sender and what the API takes. */
import type { SenderView } from '../../../../api/schemas/senders.ts';
import { ALWAYS_STOP_WORDS } from '../../../../sms/stop-words.ts';
import type { Field } from '../../../parts/schema-form/fields.ts';
import { changedSettings, type FieldValues, settingsOf, valuesOfSettings } from '../../../parts/schema-form/values.ts';

/** Numbers are '' where nothing is written; an empty list of what is verified is none: anything goes. */
export interface SenderValues {
  name: string;
  accounts: string[];
  defaultCallerId: string;
  verifiedCallerIds: string[];
  verifiedPhones: string[];
  rateLimit: number | string;
  isUnlimited: boolean;
  maxParts: number | string;
  validity: number | string;
  awaitDelivery: number | string;
  reportGrace: number | string;
  onUncertain: SenderView['onUncertain'];
  /** Without those that always are. */
  stopWords: string[];
  addToGlobalSuppressList: boolean;
  hookIps: string[];
  sameGatewayAccount: boolean;
  settings: FieldValues;
}

/** Of a sender that is being made: what is left empty is as usual. */
export function newValues(fields: readonly Field[], onUncertain: SenderView['onUncertain']): SenderValues {
  return {
    name: '',
    accounts: [],
    defaultCallerId: '',
    verifiedCallerIds: [],
    verifiedPhones: [],
    rateLimit: '',
    isUnlimited: false,
    maxParts: '',
    validity: '',
    awaitDelivery: '',
    reportGrace: '',
    onUncertain,
    stopWords: [],
    addToGlobalSuppressList: false,
    hookIps: [],
    sameGatewayAccount: false,
    settings: valuesOfSettings(fields),
  };
}

export function valuesOfSender(sender: SenderView, fields: readonly Field[]): SenderValues {
  const always: readonly string[] = ALWAYS_STOP_WORDS;
  return {
    name: sender.name,
    accounts: sender.accounts,
    defaultCallerId: sender.defaultCallerId ?? '',
    verifiedCallerIds: sender.verifiedCallerIds ?? [],
    verifiedPhones: sender.verifiedPhones ?? [],
    rateLimit: sender.rateLimit ?? '',
    isUnlimited: sender.rateLimit === null,
    maxParts: sender.maxParts,
    validity: sender.validity,
    awaitDelivery: sender.awaitDelivery,
    reportGrace: sender.reportGrace,
    onUncertain: sender.onUncertain,
    stopWords: sender.stopWords.filter((word) => !always.includes(word)),
    addToGlobalSuppressList: sender.addToGlobalSuppressList,
    hookIps: sender.hookIps ?? [],
    sameGatewayAccount: false,
    settings: valuesOfSettings(fields, sender.settings ?? {}),
  };
}

/** For POST /v1/senders. */
export function newSenderBody(gateway: string, fields: readonly Field[], values: SenderValues) {
  const columns = Object.entries(columnsOf(values)).filter(([, value]) => value !== '');
  // An empty name is said to be one; other columns are as usual without a value.
  return {
    ...Object.fromEntries(columns),
    name: values.name.trim(),
    gateway,
    settings: settingsOf(fields, values.settings),
  };
}

/** For PATCH /v1/senders/:id: what differs. */
export function senderChangeBody(fields: readonly Field[], before: SenderValues, now: SenderValues) {
  const held: Readonly<Record<string, unknown>> = columnsOf(before);
  const changed = Object.entries(columnsOf(now)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(held[name]),
  );
  const settings = changedSettings(fields, before.settings, now.settings);
  if (Object.keys(settings).length === 0) return Object.fromEntries(changed);
  return {
    ...Object.fromEntries(changed),
    settings,
    ...(now.sameGatewayAccount ? { sameGatewayAccount: true } : {}),
  };
}

function columnsOf(values: SenderValues) {
  return {
    name: values.name.trim(),
    accounts: values.accounts,
    defaultCallerId: values.defaultCallerId === '' ? null : values.defaultCallerId,
    verifiedCallerIds: orNull(values.verifiedCallerIds),
    verifiedPhones: orNull(values.verifiedPhones),
    rateLimit: values.isUnlimited ? null : values.rateLimit,
    maxParts: values.maxParts,
    validity: values.validity,
    awaitDelivery: values.awaitDelivery,
    reportGrace: values.reportGrace,
    onUncertain: values.onUncertain,
    stopWords: values.stopWords,
    addToGlobalSuppressList: values.addToGlobalSuppressList,
    hookIps: orNull(values.hookIps),
  };
}

function orNull(list: string[]): string[] | null {
  return list.length === 0 ? null : list;
}
