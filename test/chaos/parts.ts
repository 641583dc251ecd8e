/** All parts of the product as processes of their own, each link between them through a fault proxy. */
import { join } from 'node:path';
import { migrate } from '../../db/migrate.ts';
import { freePort } from '../../local/ports.ts';
import { startPostgres } from '../../local/postgres.ts';
import { startTemporal } from '../../local/temporal.ts';
import { findTemporal } from '../../local/temporal-binary.ts';
import type { Link, PartName, Parts } from './model.ts';
import { createPart, type Part, type PartOptions } from './part.ts';
import { createPrograms, type ProgramsOptions } from './programs.ts';
import { type FaultProxies, startProxies } from './proxy/proxies.ts';

export interface PartsOptions extends ProgramsOptions {
  /** 2 if not given. */
  workers?: number;
  say?: (line: string) => void;
}

export interface ChaosParts extends Parts {
  proxies: FaultProxies;
  /** Parts that have ended without our doing after they were ready, as one would tell a person. */
  fallen(): string[];
}

/** @throws where a part does not start; nothing is left running then */
export async function startParts(options: PartsOptions): Promise<ChaosParts> {
  const { folder, say = () => undefined } = options;
  const [proxies, binary] = await Promise.all([
    startProxies(),
    findTemporal({ env: process.env, dataDir: folder, say }),
  ]);
  const programs = createPrograms(options, proxies);
  const parts = new Map<PartName, Part>();
  const fallen: string[] = [];
  const add = (name: PartName, how: Pick<PartOptions, 'begin' | 'lead'> & { logFolder?: string }): Part => {
    const part = createPart({ name, logFolder: folder, ...how, onFall: (end) => fallen.push(end) });
    parts.set(name, part);
    return part;
  };
  const named = (name: PartName): Part => {
    const found = parts.get(name);
    if (!found) throw new Error(`there is no part ${name}`);
    return found;
  };
  const leadTo = async (url: string, ...links: Link[]) => {
    await Promise.all(links.map((link) => proxies.lead(link, portOf(url) ?? 0)));
  };
  let databaseUrl = '';
  let temporalAddress = '';
  let simulatorUrl = '';
  let apiUrl = '';

  const postgresFolder = join(folder, 'postgres');
  add('postgres', {
    logFolder: postgresFolder,
    async begin() {
      const postgres = await startPostgres({ dataDir: postgresFolder, port: portOf(databaseUrl) });
      databaseUrl = postgres.url;
      return postgres;
    },
    lead: () => leadTo(databaseUrl, 'api-postgres', 'worker-postgres'),
  });
  const temporalFolder = join(folder, 'temporal');
  add('temporal', {
    logFolder: temporalFolder,
    async begin() {
      const port = portOf(`http://${temporalAddress}`);
      const temporal = await startTemporal({ dataDir: temporalFolder, binary: binary.path, port });
      temporalAddress = temporal.address;
      return temporal;
    },
    lead: () => leadTo(`http://${temporalAddress}`, 'api-temporal', 'worker-temporal'),
  });
  add('simulator', {
    async begin() {
      const { child, ready } = await programs.simulator(portOf(simulatorUrl) ?? 0);
      simulatorUrl = String(ready.url);
      return child;
    },
    lead: () => leadTo(simulatorUrl, 'worker-gateway'),
  });
  const api = add('api', {
    async begin() {
      const { port } = await freePort(portOf(apiUrl));
      const { child, ready } = await programs.api(port, databaseUrl);
      apiUrl = String(ready.url);
      return child;
    },
    lead: () => leadTo(apiUrl, 'client-api', 'gateway-api'),
  });
  const workers = Array.from({ length: options.workers ?? 2 }, (_, index) => {
    const name: PartName = `worker-${index + 1}`;
    return add(name, { begin: async () => (await programs.worker(name, databaseUrl)).child });
  });

  const stopAll = async () => {
    // Without the proxies a start that waits for its servers comes to its end.
    await Promise.all([proxies.close(), ...[...parts.values()].map((part) => part.abandon())]);
  };
  try {
    await Promise.all([named('postgres').start(), named('temporal').start(), named('simulator').start()]);
    await migrate(databaseUrl);
    await Promise.all([api, ...workers].map((part) => part.start()));
  } catch (error) {
    await stopAll();
    throw error;
  }
  return {
    folder,
    proxies,
    apiUrl: `http://${proxies.address('client-api')}`,
    secretKeys: programs.secretKeys,
    get simulatorUrl() {
      return simulatorUrl;
    },
    get databaseUrl() {
      return databaseUrl;
    },
    get temporalAddress() {
      return temporalAddress;
    },
    names: () => [...parts.keys()],
    child: (name) => named(name).child(),
    kill: (name) => named(name).kill(),
    freeze: (name) => named(name).freeze(),
    thaw: (name) => named(name).thaw(),
    stop: (name) => named(name).stop(),
    start: (name) => named(name).start(),
    log: (name) => named(name).log(),
    logFiles: (name) => named(name).logFiles(),
    fallen: () => [...fallen],
    stopAll,
  };
}

function portOf(url: string): number | undefined {
  return URL.canParse(url) ? Number(new URL(url).port) : undefined;
}
