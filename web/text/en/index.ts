import { accounts } from './accounts.ts';
import { audit } from './audit.ts';
import { erasure } from './erasure.ts';
import { errorClasses } from './errorClasses.ts';
import { inbound } from './inbound.ts';
import { keys } from './keys.ts';
import { messages } from './messages.ts';
import { overview } from './overview.ts';
import { parts } from './parts.ts';
import { problems } from './problems.ts';
import { schemaForm } from './schemaForm.ts';
import { senders } from './senders.ts';
import { shell } from './shell.ts';
import { signIn } from './signIn.ts';
import { statuses } from './statuses.ts';
import { suppressions } from './suppressions.ts';
import { unmatched } from './unmatched.ts';

export const en = {
  accounts,
  audit,
  erasure,
  errorClasses,
  inbound,
  keys,
  messages,
  overview,
  parts,
  problems,
  schemaForm,
  senders,
  shell,
  signIn,
  statuses,
  suppressions,
  unmatched,
} as const;
