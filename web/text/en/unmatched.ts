export const unmatched = {
  title: 'Unmatched reports',
  view: 'What is shown',
  views: { reports: 'Reports of no message', refused: 'Refused calls', left: 'Calls left undone' },
  about: {
    reports:
      'Gateways reported on these ids, and no message here has them: something else sends with the same gateway ' +
      'login, or the message is no longer kept. A report takes effect if a message comes to have its id.',
    refused: 'Calls of webhook addresses that did not come from the gateway, or were not understood.',
    left: 'Calls that were kept but not worked through after a minute. They are tried again and again.',
  },
  reports: {
    empty: 'No report that matched nothing fits.',
    table: 'Reports of ids that no message has, newest first',
    reportedAt: 'Reported',
    gateway: 'Gateway',
    gatewayHelp: 'Its name, such as infobip',
    id: 'Id at the gateway',
    phone: 'Phone',
    status: 'Status',
    raw: "The gateway's words",
    error: 'Error',
  },
  calls: {
    empty: { refused: 'No call was refused.', left: 'No call is left undone.' },
    table: { refused: 'Refused calls, newest first', left: 'Calls left undone, newest first' },
    receivedAt: 'Received',
    sender: 'Sender',
    gateway: 'Gateway',
    call: 'Call',
    body: 'Body',
    bytes: '{{count}} bytes',
    detail: 'What is wrong',
  },
} as const;
