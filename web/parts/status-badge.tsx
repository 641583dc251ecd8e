import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Status } from '../../sms/status.ts';

const COLORS: Record<Status, string> = {
  accepted: 'gray',
  sending: 'blue',
  sent: 'blue',
  delivered: 'teal',
  undelivered: 'red',
  expired: 'orange',
  rejected: 'red',
  suppressed: 'grape',
  cancelled: 'gray',
  unknown: 'yellow',
};

/** The word is in the colour of text, so that it can be read in both themes; the dot only helps the eye. */
export function StatusBadge({ status }: { status: Status }) {
  const { t } = useTranslation();
  return <DotBadge color={COLORS[status]}>{t(`statuses.${status}`)}</DotBadge>;
}

export function DotBadge({ color, children }: { color: string; children: string }) {
  return (
    <Badge variant="dot" color={color} tt="none" fw={500} style={{ flexShrink: 0, minWidth: 'max-content' }}>
      {children}
    </Badge>
  );
}
