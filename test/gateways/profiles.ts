/** Profiles of three gateways of which the wire is known after all, so that what they do can be seen. */

import type { z } from 'zod';
import type { profileSchema } from '../../gateways/profile/schema.ts';

type ProfileInput = z.input<typeof profileSchema>;

/** Rapporto: form in, XML out, both kinds of calls by GET; a repeat under our id is answered as the first time. */
export const FORM_AND_XML: ProfileInput = {
  send: {
    url: '{{url}}',
    body: {
      type: 'form',
      fields: [
        ['serviceId', '{{login}}'],
        ['pass', '{{password}}'],
        ['clientId', '{{phone}}'],
        ['message', '{{text}}'],
        ['source', '{{callerId}}'],
        ['output', 'xml'],
        ['partnerMsgId', '{{ref}}'],
      ],
    },
  },
  sendAnswer: {
    format: 'xml',
    success: [{ value: 'response.code', equals: '200' }],
    id: 'response.payload.id',
    errors: [
      { when: [{ value: 'response.code', equals: ['400', '414'] }], class: 'invalid-request' },
      { when: [{ value: 'response.code', equals: ['401', '403'] }], class: 'auth' },
      { when: [{ value: 'response.code', equals: '402' }], class: 'no-balance' },
      { when: [{ value: 'response.code', equals: '406' }], class: 'invalid-recipient' },
      { when: [{ value: 'response.code', equals: '408' }], class: 'rate-limited', retryAfterS: 1 },
      { when: [{ value: 'response.code', equals: '409' }], class: 'duplicate' },
      { when: [{ value: 'response.code', equals: ['500', '503'] }], class: 'temporary', notTaken: false },
    ],
    code: 'response.code',
    detail: 'response.text',
  },
  ownId: { kind: 'text', max: 50 },
  repeat: 'same-answer',
  reports: {
    format: 'query',
    when: [{ value: 'transactionId', exists: true }],
    id: 'transactionId',
    state: 'status',
    states: { 0: 'sent', 2: 'delivered', 5: 'undelivered', 9: 'delivered' },
    code: 'unifiedExtStatus',
  },
  inbound: {
    format: 'query',
    when: [{ value: 'clientId', exists: true }],
    id: 'messageId',
    from: 'clientId',
    to: 'shortNumber',
    text: 'message',
    reply: { status: 204 },
  },
};

/** BulkSMS: JSON with HTTP Basic, a list of messages in the answer and in each call. */
export const JSON_AND_LISTS: ProfileInput = {
  send: {
    url: '{{url}}/messages',
    query: [
      ['auto-unicode', 'true'],
      ['deduplication-id', '{{ref}}'],
    ],
    auth: 'basic',
    body: {
      type: 'json',
      value: [{ to: '{{phonePlus}}', from: '{{callerId}}', body: '{{text}}', longMessageMaxParts: 10 }],
    },
  },
  sendAnswer: {
    format: 'json',
    success: [{ status: [201] }, { value: '[0].status.type', equals: ['ACCEPTED', 'SENT', 'SCHEDULED'] }],
    id: '[0].id',
    errors: [
      {
        when: [{ value: '[0].status.subtype', equals: ['NOT_SENT'] }],
        class: 'invalid-recipient',
      },
      { when: [{ value: '[0].status.subtype', equals: ['BLOCKED'] }], class: 'blocked', optOut: true },
      { when: [{ status: [403] }, { value: 'title', equals: 'Insufficient Credits' }], class: 'no-balance' },
      { when: [{ status: [400] }, { value: { regex: '\\S' }, exists: true }], class: 'invalid-request' },
      { when: [{ status: [400] }], class: 'rate-limited', retryAfterS: 1 },
    ],
    code: 'title',
    detail: 'detail',
  },
  ownId: { kind: 'int32' },
  repeat: 'same-answer',
  repeatWithinS: 39_600,
  status: {
    by: 'gateway-id',
    request: { method: 'GET', url: '{{url}}/messages/{{id}}', auth: 'basic' },
    format: 'json',
    state: 'status.id',
    states: {
      'SENT.null': 'sent',
      'DELIVERED.null': 'delivered',
      'FAILED.EXPIRED': 'expired',
      'FAILED.HANDSET_ERROR': 'undelivered',
      'FAILED.null': 'undelivered',
      'FAILED.BLOCKED': { status: 'rejected', errorClass: 'blocked', optOut: true },
      'FAILED.NOT_SENT': 'rejected',
    },
    minGapS: 0.2,
  },
  reports: {
    format: 'json',
    when: [{ value: '[0].type', equals: 'SENT' }],
    each: '[*]',
    id: 'id',
    phone: 'to',
    state: 'status.id',
    states: {
      'SENT.null': 'sent',
      'DELIVERED.null': 'delivered',
      'FAILED.EXPIRED': 'expired',
      'FAILED.HANDSET_ERROR': 'undelivered',
      'FAILED.null': 'undelivered',
      'FAILED.BLOCKED': { status: 'rejected', errorClass: 'blocked', optOut: true },
      'FAILED.NOT_SENT': 'rejected',
    },
  },
  inbound: {
    format: 'json',
    when: [{ value: '[0].type', equals: 'RECEIVED' }],
    each: '[*]',
    id: 'id',
    from: 'from',
    to: 'to',
    text: 'body',
  },
};

/** Intellin: GET with the login in the address, text answers read by regular expressions, statuses polled only. */
export const GET_AND_TEXT: ProfileInput = {
  send: {
    method: 'GET',
    url: '{{url}}/sendsms.cgi',
    query: [
      ['http_username', '{{login}}'],
      ['http_password', '{{password}}'],
      ['phone_list', '{{phone}}'],
      ['message', '{{text}}'],
      ['fromphone', '{{callerId}}'],
    ],
  },
  sendAnswer: {
    format: 'text',
    success: [
      { value: { regex: '\\berror_num=(\\d+)' }, equals: '0' },
      { value: { regex: '\\bmessage_parts=(\\d+)' }, exists: true },
    ],
    id: { regex: '\\bmessage_id=(\\d+)' },
    errors: [
      { when: [{ value: { regex: '\\berror_num=(\\d+)' }, equals: '12' }], class: 'auth' },
      { when: [{ value: { regex: '\\berror_num=(\\d+)' }, equals: '16' }], class: 'no-balance' },
      { when: [{ value: { regex: '\\berror_num=(\\d+)' }, matches: '^[1-9]' }], class: 'unknown' },
    ],
    code: { regex: '\\berror_num=(\\d+)' },
  },
  status: {
    by: 'gateway-id',
    request: {
      method: 'GET',
      url: '{{url}}/getstatus.cgi',
      query: [
        ['http_username', '{{login}}'],
        ['http_password', '{{password}}'],
        ['message_id', '{{id}}'],
      ],
    },
    format: 'text',
    state: { regex: '\\bdeliver_status=(\\w+)' },
    states: {
      DELIVERED: 'delivered',
      READ: 'delivered',
      EXPIRED: 'expired',
      UNDELIV: 'undelivered',
      DELETED: 'undelivered',
      REJECTD: 'rejected',
      ACCEPTD: 'sent',
      PROGRESS: 'sent',
      SEND: 'sent',
    },
    minGapS: 0.2,
  },
};
