import type { problems as en } from '../en/problems.ts';
import type { Russian } from '../translation.ts';

export const problems: Russian<typeof en> = {
  away: 'API недоступен. Возможно, он перезапускается.',
  page: 'На этой странице ошибка. Остальные работают.',
  other: 'API ответил со статусом {{status}}.',
  codes: {
    'malformed-json': 'Запрос испорчен по пути.',
    unauthorised: 'Время входа истекло.',
    forbidden: 'С этим ключом так нельзя.',
    'account-required': 'Выберите аккаунт: ключ действует для всех.',
    'not-found': 'Здесь ничего нет.',
    conflict: 'Это не сочетается с тем, что уже есть.',
    'too-late': 'Сообщение уже нельзя отменить.',
    'message-gone': 'Сообщение удалено.',
    'body-too-large': 'Слишком большой объём.',
    'unsupported-media-type': 'Такое содержимое здесь не читается.',
    'invalid-request': 'Что-то указано неверно.',
    'idempotency-key-reused': 'Это уже отправлялось с другим содержимым.',
    'too-many-requests': 'Слишком много запросов. Подождите немного.',
    'hook-refused': 'Вызов не понят.',
    internal: 'В API что-то сломалось.',
    unavailable: 'Сейчас невозможно.',
  },
};
