export const audit = {
  title: 'Audit log',
  empty: 'No change was made yet that fits.',
  table: 'Changes, newest first',
  at: 'When',
  actor: 'Who',
  action: 'What',
  account: 'Account',
  object: 'Object',
  detail: 'Details',
  actionHelp: 'Such as key.create, or key for all of its kind',
  objectHelp: 'The id of what was changed',
  product: 'not by a key',
} as const;
