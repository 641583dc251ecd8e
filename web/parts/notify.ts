import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';

/** Says in the corner that something was done. What went wrong stands where it went wrong. */
export function useNotify(): (message: string) => void {
  const { t } = useTranslation();
  return (message) => notifications.show({ message, closeButtonProps: { 'aria-label': t('parts.close') } });
}
