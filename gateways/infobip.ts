import { z } from 'zod';
import type { SendAnswer } from '../sms/outcome.ts';
import { digitsOf, e164FromDigits } from '../sms/phone.ts';
import type { Gateway, HttpRequest, HttpResponse, Sms, Traits } from './gateway.ts';
import { isSuccess } from './http-answers.ts';
import { idOf, rawOf, sendWordOf } from './infobip-codes.ts';
import { infobipTrouble } from './infobip-errors.ts';
import { infobipLogsQuery, readInfobipLogs, readInfobipPush } from './infobip-reports.ts';
import { fieldOf, intOf, listOf, readJson, textOf } from './read.ts';
import { textReference } from './reference.ts';
import { basicRefusal, fingerprint } from './secrets.ts';
import { HOOK_BASIC_PAIR, headerKey, hookBasic, hostOf, httpUrl, isHookBasicPair, urlUnder } from './settings.ts';
import { fitValidity } from './validity.ts';

const SHARED_HOST = 'api.infobip.com';

const settings = z
  .object({
    url: httpUrl.default(`https://${SHARED_HOST}`).meta({
      title: 'Address',
      description:
        'The personal address from the Infobip portal, such as https://xxxxx.api.infobip.com. With the shared one, a ' +
        'new API key counts as a new account.',
    }),
    apiKey: headerKey.meta({
      title: 'API key',
      description: 'Needs the scopes sms:message:send and sms:logs:read.',
      secret: true,
    }),
    apiVersion: z
      .literal([3, 2])
      .default(3)
      .meta({ title: 'API version', description: 'Of sending: 3, or 2 (older).' }),
    ...hookBasic,
  })
  .refine(isHookBasicPair, HOOK_BASIC_PAIR);

export type InfobipSettings = z.infer<typeof settings>;

/** Two days is Infobip's longest validity and as far back as its logs reach. */
const TWO_DAYS_S = 172_800;

const AN_HOUR_S = 3600;

export const infobip: Gateway<InfobipSettings> = {
  name: 'infobip',
  title: 'Infobip',
  docs: 'https://www.infobip.com/docs/api/channels/sms/outbound-sms/send-sms-messages',
  knowledge: 'confirmed',
  notes: [
    'Each SMS names the address of its reports; texts from phones need the inbound address set at Infobip.',
    'A repeat under the same reference is refused, which proves the first.',
  ],
  examples: { '': { url: 'https://xxxxx.api.infobip.com', apiKey: 'key' } },
  settings,
  accountKey,
  traits,
  send,
  readSend,
  poll: (asked, settings) => get(`/sms/3/logs?${infobipLogsQuery(asked)}`, settings),
  readPoll: readInfobipLogs,
  readHook: (hook, settings) => basicRefusal(hook, settings) ?? readInfobipPush(hook.body),
  reply: () => ({ status: 200, body: '' }),
  balance: (settings) => get('/account/1/balance', settings),
  readBalance,
};

/** A personal address names the account whatever the key; on a shared one only the key does. */
function accountKey({ url, apiKey }: InfobipSettings): string {
  const host = hostOf(url);
  const personal = host.endsWith(`.${SHARED_HOST}`);
  return personal ? host : `${host}/${fingerprint(apiKey)}`;
}

function traits(settings: InfobipSettings): Traits {
  return {
    ownId: { kind: 'text', max: 200 },
    repeat: 'refused-means-accepted',
    // How long ids are remembered is not documented. Later than this the logs are asked.
    repeatWithinS: AN_HOUR_S,
    lookup: 'own-id',
    // 120 requests a minute. Our ids are short enough for a hundred of them.
    pollLimit: { idsPerRequest: 100, minGapS: 0.5 },
    idScope: 'account',
    reports: 'webhook',
    inbound: 'webhook',
    validity: validityBounds(settings),
    callerId: 'optional',
  };
}

function send(sms: Sms, settings: InfobipSettings): HttpRequest {
  const isV3 = settings.apiVersion === 3;
  return {
    method: 'POST',
    url: urlUnder(settings.url, isV3 ? '/sms/3/messages' : '/sms/2/text/advanced'),
    headers: { ...headersOf(settings), 'content-type': 'application/json' },
    body: JSON.stringify(isV3 ? bodyV3(sms, settings) : bodyV2(sms, settings)),
  };
}

