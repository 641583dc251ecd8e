import { Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Whether what is shown follows what happens, or stands still to be read. */
export function LiveSwitch({ isOn, onChange }: { isOn: boolean; onChange: (isOn: boolean) => void }) {
  const { t } = useTranslation();
  return <Switch label={t('parts.live')} checked={isOn} onChange={(event) => onChange(event.currentTarget.checked)} />;
}
