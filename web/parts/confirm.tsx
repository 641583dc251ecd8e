import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export interface ConfirmProps {
  isOpen: boolean;
  title: string;
  /** What will happen. */
  children: ReactNode;
  /** On the button. */
  action: string;
  isPending: boolean;
  /** Why it did not work. */
  error?: string | undefined;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before what hurts only a little: a click, and nothing to type. */
export function Confirm({ isOpen, title, children, action, isPending, error, onConfirm, onClose }: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('parts.close') }}>
      <Stack>
        <Text size="sm">{children}</Text>
        {error && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {error}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('parts.back')}
          </Button>
          <Button color="red" onClick={onConfirm} loading={isPending} data-autofocus>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
