import { z } from 'zod';
import type { SendAnswer } from '../sms/outcome.ts';
import { digitsOf } from '../sms/phone.ts';
import { formBody, HOOK_CHARSETS } from './form.ts';
import type { Gateway, HookReply, HttpRequest, HttpResponse, Refusal, Sms, TakenHook, Traits } from './gateway.ts';
import { httpTrouble, isSuccess } from './http-answers.ts';
import { fieldOf, intOf, listOf } from './read.ts';
import { hostOf, httpUrl, password } from './settings.ts';
import { replyIn, replyTrouble, wordIn } from './smstraffic-codes.ts';
import { pullFields, readSmsTrafficTexts } from './smstraffic-inbound.ts';
import { IDS_PER_REQUEST, idsOf, readSmsTrafficCall, readSmsTrafficStatuses } from './smstraffic-reports.ts';
import { fitValidity } from './validity.ts';

const MAIN = 'https://api.smstraffic.ru/multi.php';
const RESERVE = 'https://api2.smstraffic.ru/multi.php';

const settings = z
  .object({
    url: httpUrl.default(MAIN).meta({
      title: 'Address',
      description: `The whole address. ${MAIN}, or Smart Delivery: https://sds.smstraffic.ru/smartdelivery-in/multi.php.`,
    }),
    reserveUrl: z
      .string()
      .refine((address) => address === '' || httpUrl.safeParse(address).success, {
        error: 'must be an http:// or https:// address without login, query or fragment, or empty',
      })
      .default(RESERVE)
      .meta({
        title: 'Reserve address',
        description: 'The second site for the same account: every other attempt goes there. Empty: there is none.',
      }),
    login: z.string().min(1).meta({ title: 'Login' }),
    password: password.meta({ title: 'Password', secret: true }),
    route: z.string().min(1).optional().meta({
      title: 'Route',
      description: 'Only for Smart Delivery: the channels in their order, such as viber(60)-sms.',
    }),
    pullInbound: z.boolean().default(false).meta({
      title: 'Fetch texts from phones',
      description: 'For accounts whose incoming texts are not pushed to a webhook.',
    }),
    inboundService: z
      .enum(['number', 'short-code'])
      .default('number')
      .meta({
        title: 'Inbound service',
        description:
          'An incoming number wants OK as an answer. At a short code every answer goes to the phone as an SMS, so the ' +
          'answer is empty.',
      }),
    hookSecret: password.optional().meta({
      title: 'Short code password',
      description: 'As agreed with SMS Traffic: texts to the short code are refused without it.',
      secret: true,
      onlyWith: { inboundService: 'short-code' },
    }),
    hookCharset: z.enum(HOOK_CHARSETS).default('windows-1251').meta({
      title: 'Webhook charset',
      description: 'Of texts from phones. SMS Traffic calls in windows-1251 unless its support has set another.',
    }),
  })
  // Else an SMS that the main address did not take would leave by another product, or for real from a test.
  .refine(({ url, reserveUrl }) => reserveUrl !== RESERVE || hostOf(url) === hostOf(MAIN), {
    error: `is the reserve of ${MAIN} only: name the reserve of your address, or leave it empty`,
    path: ['reserveUrl'],
  });

export type SmsTrafficSettings = z.infer<typeof settings>;

export const smstraffic: Gateway<SmsTrafficSettings> = {
  name: 'smstraffic',
  title: 'SMS Traffic',
  docs: 'https://www.smstraffic.ru/api',
  knowledge: 'confirmed',
  notes: [
    'Support registers the address of reports; the address of an incoming number is set on the account page.',
    'A repeat is a second SMS, and a doubtful one cannot be looked up: without a report it ends as unknown.',
    'Of Smart Delivery the answers are known from a single source.',
  ],
  examples: { '': { login: 'login', password: 'password' } },
  settings,
  accountKey: ({ url, login }) => `${hostOf(url)}/${login}`,
  traits,
  send,
  readSend,
  poll: (asked, settings) => call({ operation: 'status', sms_id: idsOf(asked).join(',') }, settings),
  readPoll: readSmsTrafficStatuses,
  readHook: readSmsTrafficCall,
  reply: replyTo,
  pullInbound: (ask, settings) => call(pullFields(ask), settings),
  readPulled: readSmsTrafficTexts,
  balance: (settings) => call({ operation: 'account' }, settings),
  readBalance,
};

