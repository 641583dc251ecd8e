import type { Db } from '../db/connection.ts';
import type { References } from '../db/references.ts';
import type { Logger } from '../runtime/log.ts';
import type { Settings } from '../runtime/settings.ts';
import type { Http } from './http.ts';
import type { SenderBook } from './sender-book.ts';
import type { Sessions } from './sessions.ts';

/** What the activities of one worker process share. */
export interface ActivityContext {
  db: Db;
  http: Http;
  senders: SenderBook;
  sessions: Sessions;
  references: References;
  settings: Pick<
    Settings,
    | 'POLL_EVERY_S'
    | 'PULL_EVERY_S'
    | 'PUBLIC_URL'
    | 'HOUSEKEEPING_EVERY_S'
    | 'RETENTION_TEXT_DAYS'
    | 'RETENTION_HOOK_DAYS'
    | 'RETENTION_MESSAGE_DAYS'
  >;
  log: Logger;
}
