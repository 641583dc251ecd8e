import type { parts as en } from '../en/parts.ts';
import type { Russian } from '../translation.ts';

export const parts: Russian<typeof en> = {
  loading: 'Загрузка …',
  failed: 'Не получилось',
  again: 'Повторить',
  next: 'Более старые',
  first: 'Самые новые',
  copy: 'Скопировать',
  copied: 'Скопировано',
  cancel: 'Отмена',
  close: 'Закрыть',
  back: 'Назад',
  live: 'Обновлять на лету',
  typeToConfirm: 'Чтобы продолжить, введите {{word}}',
  filters: 'Фильтры',
  clearFilters: 'Сбросить фильтры',
  from: 'С',
  to: 'До',
  account: 'Аккаунт',
  anyAccount: 'Все аккаунты',
  noAccount: 'все',
  nothing: '–',
};
