/** Infobip's statuses and errors, as the send answer, logs and reports tell them. */
import type { Reason, Refusal, Sms, Status } from '../model.ts';

export interface Code {
  groupId: number;
  groupName: string;
  id: number;
  name: string;
  description: string;
}

const GROUPS = ['ACCEPTED', 'PENDING', 'UNDELIVERABLE', 'DELIVERED', 'EXPIRED', 'REJECTED'] as const;

const code = (groupId: number, id: number, name: string, description: string): Code => {
  return { groupId, groupName: GROUPS[groupId] ?? '', id, name, description };
};

export const ACCEPTED = code(1, 26, 'PENDING_ACCEPTED', 'Message sent to next instance');

const REFUSED: Record<Refusal, Code> = {
  'invalid-recipient': code(5, 52, 'REJECTED_DESTINATION', 'Invalid destination address.'),
  'missing-recipient': code(5, 51, 'MISSING_TO', 'Destination address is not set.'),
  blocked: code(5, 14, 'REJECTED_DESTINATION_BLOCKLISTED', 'Destination is on the blocklist.'),
  'no-balance': code(5, 12, 'REJECTED_NOT_ENOUGH_CREDITS', 'Not enough credits.'),
  duplicate: code(5, 23, 'REJECTED_DUPLICATE_MESSAGE_ID', 'Message with this id was already sent.'),
  'too-long': code(5, 25, 'REJECTED_MESSAGE_TOO_LONG', 'Message is too long.'),
  'sender-not-allowed': code(5, 11, 'REJECTED_SOURCE', 'Sender is not registered.'),
};

export const refusalCode = (refusal: Refusal): Code => REFUSED[refusal];

export function statusCode(sms: Sms, status: Status, reason: Reason | undefined): Code {
  switch (status) {
    case 'pending':
      return ACCEPTED;
    case 'sent':
      // In the group DELIVERED, but not final; for some operators the last word.
      if (sms.fault === 'never-final') return code(3, 2, 'DELIVERED_TO_OPERATOR', 'Message delivered to operator');
      return code(1, 7, 'PENDING_ENROUTE', 'Message sent to next instance');
    case 'delivered':
      return code(3, 5, 'DELIVERED_TO_HANDSET', 'Message delivered to handset');
    case 'undelivered':
      return code(2, 9, 'UNDELIVERABLE_NOT_DELIVERED', 'Message sent not delivered');
    case 'expired':
      return code(4, 15, 'EXPIRED_EXPIRED', 'Message expired');
    case 'rejected':
      if (reason === 'opted-out') return refusalCode('blocked');
      return code(5, 19, 'REJECTED_ROUTE_NOT_AVAILABLE', 'Route not available');
  }
}

export interface ErrorCode extends Code {
  permanent: boolean;
}

/** `shape` v2 spells the group of no error in small letters. */
export function errorCode(status: Status, reason: Reason | undefined, shape: 'v2' | 'v3'): ErrorCode {
  if (status === 'rejected' && reason === 'opted-out') {
    const description = 'Recipient opted out with STOP';
    return { groupId: 2, groupName: 'USER_ERRORS', id: 603, name: 'EC_OPTED_OUT', description, permanent: true };
  }
  if (status === 'undelivered' || status === 'expired') {
    const description = 'Absent subscriber';
    const name = 'EC_ABSENT_SUBSCRIBER_SM';
    return { groupId: 1, groupName: 'HANDSET_ERRORS', id: 6, name, description, permanent: false };
  }
  const groupName = shape === 'v3' ? 'OK' : 'Ok';
  return { groupId: 0, groupName, id: 0, name: 'NO_ERROR', description: 'No Error', permanent: false };
}

/** `2024-03-05T10:15:00.000+0000`: the offset has no colon. */
export const infobipDate = (at: number) => new Date(at).toISOString().replace('Z', '+0000');
