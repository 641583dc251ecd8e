/** The two requests of a profile, with what they are filled in with. */
import { digitsOf } from '../../sms/phone.ts';
import type { Asked, HttpRequest, Reference, Refusal, Sms } from '../gateway.ts';
import { ownId } from '../reference.ts';
import { urlUnder } from '../settings.ts';
import { fitValidity } from '../validity.ts';
import { buildRequest } from './request.ts';
import type { Profile } from './schema.ts';
import type { Values } from './template.ts';

export interface ProfileSettings {
  url: string;
  login?: string | undefined;
  password?: string | undefined;
  token?: string | undefined;
  params: Record<string, string>;
  hookSecret?: string | undefined;
  profile: Profile;
}

export function sendRequest(sms: Sms, settings: ProfileSettings): HttpRequest | Refusal {
  const { profile } = settings;
  const { callerId = '', reportUrl = '', text, priority } = sms;
  if (callerId === '' && profile.callerId === 'required') {
    return { refuse: 'sender-not-allowed', detail: 'the profile needs a sender name or number' };
  }
  const left = profile.validity ? fitValidity(sms.validityS, profile.validity) : Math.max(1, Math.floor(sms.validityS));
  return buildRequest(profile.send, {
    ...accountValues(settings),
    ...messageValues(sms, settings),
    text,
    callerId,
    validityS: String(left),
    validityMin: String(Math.max(1, Math.floor(left / 60))),
    priority,
    reportUrl,
  });
}

export function statusRequest([message]: Asked[], settings: ProfileSettings): HttpRequest | Refusal {
  const { status } = settings.profile;
  if (!status || !message) return { refuse: 'invalid-request', detail: 'the profile describes no status request' };
  const id = message.ids[0]?.id ?? '';
  return buildRequest(status.request, { ...accountValues(settings), ...messageValues(message, settings), id });
}

function accountValues({ url, login = '', password = '', token = '', params }: ProfileSettings): Values {
  const named = Object.entries(params).map(([name, value]) => [`param.${name}`, value] as const);
  return { url: urlUnder(url, ''), login, password, token, ...Object.fromEntries(named) };
}

function messageValues(message: { phone: string; ref: Reference }, { profile }: ProfileSettings): Values {
  const { phone, ref } = message;
  return { phone: digitsOf(phone), phonePlus: phone, ref: ownId(ref, profile) ?? '' };
}
