import { useTranslation } from 'react-i18next';
import type { SenderView } from '../../api/schemas/senders.ts';
import { DotBadge } from './status-badge.tsx';

const COLORS: Record<SenderView['state'], string> = { active: 'teal', paused: 'orange', held: 'red', archived: 'gray' };

export function StateBadge({ state }: Pick<SenderView, 'state'>) {
  const { t } = useTranslation();
  return <DotBadge color={COLORS[state]}>{t(`senders.states.${state}`)}</DotBadge>;
}
