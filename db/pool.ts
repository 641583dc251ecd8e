/**
 * Connections to Postgres, each with one statement at a time, and thrown away when it is lost.
 *
 * postgres.js (3.4) can do neither safely: a connection that is lost under a statement, a transaction or its own first
 * question keeps what was not sent yet, sends it when it connects again, answers a statement with what is not its answer or
 * never, or throws where nobody can catch it. So each connection here is a client of its own, which never connects twice.
 */
import postgres from 'postgres';

/** A statement as postgres.js has it: it asks its handler to carry it out when somebody waits for it. */
export interface Statement extends Promise<unknown> {
  /** Of a cursor. */
  cursorRows?: number;
  handler(statement: Statement): void;
  reject(err: unknown): void;
}

/** A connection that is somebody's for as long as `release` was not called. */
export interface Held {
  run(statement: Statement): void;
  release(): void;
  /** Closes it: it is in a state that nobody else may meet. */
  discard(): void;
}

export interface Pool {
  /** Carries it out on the next connection that is free. */
  run(statement: Statement): void;
  /** Rejects where there is none and none can be had. */
  hold(): Promise<Held>;
  /** What is under way may end within `ms`. */
  end(ms: number): Promise<void>;
}

export interface PoolOptions {
  /** Most connections. */
  most: number;
  /** Closes what nobody has used for so long; undefined: nothing. */
  idleMs?: number;
  /** Of a connection; undefined: none. */
  lifetimeMs?: number;
  /**
   * A statement that has run for so long gives up its connection: longer than `statement_timeout`, since a server that has
   * not even ended it by then has forgotten it. Undefined: none does.
   */
  forgottenMs?: number;
}

/** How often what has taken long is looked at. */
const LOOK_EVERY_MS = 500;
/** A statement that has no answer for so long has Postgres asked whether it is there at all. */
const LONG_MS = 2_000;
/** And for so long it has to answer. */
const PROBE_MS = 2_000;

interface Lane {
  client: postgres.Sql;
  execute(statement: Statement): void;
  born: number;
  /** Since when it is idle, or its statement under way. */
  since: number;
  lost: boolean;
  held: boolean;
  running: Statement | undefined;
  /** Of its holder. */
  waiting: Statement[];
}

interface Waiting {
  since: number;
  take(lane: Lane): void;
  reject(err: unknown): void;
}

