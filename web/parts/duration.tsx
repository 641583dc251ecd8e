import { useTranslation } from 'react-i18next';
import { localeOf } from './locale.ts';

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** In the reader's language, whole: `1 day 30 minutes`. */
export function Duration({ seconds }: { seconds: number }) {
  const { i18n } = useTranslation();
  let left = seconds;
  const words = UNITS.flatMap(([unit, length]) => {
    const count = Math.floor(left / length);
    left -= count * length;
    const isShown = count > 0 || (unit === 'second' && seconds === 0);
    const format = { style: 'unit', unit, unitDisplay: 'long' } as const;
    return isShown ? [new Intl.NumberFormat(localeOf(i18n.language), format).format(count)] : [];
  });
  return words.join(' ');
}
