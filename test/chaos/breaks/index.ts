/**
 * A check of the checker: ways to break the product as a hurried developer would, each with the promise that it breaks.
 * `npm run chaos -- --break NAME` must find it. The product has no switch for this: a break is a twin of one of its
 * modules (`<name>.ts` beside this file), which a loader puts in the place of the built one, or an edit of functions in
 * Postgres.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import postgres from 'postgres';

export interface Break {
  what: string;
  /** Names of invariants. The run must find breaches of one of them at least, and may find others as well. */
  expects: readonly [string, ...string[]];
  /** Options of a run that is short and shows it, unless others are given. */
  run: string;
  /** Path in the repository, without extension, of the module that has a twin. */
  module?: string;
  edits?: readonly Edit[];
}

/** In a function of Postgres, this text gives way to that. */
interface Edit {
  function: string;
  from: string;
  to: string;
}

export const BREAKS: Readonly<Record<string, Break>> = {
  'no-claim': {
    what: 'a submit is not written down before it is made: whatever asks meanwhile finds a message that waits',
    expects: ['once', 'after-stop', 'after-cancel'],
    run: '--seed 9 --seconds 25 --only kill-worker-in-submit,gateway-reset-after-accept',
    edits: [
      {
        function: 'claim_send',
        from: "status = 'sending', attempt = x.attempt + 1, attempt_state = 'open',",
        to: "attempt = x.attempt + 1, attempt_state = 'uncertain',",
      },
    ],
  },
  'lists-at-check-only': {
    what: 'a STOP writes its entry, which only the check at the start of a delivery looks at',
    expects: ['after-stop'],
    run: '--seed 7 --seconds 30 --no-faults',
    edits: [
      { function: 'claim_send', from: 'IF is_suppressed(m.phone, m.account_id) THEN', to: 'IF false THEN' },
      {
        function: 'suppress_phone',
        from: "WHERE x.phone = p_phone AND x.status = 'accepted' AND (",
        to: 'WHERE false AND (',
      },
    ],
  },
  'stop-without-waiting': {
    what: 'a STOP is acknowledged although a claim is open',
    expects: ['after-stop'],
    run: '--seed 7 --seconds 30 --no-faults',
    module: 'db/deliveries',
  },
  'cancel-without-waiting': {
    what: 'a message counts as cancelled although a claim is open',
    expects: ['after-cancel', 'truth'],
    run: '--seed 7 --seconds 30 --no-faults',
    edits: [
      {
        function: 'cancel_message',
        from: "IF m.status = 'accepted' AND m.uncertain_at IS NULL THEN",
        to: "IF m.status IN ('accepted', 'sending') THEN",
      },
    ],
  },
  'reports-in-two-statements': {
    what: 'the message of a report is looked for first, and a report without one is let go',
    expects: ['prompt', 'reports', 'truth'],
    // Gateways that know an SMS by their own ids alone, and tell of it by webhook, must be late with answers.
    run: '--seed 39 --seconds 30 --only gateway-late,gateway-slow-answer',
    module: 'db/reports',
  },
  'closed-before-effect': {
    what: 'a webhook call is closed when its reports are in the queue, before they have taken effect',
    expects: ['reports', 'truth'],
    run: '--seed 7 --seconds 40 --only kill-api,freeze-api',
    module: 'api/hooks/report-queue',
  },
  'answer-before-storing': {
    what: 'a webhook call is answered at once and stored in the background',
    expects: ['reports', 'truth'],
    run: '--seed 7 --seconds 40 --only kill-api,kill-postgres',
    module: 'db/hooks',
  },
  'reports-left': {
    what: 'reports take effect only when housekeeping finds them',
    expects: ['prompt', 'repairs'],
    run: '--seed 7 --seconds 20 --no-faults',
    module: 'api/hooks/report-queue',
  },
  'server-errors-not-sent': {
    what: 'a gateway that answers 5xx has not taken the SMS',
    expects: ['once'],
    run: '--seed 7 --seconds 30 --only gateway-error-500-accepted',
    module: 'sms/outcome',
  },
  'blind-retry': {
    what: 'a submit of which nothing is known is made again, whatever the gateway does with repeats',
    expects: ['once'],
    run: '--seed 7 --seconds 30 --only gateway-reset-after-accept,gateway-half-answer',
    module: 'activities/standing',
  },
  'no-lease': {
    what: 'a claim does not end: requests wait for their turn in the worker, however long, and are written all the same',
    expects: ['after-stop', 'after-cancel', 'after-expiry', 'once'],
    run: '--seed 7 --seconds 40 --rate 20 --only gateway-late,freeze-worker',
    module: 'activities/slot',
  },
  'finals-overwritten': {
    what: 'the last report wins',
    expects: ['finals', 'truth'],
    run: '--seed 7 --seconds 30 --no-faults',
    edits: [
      {
        function: 'report_replaces',
        from: "WHEN p_held = 'delivered' THEN false",
        to: 'WHEN is_final(p_reported) THEN true',
      },
    ],
  },
  'silence-is-delivery': {
    what: 'what was submitted and never heard of again counts as delivered',
    expects: ['truth'],
    run: '--seed 7 --seconds 30 --no-faults',
    edits: [
      {
        function: 'settle_message',
        from: "PERFORM finish(p_message, 'unknown',",
        to: "PERFORM finish(p_message, 'delivered',",
      },
    ],
  },
  'no-pace': {
    what: "no slots are handed out: only the queue keeps a sender's rate limit",
    expects: ['limit'],
    run: '--seed 10 --seconds 20 --no-faults',
    edits: [{ function: 'claim_send', from: 'IF s.rate_limit IS NULL THEN', to: 'IF true THEN' }],
  },
  'no-housekeeping': {
    what: 'nothing mends the traces of a crash',
    expects: ['ledger'],
    run: '--seed 7 --seconds 40 --only kill-api,kill-temporal',
    module: 'activities/housekeeping',
  },
  'accept-before-storing': {
    what: 'messages are answered with 202 at once and stored in the background',
    expects: ['ledger'],
    run: '--seed 7 --seconds 30 --only kill-api,kill-postgres',
    module: 'db/messages',
  },
  'three-tries': {
    what: 'a submit that could not be made is given up after three tries',
    expects: ['leaks', 'ledger'],
    run: '--seed 7 --seconds 30 --only gateway-rate-limited,kill-postgres',
    module: 'workers/bundle',
  },
  'changed-workflow': {
    what: 'a release changes the workflow without a version guard',
    expects: ['replay'],
    run: '--seed 7 --seconds 20 --no-faults',
    module: 'workers/bundle',
  },
};

