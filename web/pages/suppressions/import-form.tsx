import { Button, FileInput, Group, Progress, Select, Stack, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { FormError } from '../../parts/form-error.tsx';
import { ImportResult } from './import-result.tsx';
import { useNewImport } from './running.ts';
import { ListSelect, useListNaming } from './which-list.tsx';

/** As the browser and the API name them. */
const CHARSETS = {
  utf8: 'utf-8',
  windows1251: 'windows-1251',
  windows1252: 'windows-1252',
  utf16: 'utf-16le',
} as const;
type Charset = keyof typeof CHARSETS;
const charsets = Object.keys(CHARSETS) as Charset[];

interface Values {
  account: string;
  file: File | null;
  charset: Charset;
}

export function ImportForm() {
  const { t } = useTranslation();
  const form = useForm<Values>({
    initialValues: { account: '', file: null, charset: 'utf8' },
    validate: { file: (file) => (file === null ? t('suppressions.imports.noFile') : null) },
  });
  const named = useListNaming()(form.values.account);
  const { start, stop, isRunning, counted, percent, isStopped, error } = useNewImport();
  return (
    <form
      onSubmit={form.onSubmit(({ file, charset }) => {
        if (file) start({ file, charset: CHARSETS[charset], named });
      })}
      noValidate
    >
      <Stack>
        <Title order={2} size="h4">
          {t('suppressions.imports.new')}
        </Title>
        <Group align="flex-start">
          <ListSelect value={form.values.account} onChange={(account) => form.setFieldValue('account', account)} />
          <FileInput
            {...form.getInputProps('file')}
            label={t('suppressions.imports.file')}
            placeholder={t('suppressions.imports.choose')}
            accept=".csv,.tsv,.txt,text/csv"
            clearable
            clearButtonProps={{ 'aria-label': t('parts.clearFilters') }}
            required
            flex="1 1 220px"
          />
          <Select
            {...form.getInputProps('charset')}
            label={t('suppressions.imports.charset')}
            data={charsets.map((value) => ({ value, label: t(`suppressions.imports.charsets.${value}`) }))}
            allowDeselect={false}
            flex="1 1 220px"
          />
        </Group>
        <Text size="sm" c="dimmed">
          {t('suppressions.imports.fileHelp')}
        </Text>
        <Group>
          <Button type="submit" loading={isRunning}>
            {t('suppressions.imports.submit')}
          </Button>
          {isRunning && (
            <Button variant="default" onClick={stop}>
              {t('suppressions.imports.stop')}
            </Button>
          )}
        </Group>
        {isRunning && (
          <Progress.Root size="lg">
            <Progress.Section value={percent} aria-label={t('suppressions.imports.progress')} />
          </Progress.Root>
        )}
        {isStopped && <Text role="status">{t('suppressions.imports.stopped')}</Text>}
        <FormError error={error} fields={[]} />
        {counted && <ImportResult of={counted} />}
      </Stack>
    </form>
  );
}
