import { Checkbox, PasswordInput, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export interface SecretFieldProps {
  label: string;
  description: string | undefined;
  error: ReactNode;
  withAsterisk: boolean;
  /** null: the one that is set goes. */
  value: string | null;
  onChange: (value: string | null) => void;
  isSet: boolean;
  /** Whether it may be taken away. */
  canGo: boolean;
}

/** Write-only: what is set is not shown, and stays where nothing is written. */
export function SecretField({ label, withAsterisk, value, onChange, isSet, canGo, ...shown }: SecretFieldProps) {
  const { t } = useTranslation();
  const goes = value === null;
  return (
    <Stack gap={6}>
      <PasswordInput
        {...shown}
        label={label}
        // Which the library's own lacks, unlike its other inputs.
        aria-invalid={Boolean(shown.error)}
        withAsterisk={withAsterisk && !isSet}
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value)}
        placeholder={isSet ? t('schemaForm.unchanged') : undefined}
        disabled={goes}
        autoComplete="new-password"
        visibilityToggleButtonProps={{
          'aria-label': `${t('schemaForm.show')}: ${label}`,
          tabIndex: 0,
          'aria-hidden': false,
        }}
      />
      {isSet && canGo && (
        <Checkbox
          size="xs"
          label={t('schemaForm.takeAway')}
          aria-label={`${t('schemaForm.takeAway')}: ${label}`}
          checked={goes}
          onChange={(event) => onChange(event.currentTarget.checked ? null : '')}
        />
      )}
    </Stack>
  );
}
