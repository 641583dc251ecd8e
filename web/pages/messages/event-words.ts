/** The events of a message's timeline in words. What stands in `detail` depends on the kind: see db/migrations. */
import { useTranslation } from 'react-i18next';
import type { MessageWithTimeline } from '../../../api/schemas/messages.ts';
import { ERROR_CLASSES } from '../../../sms/errors.ts';
import { SOURCES, STATUSES } from '../../../sms/status.ts';

export type TimelineEvent = MessageWithTimeline['timeline'][number];

/** Kinds whose heading needs nothing of the detail. */
const PLAIN = [
  'accepted',
  'started',
  'uncertain',
  'sent',
  'report-ignored',
  'asked',
  'not-taken',
  'waits',
  'resend',
  'cancel-requested',
  'moved',
] as const;
const OUTCOMES = ['accepted', 'refused', 'not-sent', 'uncertain'] as const;
const EVENT_SOURCES = [...SOURCES, 'worker', 'workflow'] as const;

/** What happened. A kind of a later version shows under its own name. */
export function useTitle(): (event: TimelineEvent) => string {
  const { t } = useTranslation();
  const statusIn = useStatus();
  return ({ kind, source, detail }) => {
    const plain = oneOf(PLAIN, kind);
    if (plain) return t(`messages.events.${plain}`);
    const outcome = oneOf(OUTCOMES, detail?.kind);
    if (kind === 'outcome' && outcome) return t(`messages.events.outcome-${outcome}`);
    const status = statusIn(detail?.status);
    if (kind === 'attempt') return t('messages.events.attempt', { attempt: textOf(detail?.attempt) });
    if (kind === 'report') return t(source === 'poll' ? 'messages.events.poll' : 'messages.events.report', { status });
    if (kind === 'final') return t('messages.events.final', { status });
    if (kind === 'correction') return t('messages.events.correction', { status, was: statusIn(detail?.was) });
    return t('messages.events.other', { kind });
  };
}

/** What else is worth reading without unfolding the detail. */
export function useSentences(): (event: TimelineEvent) => string[] {
  const { t } = useTranslation();
  return ({ kind, detail }) => {
    if (!detail) return [];
    const errorClass = oneOf(ERROR_CLASSES, detail.class ?? detail.errorClass);
    const trouble = [
      errorClass && t(`errorClasses.${errorClass}`),
      textOf(detail.code ?? detail.errorCode),
      kind === 'final' || kind === 'correction' ? textOf(detail.cause) : '',
    ];
    const cause = trouble.filter(Boolean).join(', ');
    const word =
      kind === 'report' ? textOf(detail.detail ?? detail.raw) : kind === 'outcome' ? textOf(detail.detail) : '';
    const encoding = textOf(detail.encoding);
    return [
      kind === 'accepted' && encoding && t('messages.partsOf', { count: Number(detail.parts), encoding }),
      detail.repeat === true && t('messages.says.repeat'),
      detail.probe === true && t('messages.says.probe'),
      kind === 'attempt' && t('messages.says.reference', { reference: textOf(detail.reference) }),
      kind === 'outcome' && callIn(detail.evidence),
      cause && t('messages.says.cause', { cause }),
      word && t('messages.says.gateway', { text: word }),
      typeof detail.retryAfterS === 'number' && t('messages.says.again', { count: detail.retryAfterS }),
    ].filter((sentence) => typeof sentence === 'string' && sentence !== '') as string[];
  };

  /** How far the call to the gateway got. */
  function callIn(evidence: unknown): string {
    const { reach, status, totalMs } = { ...(evidence as Record<string, unknown> | null) };
    if (reach === 'answered') {
      return t('messages.says.answered', { status: textOf(status), ms: String(Math.round(Number(totalMs))) });
    }
    if (reach === 'written') return t('messages.says.written');
    return reach === 'unwritten' ? t('messages.says.unwritten') : '';
  }
}

export function useSource(): (source: string) => string {
  const { t } = useTranslation();
  return (source) => {
    const known = oneOf(EVENT_SOURCES, source);
    return known ? t(`messages.sources.${known}`) : source;
  };
}

function useStatus(): (status: unknown) => string {
  const { t } = useTranslation();
  return (status) => {
    const known = oneOf(STATUSES, status);
    return known ? t(`statuses.${known}`) : textOf(status);
  };
}

function oneOf<T extends string>(all: readonly T[], value: unknown): T | undefined {
  return all.find((one) => one === value);
}

/** Without the full stop, which the sentence around it has. */
function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : String(value).replace(/\.$/, '');
}
