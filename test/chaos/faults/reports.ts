/** Reports come in floods, for messages that nobody knows, or from somebody who is not the gateway. */
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { Random } from '../random.ts';
import type { Fault, Stage } from './fault.ts';

const FLOOD = 500;
const CORRECTED = 5;
/** Magic numbers of SMS that end without delivery: docs/simulator.md. */
const SPOILT = /90[123]$/;

export const reportFaults: readonly Fault[] = [
  {
    ...base('held-reports', 3),
    lastsMs: [2_000, 6_000],
    mendsMs: 300,
    explains: ['webhookCalls'],
    async run({ control }, lastsMs) {
      await control.post('hold-reports', { hold: true });
      await sleep(lastsMs);
      await control.post('hold-reports', { hold: false });
      return `all at once after ${lastsMs} ms`;
    },
  },
  {
    ...base('unknown-reports', 2),
    async run({ control, senders }, _, random) {
      const { wire, login, name } = random.pick(senders);
      const count = random.int(1, 5);
      for (let i = 0; i < count; i++) await control.post('report', { wire, login, ...madeUp(random) });
      return `${count} for ${name}`;
    },
  },
  {
    ...base('flood-of-reports', 1),
    lastsMs: [1_500, 2_500],
    explains: ['webhookCalls'],
    async run({ control, senders, lately }, lastsMs, random) {
      const known = lately();
      const sms = random.chance(0.5) && known.length > 0 ? random.pick(known) : undefined;
      const { wire, login } = sms ?? random.pick(senders);
      const report = sms ? { id: sms.id, phone: sms.phone, status: 'delivered' } : madeUp(random);
      await control.post('report', { wire, login, ...report, times: FLOOD });
      await sleep(lastsMs);
      return `${FLOOD} of ${sms ? 'one SMS' : 'an unknown id'} of ${wire}`;
    },
  },
  {
    ...base('corrected-reports', 2),
    async run({ control, lately }) {
      const some = lately()
        .filter(({ phone }) => SPOILT.test(phone))
        .slice(-CORRECTED);
      for (const sms of some) await control.post('report', { ...sms, status: 'delivered' });
      return `delivered after all: ${some.length} SMS`;
    },
  },
  {
    ...base('forged-token', 2),
    async run(stage, _, random) {
      const hook = await hookOf(stage, random);
      const forged = hook.replace(/\/hooks\/[^/]+/, `/hooks/${token(random)}`);
      return await forge(forged, '{"results":[{"status":{"groupName":"DELIVERED"}}]}');
    },
  },
  {
    ...base('forged-body', 2),
    async run(stage, _, random) {
      const bodies = ['garbage', '{"results":[{"messageId":null}]}', '<xml', '[]', '\u0000\u00ff', 'id=1&status=1'];
      return await forge(await hookOf(stage, random), random.pick(bodies));
    },
  },
];

function base(name: string, weight: number): Omit<Fault, 'run'> {
  return { name, lane: 'gateways', weight, lastsMs: [100, 300], mendsMs: 50, explains: [] };
}

function madeUp(random: Random) {
  return {
    id: String(random.int(1e11, 9e11)),
    phone: '79995550199',
    status: random.pick(['delivered', 'undelivered']),
  };
}

const token = (random: Random) => Array.from({ length: 32 }, () => random.int(0, 35).toString(36)).join('');

async function hookOf({ control, senders }: Stage, random: Random): Promise<string> {
  const { accounts } = await control.get<{ accounts: GatewayAccount[] }>('accounts');
  const ours = accounts.filter((it) => senders.some(({ wire, login }) => it.wire === wire && it.login === login));
  const hooks = ours.flatMap(({ hooks }) => hooks.reports ?? hooks.inbound ?? []);
  return random.pick(hooks);
}

interface GatewayAccount {
  wire: string;
  login: string;
  hooks: { reports?: string; inbound?: string };
}

async function forge(url: string, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  try {
    const answer = await request(url, { method: 'POST', headers, body, headersTimeout: 10_000, bodyTimeout: 10_000 });
    await answer.body.dump();
    return `was answered with ${answer.statusCode}`;
  } catch (error) {
    return `was not answered: ${error instanceof Error ? error.message : String(error)}`;
  }
}
