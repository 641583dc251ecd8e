import { useTranslation } from 'react-i18next';
import { gatewayWords } from '../../text/ru/gateway-words.ts';

/** What the gateways' schemas say in English, in the language of the pages. */
export function useGatewayWords(): (text: string) => string {
  const { i18n } = useTranslation();
  return (text) => (i18n.language === 'ru' ? gatewayWords[text] : undefined) ?? text;
}
