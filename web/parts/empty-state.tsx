import { Center, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** @param children what could be done about it, such as a button */
export function EmptyState({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <Center p="xl">
      <Stack align="center">
        <Text c="dimmed" ta="center">
          {text}
        </Text>
        {children}
      </Stack>
    </Center>
  );
}
