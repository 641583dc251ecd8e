import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';

export interface TestTemporal {
  /** host:port of the frontend; the namespace is `default`. */
  address: string;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

export interface DevServer extends TestTemporal {
  /** Ends the server process with SIGKILL; its database file stays for `start`. */
  kill(): Promise<void>;
  /** Starts the server again, on the same address and database file. Resolves when it answers. */
  start(): Promise<void>;
}

/** A Temporal server for the tests of one file. */
export async function testTemporal(): Promise<TestTemporal> {
  return startDevServer();
}

/**
 * A dev server of one's own, for tests that kill it. Whatever becomes of this process, the server ends and its folder
 * goes.
 */
export async function startDevServer(): Promise<DevServer> {
  const executable = process.env.TEMPORAL_CLI_PATH;
  if (!executable) throw new Error('TEMPORAL_CLI_PATH must name the Temporal CLI (1.9.1 or later)');
  const folder = await mkdtemp(join(tmpdir(), 'durable-sms-temporal-'));
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const keeper = keep(folder, executable, serverArguments(folder, port));

  const start = async () => {
    keeper.stdin.write('start\n');
    await answering(address, port, keeper, join(folder, 'log'));
  };
  const kill = async () => {
    keeper.stdin.write('kill\n');
    await once(keeper.stdout, 'data');
  };
  const stop = async () => {
    if (keeper.exitCode !== null) return;
    keeper.stdin.end();
    await once(keeper, 'exit');
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, start, kill, stop };
}

function serverArguments(folder: string, port: number): string[] {
  return [
    ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port)],
    ...['--db-filename', join(folder, 'temporal.db'), '--log-level', 'error'],
    ...['journal_mode=WAL', 'synchronous=NORMAL'].flatMap((pragma) => ['--sqlite-pragma', pragma]),
    ...['Read', 'Write'].flatMap((kind) => ['--dynamic-config-value', `matching.numTaskqueue${kind}Partitions=1`]),
    ...['SmsSender', 'SmsAccount', 'SmsGateway'].flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
  ];
}

type Keeper = ChildProcessByStdio<Writable, Readable, null>;

/**
 * A shell that owns the server and reads orders from us. When we are gone, in whatever way, its standard input ends,
 * and it takes the server and the folder along. In a session of its own, so that Ctrl-C does not reach it first.
 */
function keep(folder: string, executable: string, args: string[]): Keeper {
  const script = `
    folder=$1; shift
    while read -r order; do
      case $order in
        start) "$@" >>"$folder/log" 2>&1 </dev/null & server=$! ;;
        kill) kill -9 "$server"; wait "$server" 2>/dev/null; echo killed ;;
      esac
    done
    kill -9 "$server" 2>/dev/null; wait
    rm -rf "$folder"`;
  return spawn('sh', ['-c', script, 'temporal-keeper', folder, executable, ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
}

async function answering(address: string, port: number, keeper: Keeper, log: string): Promise<void> {
  const until = Date.now() + 30_000;
  while (Date.now() < until && keeper.exitCode === null) {
    if ((await listening(port)) && (await knowsNamespace(address))) return;
    await sleep(50);
  }
  throw new Error(`the Temporal dev server does not answer: ${await readFile(log, 'utf8').catch(() => 'no log')}`);
}

async function listening(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function knowsNamespace(address: string): Promise<boolean> {
  // Else it would share the socket, and the back-off, of every other client of this process.
  const channelArgs = { 'grpc.use_local_subchannel_pool': 1 };
  const connection = Connection.lazy({ address, interceptors: [], channelArgs });
  try {
    await connection.withDeadline(Date.now() + 2_000, () =>
      connection.workflowService.describeNamespace({ namespace: 'default' }),
    );
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}

/** Below the range of outgoing connections, one of which could take the port while the server is down. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 32_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
