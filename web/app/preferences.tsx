import { Button, Group, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, setLanguage } from '../text/text.ts';

/** Language, and light or dark. Both are remembered. */
export function Preferences() {
  const { t, i18n } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme('light') === 'dark';
  const other = LANGUAGES.find(({ code }) => code !== i18n.language) ?? LANGUAGES[0];
  return (
    <Group gap="xs" wrap="nowrap">
      <Button variant="subtle" size="compact-sm" lang={other.code} onClick={() => setLanguage(other.code)}>
        {other.name}
      </Button>
      <Button variant="subtle" size="compact-sm" onClick={() => setColorScheme(isDark ? 'light' : 'dark')}>
        {t(isDark ? 'shell.light' : 'shell.dark')}
      </Button>
    </Group>
  );
}
