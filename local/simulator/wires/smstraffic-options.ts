import type { Account } from '../model.ts';

/** What an account at SMS Traffic may have set; docs/simulator.md tells the same. */
export interface Options {
  /** The main site answers code 1000 to everything; the reserve works. */
  mainDown: boolean;
  /** Both sites answer this code to everything; 0 = none. */
  code: number;
  /** Declared in the prolog, and true: `utf-8`, `windows-1251`; `none` = UTF-8 without saying so. */
  charset: string;
  /** The classic API gives ids of 39 digits too. */
  longIds: boolean;
  /** Allowed sender names with commas between; `*` = any. */
  originators: string;
  defaultOriginator: string;
  /** After this a status request knows the SMS no more. */
  statusKeepMs: number;
  /** Said instead of the word of any final status. */
  finalWord: string;
  /** Smart Delivery reports as the classic API does. */
  smartReports: boolean;
  inboundMethod: string;
  inboundCharset: string;
  /** The account's service is this short code; empty = a virtual number. */
  shortcode: string;
  shortcodePassword: string;
}

export function optionsOf({ options }: Account): Options {
  const defaults: Record<string, unknown> = { ...DEFAULTS };
  const known = Object.entries(options).filter(([name, value]) => typeof value === typeof defaults[name]);
  return { ...DEFAULTS, ...Object.fromEntries(known) };
}

const DEFAULTS: Options = {
  mainDown: false,
  code: 0,
  charset: 'none',
  longIds: false,
  originators: '*',
  defaultOriginator: 'SMSTraffic',
  statusKeepMs: 2 * 86_400_000,
  finalWord: '',
  smartReports: false,
  inboundMethod: 'GET',
  inboundCharset: 'windows-1251',
  shortcode: '',
  shortcodePassword: 'shared-secret',
};
