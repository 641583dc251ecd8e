import { Alert, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { wrongFields } from '../api/client.ts';
import { useExplain } from '../text/explain.ts';

export interface FormErrorProps {
  error: unknown;
  /** The fields that show their own errors, as the form names them. */
  fields: readonly string[];
}

/** What is wrong with a form as a whole, or with a field that it does not have. */
export function FormError({ error, fields }: FormErrorProps) {
  const { t } = useTranslation();
  const explain = useExplain();
  if (!error) return null;
  const wrong = Object.entries(wrongFields(error));
  const others = wrong.filter(([name]) => !fields.includes(name));
  if (wrong.length > 0 && others.length === 0) return null;
  return (
    <Alert color="red" variant="outline" title={t('parts.failed')} role="alert">
      <Text size="sm">{explain(error)}</Text>
      {others.map(([name, detail]) => (
        <Text key={name} size="sm">
          {name === '' ? detail : `${name}: ${detail}`}
        </Text>
      ))}
    </Alert>
  );
}
