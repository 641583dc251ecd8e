import type { signIn as en } from '../en/signIn.ts';
import type { Russian } from '../translation.ts';

export const signIn: Russian<typeof en> = {
  title: 'Вход в durable-sms',
  help: 'По ключу API. Видно то, что разрешают его права. Вход действует 12 часов.',
  key: 'Ключ API',
  show: 'Показать или скрыть ключ',
  submit: 'Войти',
  wrong: 'Ключ неверен, истёк или отозван.',
};
