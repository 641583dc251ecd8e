import { Button, Center, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.ts';
import { useSignIn } from '../api/session.ts';
import { useExplain } from '../text/explain.ts';
import { Preferences } from './preferences.tsx';

export function SignIn() {
  const { t } = useTranslation();
  const explain = useExplain();
  const [key, setKey] = useState('');
  const signIn = useSignIn();
  const isWrong = signIn.error instanceof ApiError && signIn.error.status === 401;
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="lg" w="100%" maw={420}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            signIn.mutate(key.trim());
          }}
        >
          <Stack>
            <Title order={1} size="h2">
              {t('signIn.title')}
            </Title>
            <Text size="sm" c="dimmed">
              {t('signIn.help')}
            </Text>
            <PasswordInput
              label={t('signIn.key')}
              placeholder="dsk_live_…"
              autoComplete="current-password"
              autoFocus
              required
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': t('signIn.show'), tabIndex: 0 }}
              error={signIn.error && (isWrong ? t('signIn.wrong') : explain(signIn.error))}
              aria-invalid={signIn.error !== null}
            />
            <Button type="submit" loading={signIn.isPending}>
              {t('signIn.submit')}
            </Button>
            <Group justify="center">
              <Preferences />
            </Group>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
