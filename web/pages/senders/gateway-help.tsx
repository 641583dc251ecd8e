import { Anchor, List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { GatewayView } from '../../../api/schemas/gateways.ts';
import { useGatewayWords } from './gateway-words.ts';

/** What is to be known of a gateway, and where it is documented. */
export function GatewayHelp({ gateway: { title, docs, knowledge, notes } }: { gateway: GatewayView }) {
  const { t } = useTranslation();
  const translate = useGatewayWords();
  return (
    <Stack gap={6}>
      <Text size="sm">
        {t(`senders.knowledge.${knowledge}`)}{' '}
        {URL.canParse(docs) ? (
          <Anchor href={docs} target="_blank" rel="noreferrer" size="sm">
            {t('senders.docs', { gateway: translate(title) })}
          </Anchor>
        ) : (
          t('senders.docsHere', { file: docs })
        )}
      </Text>
      {notes.length > 0 && (
        <List size="sm" spacing={4}>
          {notes.map((note) => (
            <List.Item key={note}>{translate(note)}</List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}
