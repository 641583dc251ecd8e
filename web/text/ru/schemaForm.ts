import type { schemaForm as en } from '../en/schemaForm.ts';
import type { Russian } from '../translation.ts';

export const schemaForm: Russian<typeof en> = {
  unchanged: 'без изменений',
  takeAway: 'Удалить',
  show: 'Показать введённое',
  notSaid: 'не задано',
  yes: 'да',
  no: 'нет',
  key: 'имя {{number}}',
  value: 'значение {{number}}',
  keyHint: 'Имя',
  valueHint: 'Значение',
  twice: 'Указано дважды: учитывается последнее.',
  addRow: 'Добавить строку',
  removeRow: 'удалить строку {{number}}',
  notJson: 'Это не JSON.',
  unknown: 'Такую настройку эти страницы не показывают. Задайте её через API.',
};
