import type { ParseKeys } from 'i18next';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.ts';
import { said } from './said.ts';

/** What went wrong, for a person: in his language, and what the API says of it behind. */
export function useExplain(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (!(error instanceof ApiError)) return t('problems.page');
    if (error.status === 0) return t('problems.away');
    const { problem } = error;
    if (!problem) return t('problems.other', { status: String(error.status) });
    const key: ParseKeys = `problems.codes.${problem.code}`;
    return [t(key), problem.detail === undefined ? '' : said(problem.detail)].filter(Boolean).join(' ');
  };
}
