/** Of forms that are drawn from a schema. */
export const schemaForm = {
  unchanged: 'unchanged',
  takeAway: 'Remove it',
  show: 'Show what is typed',
  notSaid: 'not set',
  yes: 'yes',
  no: 'no',
  key: 'name {{number}}',
  value: 'value {{number}}',
  keyHint: 'Name',
  valueHint: 'Value',
  twice: 'Is there twice: only the last counts.',
  addRow: 'Add a row',
  removeRow: 'remove row {{number}}',
  notJson: 'Is not JSON.',
  unknown: 'These pages do not know this kind of setting. Set it through the API.',
} as const;
