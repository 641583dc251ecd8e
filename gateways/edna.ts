import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { digitsOf } from '../sms/phone.ts';
import type { Priority } from '../sms/priority.ts';
import { readEdnaSend, readEdnaStatus } from './edna-answers.ts';
import { formBody } from './form.ts';
import type { Asked, Gateway, HttpRequest, Refusal, Sms, Traits } from './gateway.ts';
import { idIn } from './one-by-one.ts';
import { digitsReference } from './reference.ts';
import { hostOf, httpUrl, password, urlUnder } from './settings.ts';
import { fitValidity } from './validity.ts';

const fieldName = z.string().regex(/^\w+$/, 'must be letters, digits and underscores');

const settings = z
  .object({
    baseUrl: httpUrl.optional().meta({
      title: 'Address up to the connector',
      description: 'By your contract, such as https://gate00.example.org:9999/acme/connector0.',
    }),
    sendUrl: httpUrl.optional().meta({
      title: 'Whole address of the send call',
      description: 'In place of the address up to the connector with /send behind it.',
    }),
    statusUrl: httpUrl.optional().meta({
      title: 'Whole address of the status call',
      description: 'In place of the address up to the connector with /status behind it.',
    }),
    login: z.string().min(1).meta({ title: 'Login' }),
    password: password.meta({ title: 'Password', secret: true }),
    ca: z.string().refine(isCertificates, 'must be certificates in PEM').optional().meta({
      title: 'CA certificate',
      multiline: true,
      description: "In PEM, where the server's certificate is signed by edna's own authority.",
    }),
    method: z.enum(['POST', 'GET']).default('POST').meta({
      title: 'HTTP method',
      description: 'With GET, password and text travel in the address and may be logged on the way.',
    }),
    loginField: fieldName.default('login').meta({ title: 'Name of the login field' }),
    passwordField: fieldName.default('password').meta({
      title: 'Name of the password field',
      description: 'Some installations call it pass.',
    }),
    passwordFieldStatus: fieldName.optional().meta({
      title: 'Name of the password field in the status call',
      description: 'Where it has another name than in the send call.',
    }),
    indexed: z.boolean().default(true).meta({
      title: 'Fields with an index',
      description: 'Whether the fields are called subject[0] and so on, or just subject.',
    }),
    indexedStatus: z.boolean().optional().meta({
      title: 'Fields with an index in the status call',
      description: 'Where it differs from the send call.',
    }),
    sendValidity: z.boolean().default(false).meta({
      title: 'Send the validity',
      description: 'As validityPeriodMinutes, a field that is not confirmed for this protocol.',
    }),
    extraFields: z
      .record(z.string().regex(/^\w+(\[\d+\])?$/, 'must be a field name'), z.string())
      .default({})
      .meta({
        title: 'Other fields of the send call',
        description: 'Such as contentType or comment, where your installation wants them. Sent as they are.',
      }),
    pollGapS: z.number().min(0.1).max(3600).default(1).meta({
      title: 'Seconds between status requests',
      description: 'A request asks for one SMS. How often edna lets itself be asked is not documented.',
    }),
  })
  .refine(
    ({ baseUrl, sendUrl, statusUrl }) => baseUrl !== undefined || (sendUrl !== undefined && statusUrl !== undefined),
    {
      error: 'needs the address up to the connector, or both whole addresses',
      path: ['baseUrl'],
    },
  );

export type EdnaSettings = z.infer<typeof settings>;

export const edna: Gateway<EdnaSettings> = {
  name: 'edna',
  title: 'edna (MFMS), HPG',
  docs: 'https://docs.edna.io/kb/available-status-codes',
  knowledge: 'partly',
  notes: [
    'The address comes from the contract, and the names of the fields differ between installations: try a test SMS.',
    'Statuses are asked for one by one. Reports and texts from phones are not known for HPG: import stop lists.',
    'Other protocols of edna refuse a repeat of our id. For HPG nothing says so: a repeat counts as a second SMS.',
  ],
  examples: { '': { baseUrl: 'https://gate.example.com/client/connector0', login: 'login', password: 'password' } },
  settings,
  accountKey: (settings) => `${hostOf(urlOf('send', settings).replace(/\/send\/*$/, ''))}/${settings.login}`,
  traits,
  send,
  readSend: (response, sms) => readEdnaSend(response, digitsReference(sms.ref)),
  poll,
  readPoll: readEdnaStatus,
};

/** Without a validity of its own a message lives for 24 hours there; bounds are not documented. */
const VALIDITY = { minS: 60, maxS: 86_400, stepS: 60 };

function traits({ sendValidity, pollGapS }: EdnaSettings): Traits {
  return {
    ownId: { kind: 'digits', max: 20 },
    repeat: 'unsafe',
    lookup: 'gateway-id',
    pollLimit: { idsPerRequest: 1, minGapS: pollGapS },
    idScope: 'account',
    reports: 'poll',
    inbound: 'none',
    validity: sendValidity ? VALIDITY : 'account',
    callerId: 'required',
  };
}

function send(sms: Sms, settings: EdnaSettings): HttpRequest | Refusal {
  if (sms.callerId === undefined) {
    return { refuse: 'sender-not-allowed', detail: 'edna needs a sender name (subject)' };
  }
  const message = {
    subject: sms.callerId,
    address: digitsOf(sms.phone),
    text: sms.text,
    clientId: digitsReference(sms.ref),
  };
  return call('send', settings, {
    ...settings.extraFields,
    ...credentials(settings, settings.passwordField),
    ...indexed(message, settings.indexed),
    priority: PRIORITIES[sms.priority],
    ...(settings.sendValidity ? { validityPeriodMinutes: String(fitValidity(sms.validityS, VALIDITY) / 60) } : {}),
  });
}

function poll(asked: Asked[], settings: EdnaSettings): HttpRequest {
  return call('status', settings, {
    ...credentials(settings, settings.passwordFieldStatus ?? settings.passwordField),
    ...indexed({ providerId: idIn(asked) ?? '' }, settings.indexedStatus ?? settings.indexed),
  });
}

/** The highest of edna's, `realtime`, is left to installations that ask for it. */
const PRIORITIES: Record<Priority, string> = { otp: 'high', notice: 'normal', campaign: 'low' };

function credentials(settings: EdnaSettings, passwordField: string): Record<string, string> {
  return { [settings.loginField]: settings.login, [passwordField]: settings.password };
}

function indexed(fields: Record<string, string>, withIndex: boolean): Record<string, string> {
  return withIndex ? Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${name}[0]`, value])) : fields;
}

function call(path: 'send' | 'status', settings: EdnaSettings, fields: Record<string, string>): HttpRequest {
  const url = urlOf(path, settings);
  // A space as %20 is one in any reading of forms and addresses.
  const form = formBody(fields).replaceAll('+', '%20');
  const trust = settings.ca === undefined ? {} : { ca: settings.ca };
  if (settings.method === 'GET') return { method: 'GET', url: `${url}?${form}`, headers: {}, ...trust };
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  return { method: 'POST', url, headers, body: form, ...trust };
}

function urlOf(path: 'send' | 'status', { baseUrl = '', sendUrl, statusUrl }: EdnaSettings): string {
  return (path === 'send' ? sendUrl : statusUrl) ?? urlUnder(baseUrl, `/${path}`);
}

function isCertificates(pem: string): boolean {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.length > 0 && blocks.every(isCertificate);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