/** @param options as parsed by postgres.js, for one connection */
export function createPool(options: postgres.Sql['options'], limits: PoolOptions): Pool {
  const { most, idleMs = Infinity, lifetimeMs = Infinity, forgottenMs = Infinity } = limits;
  const lanes = new Set<Lane>();
  const idle: Lane[] = [];
  const queue: Waiting[] = [];
  let ending = false;
  let answered = performance.now();
  let probing = false;
  const looking = setInterval(look, LOOK_EVERY_MS).unref();

  function enter(waiting: Waiting): void {
    if (ending) waiting.reject(troubleOf('CONNECTION_ENDED'));
    else queue.push(waiting);
    serve();
  }

  /** Gives free connections to those who wait, the first first. */
  function serve(): void {
    while (queue.length > 0 && (idle.length > 0 || lanes.size < most)) {
      const lane = idle.pop() ?? open();
      queue.shift()?.take(lane);
    }
  }

  function open(): Lane {
    const client = postgres({ ...options, onclose: () => lose(lane, 'CONNECTION_CLOSED') } as never) as postgres.Sql;
    const execute = (client`` as unknown as Statement).handler;
    const now = performance.now();
    const lane: Lane = {
      client,
      execute,
      born: now,
      since: now,
      lost: false,
      held: false,
      running: undefined,
      waiting: [],
    };
    lanes.add(lane);
    return lane;
  }

  function execute(lane: Lane, statement: Statement): void {
    if (lane.lost) {
      statement.reject(troubleOf('CONNECTION_CLOSED'));
      return;
    }
    if (lane.running) {
      lane.waiting.push(statement);
      return;
    }
    lane.running = statement;
    lane.since = performance.now();
    statement.then(
      () => settled(lane, true),
      (err: unknown) => settled(lane, isAnswer(err)),
    );
    lane.execute(statement);
  }

  function settled(lane: Lane, wasAnswered: boolean): void {
    lane.running = undefined;
    lane.since = performance.now();
    if (wasAnswered) answered = lane.since;
    // What else goes wrong ends with the connection, or leaves open what it is at.
    else lose(lane, 'CONNECTION_CLOSED');
    const next = lane.waiting.shift();
    if (next) execute(lane, next);
    else if (!lane.held) free(lane);
  }

  function free(lane: Lane): void {
    lane.held = false;
    if (lane.lost) return;
    if (lane.since - lane.born > lifetimeMs || ending) lose(lane, 'CONNECTION_ENDED');
    else idle.push(lane);
    serve();
  }

  function lose(lane: Lane, code: string): void {
    if (lane.lost) return;
    lane.lost = true;
    lanes.delete(lane);
    const place = idle.indexOf(lane);
    if (place >= 0) idle.splice(place, 1);
    for (const statement of [lane.running, ...lane.waiting.splice(0)]) statement?.reject(troubleOf(code));
    void lane.client.end({ timeout: 0 });
    serve();
  }

  /** Nothing may hang for ever: a server that was stopped, or one behind a network that takes bytes and brings none. */
  function look(): void {
    const now = performance.now();
    for (const lane of lanes) {
      if (lane.running && now - lane.since > forgottenMs) lose(lane, 'ETIMEDOUT');
      else if (idle.includes(lane) && now - lane.since > idleMs) lose(lane, 'CONNECTION_ENDED');
    }
    if (probing || now - answered < LONG_MS || overdue(now).length === 0) return;
    probing = true;
    void isThere(options).then((there) => {
      probing = false;
      if (there) answered = performance.now();
      else for (const giveUp of overdue(performance.now())) giveUp();
    });
  }

  function overdue(now: number): (() => void)[] {
    const isLong = ({ since }: { since: number }) => now - since > LONG_MS;
    const running = [...lanes].filter((lane) => lane.running && isLong(lane));
    return [
      ...queue.filter(isLong).map((waiting) => () => {
        const place = queue.indexOf(waiting);
        if (place >= 0) queue.splice(place, 1)[0]?.reject(troubleOf('ETIMEDOUT'));
      }),
      ...running.map((lane) => () => lose(lane, 'ETIMEDOUT')),
    ];
  }

  return {
    run(statement) {
      enter({
        since: performance.now(),
        take: (lane) => execute(lane, statement),
        reject: (err) => statement.reject(err),
      });
    },
    hold() {
      return new Promise((resolve, reject) => {
        const take = (lane: Lane) => {
          lane.held = true;
          let released = false;
          resolve({
            run: (statement) => {
              if (released) statement.reject(troubleOf('CONNECTION_ENDED'));
              else execute(lane, statement);
            },
            release: () => {
              if (released) return;
              released = true;
              lane.held = false;
              if (!lane.running) free(lane);
            },
            discard: () => lose(lane, 'CONNECTION_ENDED'),
          });
        };
        enter({ since: performance.now(), take, reject });
      });
    },
    async end(ms) {
      ending = true;
      const deadline = performance.now() + ms;
      for (const lane of [...idle]) lose(lane, 'CONNECTION_ENDED');
      while ((lanes.size > 0 || queue.length > 0) && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      clearInterval(looking);
      for (const waiting of queue.splice(0)) waiting.reject(troubleOf('CONNECTION_DESTROYED'));
      for (const lane of [...lanes]) lose(lane, 'CONNECTION_DESTROYED');
    },
  };
}

/** Postgres has answered with an error, and is ready for the next statement. */
function isAnswer(err: unknown): boolean {
  return err instanceof postgres.PostgresError && err.severity !== 'FATAL' && err.severity !== 'PANIC';
}

/** Whether a new connection gets any answer, be it that there are too many. */
async function isThere(options: postgres.Sql['options']): Promise<boolean> {
  const client = postgres({ ...options, onclose: () => {} } as never) as postgres.Sql;
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, PROBE_MS, false).unref());
  const asked = client`SELECT`.then(
    () => true,
    (err: unknown) => err instanceof postgres.PostgresError,
  );
  const there = await Promise.race([asked, late]);
  void client.end({ timeout: 0 });
  return there;
}

function troubleOf(code: string): Error {
  return Object.assign(new Error(`the connection to Postgres was lost (${code})`), { code });
}
