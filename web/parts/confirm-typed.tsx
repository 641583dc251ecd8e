import { Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useExplain } from '../text/explain.ts';
import { FormButtons } from './form-buttons.tsx';

export interface ConfirmTypedProps {
  isOpen: boolean;
  title: string;
  /** What will happen. */
  children: ReactNode;
  /** To be typed, such as the name of what goes. */
  word: string;
  /** On the button. */
  action: string;
  isPending: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before what cannot simply be undone. */
export function ConfirmTyped(props: ConfirmTypedProps) {
  const { isOpen, title, onClose } = props;
  const { t } = useTranslation();
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('parts.cancel') }}>
      <Question {...props} />
    </Modal>
  );
}

/** Within the dialog, so that what was typed is gone when it closes. */
function Question({ children, word, action, isPending, error, onConfirm, onClose }: ConfirmTypedProps) {
  const { t } = useTranslation();
  const explain = useExplain();
  const [typed, setTyped] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typed === word) onConfirm();
      }}
    >
      <Stack>
        <Text size="sm">{children}</Text>
        <TextInput
          label={t('parts.typeToConfirm', { word })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={error ? explain(error) : undefined}
          autoComplete="off"
          data-autofocus
        />
        <FormButtons
          action={action}
          isPending={isPending}
          onCancel={onClose}
          isDestructive
          isDisabled={typed !== word}
        />
      </Stack>
    </form>
  );
}
