/** A gateway's settings: as they are given, as its schema reads them, and as they are shown. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { MoveTo } from '../db/sender-moves.ts';
import type { Gateway, Traits } from '../gateways/gateway.ts';
import { ownId, referenceStart } from '../gateways/reference.ts';
import { secretFields } from '../gateways/secret-fields.ts';
import { checkSettings, type Networks } from '../runtime/addresses.ts';
import type { ProblemError } from './schemas/problem.ts';
import { bodyErrors } from './validation.ts';

export type Settings = Record<string, unknown>;

/** What the books need of settings that are right. */
export interface ReadSettings {
  settings: Settings;
  secretFields: readonly string[];
  accountKey: string;
  referenceStart: bigint;
  traits: Traits;
}

/** @returns the settings, or what is wrong with them, below `#/settings` */
export function readSettings(
  gateway: Gateway,
  given: Settings,
  privateNetworks: Networks,
): { read: ReadSettings } | { errors: ProblemError[] } {
  const names = fieldsOf(gateway);
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  const parsed = gateway.settings.safeParse(given);
  const errors = [
    ...unknown.map((name) =>
      wrong(name, 'unknown-field', 'There is no such setting.', `They are: ${names.join(', ')}.`),
    ),
    ...(parsed.success ? [] : bodyErrors(gateway.settings as unknown as z.ZodObject, given, parsed.error, POINTER)),
    ...checkSettings(given, privateNetworks).map(({ setting, detail }) =>
      wrong(setting, 'address-not-allowed', `It ${detail}.`),
    ),
  ];
  if (!parsed.success || errors.length > 0) return { errors };
  const traits = gateway.traits(parsed.data);
  return {
    read: {
      settings: parsed.data as Settings,
      secretFields: secretFields(gateway),
      accountKey: gateway.accountKey(parsed.data),
      referenceStart: referenceStart(traits, randomBytes(8)),
      traits,
    },
  };
}

const POINTER = '#/settings';

function wrong(name: string, code: string, detail: string, mend?: string): ProblemError {
  const step = encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
  return { pointer: `${POINTER}/${step}`, code, detail, ...(mend === undefined ? {} : { mend }) };
}

/** What is not named stays; null takes it away; a secret as it is shown stays too. */
export function mergeSettings(gateway: Gateway, held: Settings, given: Settings): Settings {
  const secrets = secretFields(gateway);
  const kept = Object.entries(given).filter(([name, value]) => secrets.includes(name) && isShownSecret(value));
  const named = { ...given, ...Object.fromEntries(kept.map(([name]) => [name, held[name]])) };
  const merged = { ...held, ...named };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null && value !== undefined));
}

/** Secrets show only that they are set. */
export function shownSettings(gateway: Gateway, settings: Settings): Settings {
  const secrets = secretFields(gateway);
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, secrets.includes(name) ? { set: true } : value]),
  );
}

function isShownSecret(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'set' in value && value.set === true;
}

/** Where the new settings log in to another gateway account than those that the sender has. */
export function moveFor(
  gateway: Gateway,
  held: Settings,
  { accountKey, traits, referenceStart }: ReadSettings,
  isSameAccount: boolean,
): { moveTo?: MoveTo } {
  const before = gateway.settings.safeParse(held);
  if (before.success && gateway.accountKey(before.data) === accountKey) return {};
  return {
    moveTo: {
      accountKey,
      isSameAccount,
      referenceStart,
      ownIdOf: (number, installation) => ownId({ number, installation }, traits),
      idPhoneOf: (phone) => (traits.idScope === 'account-and-phone' ? phone : ''),
    },
  };
}

function fieldsOf(gateway: Gateway): string[] {
  const schema = z.toJSONSchema(gateway.settings, { io: 'input', unrepresentable: 'any' });
  return Object.keys(schema.properties ?? {});
}
