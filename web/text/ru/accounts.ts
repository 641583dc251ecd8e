import type { accounts as en } from '../en/accounts.ts';
import type { Russian } from '../translation.ts';

export const accounts: Russian<typeof en> = {
  title: 'Аккаунты',
  table: 'Аккаунты, сначала новые',
  empty: 'Подходящих аккаунтов нет.',
  name: 'Название',
  nameFilterHelp: 'Название целиком',
  nameHelp: 'Не такое, как у других аккаунтов, до 200 символов',
  country: 'Страна по умолчанию',
  countryHelp:
    'Двухбуквенный код, например RU. Тогда номера можно писать так, как их набирают в этой стране. Пусто — только в международном виде.',
  state: 'Состояние',
  states: { active: 'действует', archived: 'в архиве', all: 'все' },
  id: 'Идентификатор',
  createdAt: 'Создан',
  acts: 'Действия',
  create: 'Новый аккаунт',
  createSubmit: 'Создать аккаунт',
  created: 'Аккаунт {{name}} создан. Теперь ему нужен ключ API.',
  change: 'Изменить',
  changeTitle: 'Изменение аккаунта {{name}}',
  save: 'Сохранить',
  saved: 'Аккаунт {{name}} сохранён.',
  archive: 'В архив',
  archiveTitle: 'Отправить аккаунт {{name}} в архив?',
  archiveText:
    'За несколько секунд его ключи перестанут действовать, и новые сообщения приниматься не будут. Уже принятые будут отправлены. Аккаунт можно восстановить.',
  archived: 'Аккаунт {{name}} в архиве.',
  restore: 'Восстановить',
  restoreTitle: 'Восстановить аккаунт {{name}}?',
  restoreText: 'Его неотозванные ключи снова будут действовать.',
  restored: 'Аккаунт {{name}} снова действует.',
  keys: 'Ключи',
};
