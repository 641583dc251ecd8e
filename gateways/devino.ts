import { ONLINE_TRAITS, onlineBalance, readOnlineBalance, readOnlineSend, sendOnline } from './devino-online.ts';
import { readOnlineCall } from './devino-online-calls.ts';
import { readRest2Balance, readRest2Send, rest2Get, rest2Traits, sendRest2 } from './devino-rest2.ts';
import { inboundWindow, readRest2Call, readRest2Inbound, readRest2State } from './devino-rest2-status.ts';
import { type DevinoSettings, devinoAccount, devinoSettings } from './devino-settings.ts';
import type { Gateway, HttpRequest, Refusal, Sms } from './gateway.ts';
import { idIn } from './one-by-one.ts';

export type { DevinoSettings } from './devino-settings.ts';

export const devino: Gateway<DevinoSettings> = {
  name: 'devino',
  title: 'Devino Telecom',
  docs: 'https://docs.devino.online/0.2.0/ru',
  knowledge: 'partly',
  notes: [
    'With the API "online", the form of delivery reports is unverified: those in the form of the vendor\'s other ' +
      'products are read, all others are kept, and without one an SMS ends as unknown.',
    'With the API "rest2", statuses are fetched part by part, and Devino keeps them for 48 hours.',
    'A repeat is a second SMS: a send of which nothing is known is not repeated.',
    'Caller ids are agreed with Devino first; a number for texts from phones is rented from its manager (rest2 only).',
  ],
  examples: { online: { api: 'online', apiKey: 'key' }, rest2: { api: 'rest2', login: 'login', password: 'password' } },
  settings: devinoSettings,
  accountKey: devinoAccount,
  traits: (settings) => (settings.api === 'online' ? ONLINE_TRAITS : rest2Traits(settings)),
  send,
  readSend: (response, _, { api }) => (api === 'online' ? readOnlineSend(response) : readRest2Send(response)),
  poll: (asked, settings) => rest2Get('/Sms/State', { messageId: idIn(asked) ?? '' }, settings),
  readPoll: readRest2State,
  readHook: (hook, { api }) => (api === 'online' ? readOnlineCall(hook.body) : readRest2Call(hook)),
  // In REST v2, a body could go to the person as an SMS.
  reply: () => ({ status: 200, body: '' }),
  pullInbound: (ask, settings) => rest2Get('/Sms/In', inboundWindow(ask).fields, settings),
  readPulled: readRest2Inbound,
  balance: (settings) =>
    settings.api === 'online' ? onlineBalance(settings) : rest2Get('/User/Balance', {}, settings),
  readBalance: (response, { api }) => (api === 'online' ? readOnlineBalance(response) : readRest2Balance(response)),
};

function send(sms: Sms, settings: DevinoSettings): HttpRequest | Refusal {
  const { callerId } = sms;
  if (callerId === undefined) {
    return { refuse: 'sender-not-allowed', detail: 'Devino needs a sender name or number that was agreed with it' };
  }
  return settings.api === 'online' ? sendOnline(sms, callerId, settings) : sendRest2(sms, callerId, settings);
}
