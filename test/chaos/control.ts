/** The simulator's control API, past all proxies. */
import { request } from 'undici';

export interface Control {
  get<T>(call: string): Promise<T>;
  post<T>(call: string, body: object): Promise<T>;
}

export function createControl(simulatorUrl: string): Control {
  const ask = async (call: string, body?: object) => {
    const options = body && { method: 'POST' as const, headers: JSON_TYPE, body: JSON.stringify(body) };
    const answer = await request(`${simulatorUrl}/_control/${call}`, options);
    if (answer.statusCode !== 200)
      throw new Error(`simulator ${call}: ${answer.statusCode} ${await answer.body.text()}`);
    return await answer.body.json();
  };
  return {
    get: async <T>(call: string) => (await ask(call)) as T,
    post: async <T>(call: string, body: object) => (await ask(call, body)) as T,
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };
