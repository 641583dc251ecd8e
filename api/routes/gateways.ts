/** The gateways that senders can be made for, and the dry run of their settings. */
import { z } from 'zod';
import { SENDER_DEFAULTS } from '../../db/senders.ts';
import { GATEWAYS, gatewayNamed } from '../../gateways/catalogue.ts';
import type { Gateway } from '../../gateways/gateway.ts';
import { defaultRateLimit } from '../../gateways/rate-limit.ts';
import { parsePhone } from '../../sms/phone.ts';
import type { ApiContext } from '../context.ts';
import { dryRun } from '../dry-run.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import {
  type DryRunAnswer,
  dryRunAnswerSchema,
  dryRunSchema,
  type GatewayList,
  type GatewayView,
  gatewayListSchema,
  gatewaySchema,
} from '../schemas/gateways.ts';
import type { ProblemError } from '../schemas/problem.ts';
import { mergeSettings, readSettings } from '../sender-settings.ts';

const TAG = 'Gateways';

export function gatewayRoutes({ rateLimits, privateNetworks, publicUrl }: ApiContext): Route[] {
  let views: ReadonlyMap<string, GatewayView> | undefined;
  const catalogue = () => {
    views ??= new Map(GATEWAYS.map((gateway) => [gateway.name, viewOf(gateway, rateLimits)]));
    return views;
  };

  const list = route({
    method: 'get',
    path: '/v1/gateways',
    tag: TAG,
    summary: 'All gateways that a sender can be made for',
    scope: 'senders:read',
    answers: { 200: { description: 'The gateways.', schema: gatewayListSchema } },
    handle: ({ res }) => {
      res.json({ gateways: [...catalogue().values()] } satisfies GatewayList);
    },
  });

  const read = route({
    method: 'get',
    path: '/v1/gateways/:name',
    words: ['name'],
    tag: TAG,
    summary: 'A gateway',
    scope: 'senders:read',
    answers: { 200: { description: 'The gateway.', schema: gatewaySchema } },
    handle: ({ params: { name = '' }, res }) => {
      const view = catalogue().get(name);
      if (!view) throw new Problem('not-found');
      res.json(view);
    },
  });

  const tryOut = route({
    method: 'post',
    path: '/v1/gateways/:name/dry-run',
    words: ['name'],
    tag: TAG,
    summary: 'What a sender would send, and how it would read what comes',
    description:
      'Shows the request that would be sent, and how answers and calls that you paste would be read. Nothing is sent ' +
      'and nothing is written: neither the settings nor the message.',
    scope: 'senders:write',
    body: dryRunSchema,
    bodyLimit: '1mb',
    answers: { 200: { description: 'What would happen.', schema: dryRunAnswerSchema } },
    handle: ({ params: { name = '' }, body, res }) => {
      const gateway = gatewayNamed(name);
      if (!gateway) throw new Problem('not-found');
      const read = readSettings(gateway, mergeSettings(gateway, {}, body.settings), privateNetworks);
      const phone = parsePhone(body.message.to);
      const errors = [...('errors' in read ? read.errors : []), ...(phone.ok ? [] : [wrongPhone(phone.reason)])];
      if ('errors' in read || !phone.ok) throw new Problem('invalid-request', { errors });
      const { settings } = read.read;
      res.json(dryRun(gateway, body, { settings, phone: phone.e164, publicUrl }) satisfies DryRunAnswer);
    },
  });

  return [list, read, tryOut];
}

function viewOf(gateway: Gateway, rateLimits: ApiContext['rateLimits']): GatewayView {
  const { name, title, docs, knowledge, notes, examples } = gateway;
  const { $schema: _, ...settings } = z.toJSONSchema(gateway.settings, { io: 'input', unrepresentable: 'any' });
  const kinds = Object.entries(examples).map(
    ([kind, example]) => [kind, gateway.traits(gateway.settings.parse(example))] as const,
  );
  const { awaitDeliveryS, maxParts, defaultValidityS, reportGraceS, onUncertain } = SENDER_DEFAULTS;
  return {
    name,
    title,
    docs,
    knowledge,
    notes: [...notes],
    calls: {
      session: gateway.login !== undefined,
      poll: gateway.poll !== undefined,
      webhook: gateway.readHook !== undefined,
      pull: gateway.pullInbound !== undefined,
      balance: gateway.balance !== undefined,
    },
    traits: Object.fromEntries(kinds.map(([kind, traits]) => [kind, { ...traits }])),
    settings,
    defaults: {
      awaitDelivery: awaitDeliveryS,
      maxParts,
      validity: defaultValidityS,
      reportGrace: reportGraceS,
      onUncertain,
      rateLimit: Object.fromEntries(
        kinds.map(([kind, traits]) => [kind, defaultRateLimit(gateway, traits, rateLimits)]),
      ),
    },
  };
}

function wrongPhone(detail: string): ProblemError {
  return { pointer: '#/message/to', code: 'invalid-phone', detail, mend: 'Write it with a plus and its country code.' };
}
