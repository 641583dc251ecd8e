import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../api/session.ts';

/** Why phones are masked, where they are. */
export function HiddenHint() {
  const { t } = useTranslation();
  const { may } = useSignedIn();
  if (may('phones:read')) return null;
  return (
    <Text size="sm" c="dimmed">
      {t('messages.hidden', { scope: 'phones:read' })}
    </Text>
  );
}
