/** Gateways that work by an HTTP profile, as adapters like any other. */
import { z } from 'zod';
import { digitsOf } from '../../sms/phone.ts';
import type { Asked, Gateway, HookReply, HttpRequest, Refusal, Sms, TakenHook, Traits } from '../gateway.ts';
import { ownId } from '../reference.ts';
import { fingerprint } from '../secrets.ts';
import { hostOf, httpUrl, password, urlUnder } from '../settings.ts';
import { fitValidity } from '../validity.ts';
import { readCall, readSendAnswer, readStatusAnswer } from './read.ts';
import { buildRequest } from './request.ts';
import { type Profile, profileSchema } from './schema.ts';
import type { Values } from './template.ts';

function settingsOf(title: string) {
  const missing = `needs an HTTP profile: the protocol of ${title} is not built in, and none is made up`;
  return z
    .object({
      url: httpUrl.meta({
        title: 'Address',
        description: 'As the gateway told you; requests of the profile begin with it.',
      }),
      login: z.string().min(1).optional().meta({ title: 'Login' }),
      password: password.optional().meta({ title: 'Password', secret: true }),
      token: password.optional().meta({ title: 'Token or API key', secret: true }),
      params: z.record(z.string().regex(/^\w+$/), z.string()).default({}).meta({
        title: 'Parameters',
        description: 'Further values for the profile, as {{param.NAME}}; they are not secret.',
      }),
      hookSecret: password.optional().meta({
        title: 'Webhook secret',
        description: 'What the profile looks for in calls of the gateway.',
        secret: true,
      }),
      profile: z
        .unknown()
        .refine((given) => given !== undefined && given !== null, { error: missing, abort: true })
        .pipe(profileSchema)
        .meta({ title: 'HTTP profile', description: 'How to send, and how to read answers, statuses and calls.' }),
    })
    .superRefine((settings, ctx) => {
      if (!URL.canParse(settings.url)) return;
      for (const request of [
        send(EXAMPLE, settings),
        ...(settings.profile.status ? [statusRequest([ASKED], settings)] : []),
      ]) {
        if ('refuse' in request) ctx.addIssue({ code: 'custom', path: ['profile'], message: request.detail });
      }
    });
}

/** What every profile must be able to write. */
const EXAMPLE: Sms = {
  phone: '+79995550100',
  text: 'Hello',
  callerId: 'ACME',
  ref: { number: 1n, installation: 'abcd' },
  validityS: 3600,
  priority: 'notice',
  attempt: 1,
  reportUrl: 'https://sms.example.com/hooks/token/reports',
};
const ASKED: Asked = { ids: [{ id: '1' }], phone: EXAMPLE.phone, ref: EXAMPLE.ref };

export interface ProfileSettings {
  url: string;
  login?: string | undefined;
  password?: string | undefined;
  token?: string | undefined;
  params: Record<string, string>;
  hookSecret?: string | undefined;
  profile: Profile;
}

export function profileGateway(it: Pick<Gateway, 'name' | 'title' | 'docs' | 'notes'>): Gateway<ProfileSettings> {
  return {
    ...it,
    knowledge: 'by-profile',
    examples: {},
    settings: settingsOf(it.title),
    accountKey: ({ url, login, token = '' }) => `${hostOf(url)}/${login ?? fingerprint(token)}`,
    traits: ({ profile }) => traitsOf(profile),
    send,
    readSend: (response, _sms, { profile }) => readSendAnswer(response, profile),
    poll,
    readPoll: (response, asked, { profile }) => readStatusAnswer(response, asked, profile),
    readHook: (hook, { profile, hookSecret }) => readCall(hook, profile, hookSecret),
    reply,
  };
}

function traitsOf(profile: Profile): Traits {
  const { status, reports, inbound, validity, repeatWithinS, submitGapS, rateLimit, ownId: reference } = profile;
  return {
    ...(reference === undefined ? {} : { ownId: reference }),
    repeat: profile.repeat,
    ...(repeatWithinS === undefined ? {} : { repeatWithinS }),
    ...(submitGapS === undefined ? {} : { submitGapS }),
    lookup: status?.by ?? 'none',
    ...(status?.notFoundTrustedAfterS === undefined ? {} : { notFoundTrustedAfterS: status.notFoundTrustedAfterS }),
    ...(status ? { pollLimit: { idsPerRequest: 1, minGapS: status.minGapS } } : {}),
    idScope: profile.idScope,
    reports: reports ? 'webhook' : status ? 'poll' : 'none',
    inbound: inbound ? 'webhook' : 'none',
    validity: validity ?? 'account',
    callerId: profile.callerId,
    ...(rateLimit === undefined ? {} : { rateLimit }),
  };
}

function send(sms: Sms, settings: ProfileSettings): HttpRequest | Refusal {
  const { profile, params } = settings;
  if (sms.callerId === undefined && profile.callerId === 'required') {
    return { refuse: 'sender-not-allowed', detail: 'the profile needs a sender name or number' };
  }
  const left = profile.validity ? fitValidity(sms.validityS, profile.validity) : Math.max(1, Math.floor(sms.validityS));
  const ref = ownId(sms.ref, profile);
  return buildRequest(
    profile.send,
    {
      ...accountValues(settings),
      phone: digitsOf(sms.phone),
      phonePlus: sms.phone,
      text: sms.text,
      ...(sms.callerId === undefined ? {} : { callerId: sms.callerId }),
      ...(ref === null ? {} : { ref }),
      validityS: String(left),
      validityMin: String(Math.max(1, Math.floor(left / 60))),
      priority: sms.priority,
      ...(sms.reportUrl === undefined ? {} : { reportUrl: sms.reportUrl }),
    },
    params,
  );
}

/** Settings that cannot make it are refused when they are saved. */
function poll(asked: Asked[], settings: ProfileSettings): HttpRequest {
  const request = statusRequest(asked, settings);
  if ('refuse' in request) throw new Error(request.detail);
  return request;
}

function statusRequest([message]: Asked[], settings: ProfileSettings): HttpRequest | Refusal {
  const { profile, params } = settings;
  if (!profile.status || !message) {
    return { refuse: 'invalid-request', detail: 'the profile describes no status request' };
  }
  const ref = ownId(message.ref, profile);
  const values = {
    ...accountValues(settings),
    phone: digitsOf(message.phone),
    phonePlus: message.phone,
    ...(ref === null ? {} : { ref }),
    id: message.ids[0]?.id ?? ref ?? '',
  };
  return buildRequest(profile.status.request, values, params);
}

function reply(reading: TakenHook, { profile }: ProfileSettings): HookReply {
  const isInbound = reading.kind === 'read' && reading.inbound.length > 0;
  const form = (isInbound ? profile.inbound : profile.reports) ?? profile.inbound ?? profile.reports;
  if (!form) return { status: 200, body: '' };
  const { status, contentType, body } = form.reply;
  return { status, headers: body === '' ? {} : { 'content-type': contentType }, body };
}

function accountValues({ url, login, password, token }: ProfileSettings): Values {
  return {
    url: urlUnder(url, ''),
    ...(login === undefined ? {} : { login }),
    ...(password === undefined ? {} : { password }),
    ...(token === undefined ? {} : { token }),
  };
}
