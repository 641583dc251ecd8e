/** A box to write one SMS in, with what would become of it beside it. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../../api/schemas/messages.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { Composer } from './composer.tsx';
import { Sent } from './sent.tsx';

export default function Compose() {
  const { t } = useTranslation();
  const [round, setRound] = useState(0);
  const [sent, setSent] = useState<MessageView>();
  const begin = () => {
    setSent(undefined);
    setRound(round + 1);
  };
  return (
    <PageFrame title={t('messages.compose')}>
      {sent ? <Sent message={sent} onAnother={begin} /> : <Composer key={round} onSent={setSent} onAnew={begin} />}
    </PageFrame>
  );
}
