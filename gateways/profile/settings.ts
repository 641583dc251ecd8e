/** What a sender with an HTTP profile is told. */
import { z } from 'zod';
import type { Asked, Sms } from '../gateway.ts';
import { httpUrl, password } from '../settings.ts';
import { placeholdersOf } from './request-schema.ts';
import { type ProfileSettings, sendRequest, statusRequest } from './requests.ts';
import { profileSchemaOr } from './schema.ts';

export function profileSettings(title: string): z.ZodType<ProfileSettings> {
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
      profile: profileSchemaOr(missing).meta({
        title: 'HTTP profile',
        description:
          'How to send, and how to read answers, statuses and calls: see docs/http-profile.md. A sender of this ' +
          `gateway ${missing}.`,
      }),
    })
    .superRefine((settings, ctx) => {
      if (!URL.canParse(settings.url)) return;
      for (const { path, message } of faultsOf(settings)) ctx.addIssue({ code: 'custom', path, message });
    });
}

function faultsOf(settings: ProfileSettings): { path: PropertyKey[]; message: string }[] {
  const { params, profile, login } = settings;
  const { send, status } = profile;
  const used = [...placeholdersOf(send), ...(status ? placeholdersOf(status.request) : [])];
  const missing = [...new Set(used)].flatMap((name) => {
    const param = /^param\.(.+)$/.exec(name)?.[1];
    if (param !== undefined) return Object.hasOwn(params, param) ? [] : [['params', param]];
    const isThere = !isAccountField(name) || settings[name] !== undefined;
    return isThere ? [] : [[name]];
  });
  if (missing.length > 0) return missing.map((path) => ({ path, message: 'is missing: the profile fills it in' }));
  const isBasic = [send, status?.request].some((request) => request?.auth === 'basic');
  if (isBasic && login?.includes(':')) return [{ path: ['login'], message: 'must hold no colon with HTTP Basic' }];
  const requests = [sendRequest(EXAMPLE, settings), ...(status ? [statusRequest([ASKED], settings)] : [])];
  return requests.flatMap((made) => ('refuse' in made ? [{ path: ['profile'], message: made.detail }] : []));
}

function isAccountField(name: string): name is 'login' | 'password' | 'token' {
  return name === 'login' || name === 'password' || name === 'token';
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
