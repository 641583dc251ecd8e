import { Button, CloseButton, Group, Input, NativeSelect, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pair } from './values.ts';

export interface KeyValueRowsProps {
  label: string;
  description: string | undefined;
  error: ReactNode;
  pairs: readonly Pair[];
  onChange: (pairs: readonly Pair[]) => void;
  /** What a value may be; absent: any text. */
  choices: readonly string[] | undefined;
}

/** A table of names and values. */
export function KeyValueRows({ label, description, error, pairs, onChange, choices }: KeyValueRowsProps) {
  const { t } = useTranslation();
  const id = useId();
  const change = (row: number, part: Partial<Pair>) =>
    onChange(pairs.map((pair, i) => (i === row ? { ...pair, ...part } : pair)));
  return (
    <Input.Wrapper
      label={label}
      description={description}
      error={error}
      labelElement="div"
      labelProps={{ id }}
      role="group"
      aria-labelledby={id}
    >
      <Stack gap={6} mt={6}>
        {pairs.map((pair, row) => {
          const place = { number: String(row + 1) };
          const isTwice = pairs.slice(0, row).some(({ key }) => key === pair.key);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row has no other name while it is being written
            <Group key={row} gap={6} wrap="nowrap" align="flex-start">
              <TextInput
                flex={1}
                miw={0}
                aria-label={`${label}: ${t('schemaForm.key', place)}`}
                placeholder={t('schemaForm.keyHint')}
                value={pair.key}
                onChange={(event) => change(row, { key: event.currentTarget.value })}
                error={isTwice ? t('schemaForm.twice') : undefined}
              />
              {choices ? (
                <NativeSelect
                  flex={1}
                  miw={0}
                  aria-label={`${label}: ${t('schemaForm.value', place)}`}
                  data={[...choices]}
                  value={pair.value}
                  onChange={(event) => change(row, { value: event.currentTarget.value })}
                />
              ) : (
                <TextInput
                  flex={1}
                  miw={0}
                  aria-label={`${label}: ${t('schemaForm.value', place)}`}
                  placeholder={t('schemaForm.valueHint')}
                  value={pair.value}
                  onChange={(event) => change(row, { value: event.currentTarget.value })}
                />
              )}
              <CloseButton
                mt={3}
                aria-label={`${label}: ${t('schemaForm.removeRow', place)}`}
                onClick={() => onChange(pairs.filter((_, i) => i !== row))}
              />
            </Group>
          );
        })}
        <Button
          variant="default"
          size="compact-sm"
          w="fit-content"
          aria-label={`${label}: ${t('schemaForm.addRow')}`}
          onClick={() => onChange([...pairs, { key: '', value: choices?.[0] ?? '' }])}
        >
          {t('schemaForm.addRow')}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
