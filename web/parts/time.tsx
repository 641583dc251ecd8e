import { useTranslation } from 'react-i18next';
import { localeOf } from './locale.ts';

/** A moment in the reader's time zone and language. @param at ISO 8601 */
export function Time({ at }: { at: string }) {
  const { i18n } = useTranslation();
  const words = new Intl.DateTimeFormat(localeOf(i18n.language), { dateStyle: 'medium', timeStyle: 'medium' });
  return (
    <time dateTime={at} title={at} style={{ whiteSpace: 'nowrap' }}>
      {words.format(new Date(at))}
    </time>
  );
}