function bodyV3(sms: Sms, settings: InfobipSettings) {
  return {
    messages: [
      {
        ...(sms.callerId === undefined ? {} : { sender: sms.callerId }),
        destinations: [{ to: digitsOf(sms.phone), messageId: textReference(sms.ref) }],
        content: { text: sms.text },
        options: {
          validityPeriod: { amount: fitValidity(sms.validityS, validityBounds(settings)), timeUnit: 'SECONDS' },
        },
        ...(sms.reportUrl === undefined
          ? {}
          : { webhooks: { delivery: { url: sms.reportUrl }, contentType: 'application/json' } }),
      },
    ],
    options: { includeSmsCountInResponse: true },
  };
}

function bodyV2(sms: Sms, settings: InfobipSettings) {
  return {
    messages: [
      {
        ...(sms.callerId === undefined ? {} : { from: sms.callerId }),
        destinations: [{ to: digitsOf(sms.phone), messageId: textReference(sms.ref) }],
        text: sms.text,
        ...(sms.reportUrl === undefined ? {} : { notifyUrl: sms.reportUrl, notifyContentType: 'application/json' }),
        validityPeriod: fitValidity(sms.validityS, validityBounds(settings)) / 60,
      },
    ],
    includeSmsCountInResponse: true,
  };
}

/** HTTP 200 says only that the request was read: the message's own status says whether it was taken. */
function readSend(response: HttpResponse, sms: Sms): SendAnswer {
  const body = readJson(response.body);
  const trouble = infobipTrouble(response, body);
  if (trouble !== undefined) return trouble;
  if (!isSuccess(response)) return unreadable(`HTTP ${response.status} without an error of Infobip's`);

  const entry = entryOf(fieldOf(body, 'messages'), sms);
  if (entry === undefined) return unreadable(`HTTP ${response.status} without an entry for the message`);
  const status = fieldOf(entry, 'status');
  const word = sendWordOf(status);
  if (word.kind === 'unclear') return unreadable(`status ${rawOf(status)} is not known in an answer to a send`);
  if (word.kind === 'taken') {
    const id = textOf(fieldOf(entry, 'messageId'));
    const parts = intOf(
      fieldOf(fieldOf(entry, 'details'), 'messageCount') ?? fieldOf(entry, 'smsCount', 'messageCount'),
    );
    return { kind: 'accepted', ids: id === undefined ? [] : [{ id }], ...(parts === undefined ? {} : { parts }) };
  }
  const { kind: _, ...meaning } = word;
  const code = idOf(status);
  const detail = textOf(fieldOf(status, 'description')) ?? rawOf(status);
  return { kind: 'error', ...meaning, ...(code === undefined ? {} : { code: String(code) }), detail, notTaken: true };
}

function readBalance(response: HttpResponse) {
  const body = readJson(response.body);
  const amount = textOf(fieldOf(body, 'balance'));
  if (isSuccess(response) && amount !== undefined) {
    const currency = textOf(fieldOf(body, 'currency'));
    return { amount, ...(currency === undefined ? {} : { currency }) };
  }
  const trouble = infobipTrouble(response, body);
  return { error: trouble?.class ?? 'unknown', detail: trouble?.detail ?? `HTTP ${response.status} without a balance` };
}

function headersOf({ apiKey }: InfobipSettings): Record<string, string> {
  return { authorization: `App ${apiKey}`, accept: 'application/json' };
}

function get(path: string, settings: InfobipSettings): HttpRequest {
  return { method: 'GET', url: urlUnder(settings.url, path), headers: headersOf(settings) };
}

function validityBounds({ apiVersion }: InfobipSettings) {
  return { minS: 60, maxS: TWO_DAYS_S, stepS: apiVersion === 3 ? 1 : 60 };
}

/** Our entry among those of an answer: by our id, else by the phone, else the only one if it names neither. */
function entryOf(messages: unknown, sms: Sms): unknown {
  const entries = listOf(messages);
  const id = textReference(sms.ref);
  const phone = (entry: unknown) => textOf(fieldOf(entry, 'destination', 'to'));
  return (
    entries.find((entry) => textOf(fieldOf(entry, 'messageId')) === id) ??
    entries.find((entry) => e164FromDigits(phone(entry) ?? '') === sms.phone) ??
    entries.find((entry, _, all) => all.length === 1 && phone(entry) === undefined)
  );
}

function unreadable(detail: string): SendAnswer {
  return { kind: 'unreadable', detail };
}
