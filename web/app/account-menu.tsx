import { Button, Popover, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '../../api/schemas/session.ts';
import { useSignOut } from '../api/session.ts';
import { Time } from '../parts/time.tsx';
import { useExplain } from '../text/explain.ts';

/** Whose key is signed in, until when, and the way out. */
export function AccountMenu({ session }: { session: SessionView }) {
  const { t } = useTranslation();
  const explain = useExplain();
  const signOut = useSignOut();
  return (
    <Popover position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" size="compact-sm" maw={180}>
          {session.key.name}
        </Button>
      </Popover.Target>
      <Popover.Dropdown maw="90vw">
        <Stack gap="xs">
          <Text size="sm">{session.account?.name ?? t('shell.allAccounts')}</Text>
          {session.expiresAt && (
            <Text size="sm">
              {t('shell.until')} <Time at={session.expiresAt} />
            </Text>
          )}
          <Button variant="default" loading={signOut.isPending} onClick={() => signOut.mutate()}>
            {t('shell.signOut')}
          </Button>
          {signOut.error && (
            <Text size="sm" c="var(--mantine-color-error)" role="alert">
              {explain(signOut.error)}
            </Text>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
