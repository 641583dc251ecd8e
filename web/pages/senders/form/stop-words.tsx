import { Pill, TagsInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ALWAYS_STOP_WORDS } from '../../../../sms/stop-words.ts';

export interface StopWordsProps {
  /** Without those that always are. */
  value: string[];
  onChange: (words: string[]) => void;
  error: ReactNode;
}

const ALWAYS: readonly string[] = ALWAYS_STOP_WORDS;

/** Chips, of which the first cannot be taken away. */
export function StopWords({ value, onChange, error }: StopWordsProps) {
  const { t } = useTranslation();
  return (
    <TagsInput
      label={t('senders.form.stopWords')}
      description={t('senders.form.stopWordsHelp')}
      value={[...ALWAYS, ...value]}
      onChange={(words) => onChange(words.filter((word) => !ALWAYS.includes(word)))}
      error={error}
      renderPill={({ value: word, onRemove, disabled }) => (
        <Pill withRemoveButton={!disabled && !ALWAYS.includes(String(word))} {...(onRemove ? { onRemove } : {})}>
          {word}
        </Pill>
      )}
    />
  );
}
