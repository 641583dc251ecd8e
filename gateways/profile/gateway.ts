/** Gateways that work by an HTTP profile, as adapters like any other. */
import type { Asked, Gateway, HookReply, HttpRequest, TakenHook, Traits } from '../gateway.ts';
import { fingerprint } from '../secrets.ts';
import { hostOf } from '../settings.ts';
import { readCall } from './calls.ts';
import { readSendAnswer, readStatusAnswer } from './read.ts';
import { type ProfileSettings, sendRequest, statusRequest } from './requests.ts';
import type { Profile } from './schema.ts';
import { profileSettings } from './settings.ts';

export function profileGateway(it: Pick<Gateway, 'name' | 'title' | 'docs' | 'notes'>): Gateway<ProfileSettings> {
  return {
    ...it,
    knowledge: 'by-profile',
    examples: {},
    settings: profileSettings(it.title),
    accountKey: ({ url, login, token, params }) =>
      `${hostOf(url)}/${login ?? fingerprint(token ?? JSON.stringify(params))}`,
    traits: ({ profile }) => traitsOf(profile),
    send: sendRequest,
    readSend: (response, _sms, { profile }) => readSendAnswer(response, profile),
    poll,
    readPoll: (response, asked, { profile }) => readStatusAnswer(response, asked, profile),
    readHook: (hook, { profile, hookSecret }) => readCall(hook, profile, hookSecret),
    reply,
  };
}

function traitsOf(profile: Profile): Traits {
  const { status, reports, inbound, validity, repeatWithinS, submitGapS, rateLimit, ownId } = profile;
  return {
    ...(ownId === undefined ? {} : { ownId }),
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

/** @throws never, once the settings were read: what cannot make a request is refused then */
function poll(asked: Asked[], settings: ProfileSettings): HttpRequest {
  // An id with letters that the request cannot hold is nobody's; it must not keep others from being asked about.
  const plain = asked.map((message) => ({
    ...message,
    ids: message.ids.map((id) => ({ ...id, id: id.id.replace(/[^\x20-\x7e]/g, '?') })),
  }));
  for (const request of [statusRequest(asked, settings), statusRequest(plain, settings)]) {
    if (!('refuse' in request)) return request;
  }
  throw new Error('the profile makes no status request');
}

function reply(reading: TakenHook, { profile }: ProfileSettings): HookReply {
  const isInbound = reading.kind === 'read' && reading.inbound.length > 0;
  const form = (isInbound ? profile.inbound : profile.reports) ?? profile.inbound ?? profile.reports;
  if (!form) return { status: 200, body: '' };
  const { status, contentType, body } = form.reply;
  return { status, headers: body === '' ? {} : { 'content-type': contentType }, body };
}
