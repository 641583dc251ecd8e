import type { shell as en } from '../en/shell.ts';
import type { Russian } from '../translation.ts';

export const shell: Russian<typeof en> = {
  skip: 'Перейти к странице',
  menu: 'Меню',
  navigation: 'Страницы',
  light: 'Светлая',
  dark: 'Тёмная',
  signOut: 'Выйти',
  allAccounts: 'Для всех аккаунтов',
  until: 'Вход действует до',
  notFound: { title: 'Такой страницы нет', text: 'Возможно, в адресе ошибка, или того, что здесь было, уже нет.' },
  forbidden: {
    title: 'Не для этого ключа',
    text: 'Для этой страницы нужен ключ с другими правами. Выйдите, чтобы войти с другим.',
  },
};
