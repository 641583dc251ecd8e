import type { Account } from '../model.ts';

/** What Rapporto's manager sets for an account; docs/simulator.md tells the defaults. */
export interface Options {
  /** A repeat of `partnerMsgId` is not sent. */
  dedup: boolean;
  /** The same number and text within a day is refused. */
  duplicateBlock: boolean;
  active: boolean;
  /** Allowed sender names with commas between; `*` = any; empty = the parameter is off, the default name is used. */
  sources: string;
  /** Code for a name that is not allowed. */
  sourceError: number;
  defaultSource: string;
  /** Requests a second; 0 = any number. */
  perSecond: number;
  /** The service is on: links are shortened unless the request says no. */
  shortenLinks: boolean;
  /** Success is the digits alone, as older installations answer. */
  digitsOnly: boolean;
  /** Reports tell the reason. */
  unifiedExtStatus: boolean;
  /** MegaFon's numbers stay at status 0. */
  megafon: boolean;
  /** Cut from the beginning of inbound texts. */
  keyword: string;
  /** Key of `hash` in inbound calls; empty = no hash. */
  hashKey: string;
}

export function optionsOf({ options }: Account): Options {
  const defaults: Record<string, unknown> = { ...DEFAULTS };
  const known = Object.entries(options).filter(([name, value]) => typeof value === typeof defaults[name]);
  return { ...DEFAULTS, ...Object.fromEntries(known) };
}

const DEFAULTS: Options = {
  dedup: true,
  duplicateBlock: false,
  active: true,
  sources: '*',
  sourceError: 403,
  defaultSource: 'Rapporto',
  perSecond: 0,
  shortenLinks: false,
  digitsOnly: false,
  unifiedExtStatus: true,
  megafon: false,
  keyword: '',
  hashKey: '',
};
