export const erasure = {
  title: 'Erase a phone',
  help: 'Takes a phone out of messages, texts that came in, reports, webhook calls and lists of verified phones, in all accounts. Ids, times, senders, statuses and parts of its messages stay. Suppress lists keep it, so that it gets no SMS again.',
  phone: 'Phone',
  phoneHelp: 'With a plus and its country code, such as +79995550101',
  start: 'Erase …',
  confirmTitle: 'Erase {{phone}}?',
  confirmText:
    'It cannot be undone. All webhook calls that are kept are looked through, which may take a minute. It can be repeated.',
  confirm: 'Erase for ever',
  done: '{{phone}} is erased',
  counts: {
    messages: 'Messages without the phone, their text and metadata',
    inboundTexts: 'Texts from the phone without it and what they said',
    unmatchedReports: 'Reports that no message had, deleted',
    webhookCalls: "Gateways' calls whose content is gone",
    senders: 'Senders that had it among their verified phones',
  },
  nothing: 'Nothing was found of this phone.',
} as const;
