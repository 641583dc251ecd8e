/** The whole product with its pages and simulated gateways, on servers of its own, for those who only look at it. */
import { join } from 'node:path';
import { createApiKey } from '../../../db/api-keys.ts';
import { openDb } from '../../../db/connection.ts';
import { migrate } from '../../../db/migrate.ts';
import { localPostgres, localTemporal, type Place, startPart } from '../../../local/parts.ts';
import { freePort } from '../../../local/ports.ts';
import { keepSecretKeys } from '../../../local/secret-keys.ts';
import { keepPagesBuilt } from '../../../local/web.ts';
import type { House } from './calls.ts';

/** The caller closes its `db`, and ends the rest by `stopAll`. */
export async function startHouse(place: Place): Promise<House> {
  const web = join(place.dataDir, 'web');
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SERVER_ELSEWHERE.test(name)));
  const [postgres, temporal] = await Promise.all([
    localPostgres(place, own),
    localTemporal(place, own),
    keepPagesBuilt(place.clone, web, place.say),
  ]);
  await migrate(postgres.url);
  const db = openDb(postgres.url, { connections: 4, applicationName: 'durable-sms house' });
  // Before the API starts, which would make one of its own.
  const key = await createApiKey(db, { accountId: null, name: 'anna', scopes: ['admin'], kind: 'live' });
  const { port } = await freePort(8080);
  const apiUrl = `http://127.0.0.1:${port}`;
  const env = {
    ...temporal.env,
    DATABASE_URL: postgres.url,
    SECRET_KEYS: keepSecretKeys(place.dataDir),
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: apiUrl,
    WEB_DIR: web,
    GATEWAY_PRIVATE_NETWORKS: '127.0.0.1',
    SIMULATOR_PORT: String((await freePort(8090)).port),
  };
  const { url } = await startPart('simulator', 'local/simulator/main.ts', env, place);
  await Promise.all([startPart('worker', 'workers/main.ts', env, place), startPart('api', 'api/main.ts', env, place)]);
  return { apiUrl, simulatorUrl: String(url), key, db };
}

/** The servers are always our own, whatever the variables of the one who starts it name. */
const SERVER_ELSEWHERE = /^(DATABASE_URL|TEMPORAL_(ADDRESS|NAMESPACE|PROFILE|CONFIG_FILE))$/;
