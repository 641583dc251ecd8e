import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export interface FormButtonsProps {
  /** On the button that submits. */
  action: string;
  isPending: boolean;
  onCancel: () => void;
  /** It takes something away. */
  isDestructive?: boolean;
  isDisabled?: boolean;
}

/** At the end of a form in a dialog. */
export function FormButtons({ action, isPending, onCancel, isDestructive, isDisabled = false }: FormButtonsProps) {
  const { t } = useTranslation();
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onCancel}>
        {t('parts.cancel')}
      </Button>
      <Button type="submit" {...(isDestructive ? { color: 'red' } : {})} disabled={isDisabled} loading={isPending}>
        {action}
      </Button>
    </Group>
  );
}