/** Operators mostly ignore a validity under ten minutes: the least that they keep to is closer to what is meant. */
const VALIDITY = { minS: 600, maxS: 86_400, stepS: 1 };
const MAX_BYTES = 17_085;

function traits({ pullInbound }: SmsTrafficSettings): Traits {
  return {
    repeat: 'unsafe',
    lookup: 'gateway-id',
    pollLimit: { idsPerRequest: IDS_PER_REQUEST, minGapS: 1 },
    idScope: 'account',
    reports: 'webhook',
    inbound: pullInbound ? 'pull' : 'webhook',
    validity: VALIDITY,
    callerId: 'optional',
  };
}

function send(sms: Sms, settings: SmsTrafficSettings): HttpRequest | Refusal {
  if (Buffer.byteLength(sms.text, 'utf8') > MAX_BYTES) {
    return { refuse: 'invalid-request', detail: `SMS Traffic takes texts of up to ${MAX_BYTES} bytes of UTF-8` };
  }
  const fields = {
    phones: digitsOf(sms.phone),
    message: sms.text,
    rus: '5',
    ...(sms.callerId === undefined ? {} : { originator: sms.callerId }),
    timeout: String(fitValidity(sms.validityS, VALIDITY)),
    want_sms_ids: '1',
    ...(settings.route === undefined ? {} : { route: settings.route }),
  };
  return call(fields, settings, addressFor(sms, settings));
}

/** A further attempt is made only where the earlier one was certainly not taken, so the other site may have it. */
function addressFor({ attempt }: Sms, { url, reserveUrl }: SmsTrafficSettings): string {
  return attempt % 2 === 0 && reserveUrl !== '' ? reserveUrl : url;
}

/** An OK without ids is a success that nothing can be asked about, and never a reason to send again. */
function readSend(response: HttpResponse): SendAnswer {
  const trouble = httpTrouble(response);
  if (trouble !== undefined) return trouble;
  const reply = replyIn(response.body);
  const refused = replyTrouble(reply);
  if (refused !== undefined) return refused;
  const code = wordIn(reply, 'code');
  const isOk = wordIn(reply, 'result')?.toUpperCase() === 'OK' && (code === undefined || intOf(code) === 0);
  if (!isSuccess(response) || !isOk) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} with neither an OK nor an error` };
  }
  // One recipient in each request, so whatever is listed is of this SMS.
  const infos = listOf(fieldOf(fieldOf(reply, 'message_infos'), 'message_info'));
  const parts = idsIn(infos, 'sms_id');
  if (parts.length > 0) {
    return { kind: 'accepted', ids: parts.map((id, i) => ({ id, part: i + 1 })), parts: parts.length };
  }
  // Smart Delivery has one id for a message of any length.
  return { kind: 'accepted', ids: idsIn(infos, 'id').map((id) => ({ id })) };
}

function idsIn(infos: unknown[], name: string): string[] {
  const ids = infos.map((info) => wordIn(info, name) ?? '').filter((id) => /^\d+$/.test(id));
  return [...new Set(ids)];
}

/** At a short code the body of the answer is sent to the phone. */
function replyTo(reading: TakenHook, { inboundService }: SmsTrafficSettings): HookReply {
  const isReport = reading.kind === 'read' && reading.inbound.length === 0;
  return { status: 200, body: inboundService === 'number' && !isReport ? 'OK' : '' };
}

function readBalance(response: HttpResponse) {
  const reply = replyIn(response.body);
  const trouble = httpTrouble(response) ?? replyTrouble(reply);
  const amount = wordIn(reply, 'account');
  if (trouble === undefined && isSuccess(response) && amount !== undefined) return { amount };
  return { error: trouble?.class ?? 'unknown', detail: trouble?.detail ?? `HTTP ${response.status} without a balance` };
}

function call(fields: Record<string, string>, settings: SmsTrafficSettings, url = settings.url): HttpRequest {
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: formBody({ login: settings.login, password: settings.password, ...fields }),
  };
}
