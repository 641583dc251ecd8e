import { Button, type ComboboxItem, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** As wide as a filter becomes: that of a narrow phone, within its margins. */
const MOST = 336;

/** The row of filters above a list. */
export function Filters({ isSet, onClear, children }: { isSet: boolean; onClear: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Group component="search" aria-label={t('parts.filters')} align="flex-start" gap="sm">
      {children}
      {isSet && (
        <Button variant="subtle" mt={24} onClick={onClear}>
          {t('parts.clearFilters')}
        </Button>
      )}
    </Group>
  );
}

export interface FilterInput {
  /** '': not set. */
  value: string;
  onChange: (value: string) => void;
  /** What the API says is wrong with it. */
  error?: string | undefined;
}

export interface FilterProps extends FilterInput {
  label: string;
  description?: string;
}

/** Takes effect a moment after the last letter. */
export function TextFilter({ value, onChange, ...shown }: FilterProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const tell = useDebouncedCallback(onChange, 400);
  return (
    <TextInput
      {...shown}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        tell(currentTarget.value.trim());
      }}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      flex="1 1 160px"
      maw={MOST}
    />
  );
}

export interface ChoiceFilterProps extends FilterProps {
  /** What stands there while none is chosen. */
  any: string;
  data: readonly ComboboxItem[];
  searchable?: boolean;
}

/** One of several, or none. */
export function ChoiceFilter({ value, onChange, any, ...shown }: ChoiceFilterProps) {
  return (
    <Select
      {...shown}
      placeholder={any}
      value={value === '' ? null : value}
      onChange={(chosen) => onChange(chosen ?? '')}
      clearable
      flex="1 1 170px"
      maw={MOST}
    />
  );
}

/** From when on, and before when. */
export function PeriodFilters({ of }: { of: (name: 'from' | 'to') => FilterInput }) {
  const { t } = useTranslation();
  return (
    <>
      <TimeFilter label={t('parts.from')} {...of('from')} />
      <TimeFilter label={t('parts.to')} {...of('to')} />
    </>
  );
}

/** A moment in the reader's time zone; its value is ISO 8601 in UTC. */
export function TimeFilter({ value, onChange, ...shown }: FilterProps) {
  return (
    <TextInput
      {...shown}
      type="datetime-local"
      value={value === '' ? '' : localOf(value)}
      onChange={({ currentTarget }) => onChange(isoOf(currentTarget.value))}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      flex="1 1 180px"
      maw={MOST}
    />
  );
}

function isoOf(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}

function localOf(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