/** For the start of API and workers from their build: see Launch in parts.ts. @throws where there is no such break */
export function launchOf(name: string): { nodeArgs: string[]; env: Record<string, string> } {
  const { module } = breakOf(name);
  if (module === undefined) return { nodeArgs: [], env: {} };
  const twin = new URL(`./${name}.ts`, import.meta.url);
  return {
    nodeArgs: ['--import', new URL('./loader.js', import.meta.url).href],
    env: { CHAOS_BREAK: JSON.stringify({ name, module, twin: twin.href, source: javaScriptOf(twin) }) },
  };
}

/**
 * Edits the functions in a migrated database; nothing to do for a break that is a twin.
 * @throws where the text to edit is not there any more: the break must follow the product
 */
export async function applySql(databaseUrl: string, name: string): Promise<void> {
  const { edits = [] } = breakOf(name);
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    await sql.begin(async (tx) => {
      for (const edit of edits) await tx.unsafe(edited(await definitionOf(tx, edit.function), edit));
    });
  } finally {
    await sql.end();
  }
}

/**
 * @param log of API and workers together
 * @returns whether the twin was in place in one of them; a break that is an edit always is
 */
export function wasLoaded(log: string, name: string): boolean {
  return breakOf(name).module === undefined || log.includes(JSON.stringify({ break: name }));
}

/** Here and not in the loader: the compiler takes longer to load than all of the API. */
function javaScriptOf(twin: URL): string {
  const ts: typeof import('typescript') = createRequire(import.meta.url)('typescript');
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true };
  return ts.transpileModule(readFileSync(twin, 'utf8'), { compilerOptions }).outputText;
}

/** Options as if they stood before those of the command line. */
export const runOf = (name: string): string[] => breakOf(name).run.split(' ');

function breakOf(name: string): Break {
  const found = Object.hasOwn(BREAKS, name) ? BREAKS[name] : undefined;
  if (!found) throw new Error(`there is no break '${name}', but ${Object.keys(BREAKS).join(', ')}`);
  return found;
}

async function definitionOf(tx: postgres.TransactionSql, name: string): Promise<string> {
  const [row] = await tx`SELECT pg_get_functiondef(${name}::regproc) AS definition`;
  return String(row?.definition);
}

function edited(definition: string, { function: name, from, to }: Edit): string {
  const [before, after, ...more] = definition.split(from);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`the function ${name} should have this text once: ${from}`);
  }
  return before + to + after;
}
