/** Gateways whose protocol is not public, and any other: they work by an HTTP profile that the operator fills in. */
import { profileGateway } from './profile/gateway.ts';

export const skymedia = profileGateway({
  name: 'skymedia',
  title: 'Sky Media',
  docs: 'https://sky-ms.ru/api.html',
  notes: [
    'The protocol is not public: describe it in an HTTP profile, from the documentation that your contract gives you.',
    'Without a profile no sender can be made: an address or a protocol is never made up.',
  ],
});

export const vknotify = profileGateway({
  name: 'vknotify',
  title: 'VK Notify',
  docs: 'https://notify.mail.ru/',
  notes: [
    "The server's protocol is not public: describe it in an HTTP profile, from the document in your VK Notify account.",
    'Messages go by templates that VK has approved; put service and template ids into the parameters of the sender.',
    'Not more than 50 messages a second for each service are sent, say resellers: set the rate limit.',
  ],
});

export const sbermobile = profileGateway({
  name: 'sbermobile',
  title: 'SberMobile',
  docs: 'https://sbermobile.ru/',
  notes: [
    'The protocol (SMS-SBER-PROTOCOL.pdf) is given to customers only: describe it in an HTTP profile.',
    'Sender names are registered with this operator apart from others.',
  ],
});

export const http = profileGateway({
  name: 'http',
  title: 'Another gateway, by HTTP profile',
  docs: 'docs/http-profile.md',
  notes: ['For any gateway with an HTTP interface that has no adapter here: see docs/http-profile.md.'],
});
