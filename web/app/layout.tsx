import { Anchor, AppShell, Box, Burger, Group, NavLink, ScrollArea, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import type { SessionView } from '../../api/schemas/session.ts';
import { AccountMenu } from './account-menu.tsx';
import classes from './layout.module.css';
import type { Page } from './page.ts';
import { isFor, PAGES } from './pages.ts';
import { Preferences } from './preferences.tsx';
import { Routes } from './routes.tsx';

const MAIN = 'main';

/** Header, navigation by what the key may see, and the page. */
export function Layout({ session }: { session: SessionView }) {
  const { t } = useTranslation();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const [location] = useLocation();
  const entries = PAGES.filter((page) => page.place !== undefined && isFor(page, session));
  const here = entryOf(location, entries);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'sm', sm: 'md' }}
    >
      <AppShell.Header>
        <Anchor href={`#${MAIN}`} className={classes.skip}>
          {t('shell.skip')}
        </Anchor>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t('shell.menu')}
              aria-expanded={isOpen}
            />
            <Text fw={700}>durable-sms</Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Box visibleFrom="sm">
              <Preferences />
            </Box>
            <AccountMenu session={session} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('shell.navigation')}>
        <AppShell.Section grow component={ScrollArea}>
          {entries.map(({ path, title }) => {
            const isHere = path === here;
            return (
              <NavLink
                key={path}
                component={Link}
                href={path}
                label={t(title)}
                onClick={close}
                active={isHere}
                aria-current={isHere ? 'page' : undefined}
              />
            );
          })}
        </AppShell.Section>
        <AppShell.Section hiddenFrom="sm">
          <Preferences />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id={MAIN} tabIndex={-1}>
        <Routes session={session} />
      </AppShell.Main>
    </AppShell>
  );
}

/** The path of the entry that what is shown belongs to: the longest that it begins with. */
function entryOf(location: string, entries: readonly Page[]): string | undefined {
  return entries
    .map(({ path }) => path)
    .filter((path) => location === path || (path !== '/' && location.startsWith(`${path}/`)))
    .sort((a, b) => b.length - a.length)[0];
}
