import { Fieldset, Stack } from '@mantine/core';
import type { ReactNode } from 'react';

export function FormSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Fieldset legend={title} miw={0}>
      <Stack gap="md">{children}</Stack>
    </Fieldset>
  );
}
