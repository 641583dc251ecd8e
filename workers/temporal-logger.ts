import type { LogLevel, LogMetadata, Logger as TemporalLogger } from '@temporalio/worker';
import type { Logger } from '../runtime/log.ts';

/** The SDK's log lines among ours. */
export function temporalLogger(log: Logger): TemporalLogger {
  const write = (level: LogLevel, message: string, meta?: LogMetadata) => {
    log[severityOf(level, message, meta)](plain(meta), message);
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}

function severityOf(level: LogLevel, message: string, meta?: LogMetadata) {
  if (message.startsWith(MEANT_SO)) return 'debug';
  // Said by our own workflows, not by the SDK.
  if (level === 'INFO' && meta?.sdkComponent === 'workflow') return 'info';
  return LEVELS[level];
}

/** The SDK says at INFO what only a developer of workers wants to know. */
const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;

/** The senders' workers run activities only; the SDK warns of each. */
const MEANT_SO = 'No workflows registered';

function plain(meta: LogMetadata = {}): object {
  const { error, ...rest } = meta;
  return { ...rest, ...(error instanceof Error ? { error: error.name } : {}) };
}
