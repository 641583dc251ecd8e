import { useTranslation } from 'react-i18next';

/** `RU` as `Russia (RU)`, in the reader's language; what is no country stays as it is. */
export function useCountryName(): (code: string) => string {
  const { i18n } = useTranslation();
  return (code) => {
    const name = nameOf(code.toUpperCase(), i18n.language);
    return name === undefined ? code : `${name} (${code.toUpperCase()})`;
  };
}

function nameOf(code: string, language: string): string | undefined {
  if (!/^[A-Z]{2}$/.test(code)) return undefined;
  return new Intl.DisplayNames(language, { type: 'region', fallback: 'none' }).of(code);
}
