import type { DataFolder } from './data-folder.ts';
import type { Demo } from './seed.ts';

export interface PageFacts {
  apiUrl: string;
  simulatorUrl: string;
  temporal: { address: string; uiUrl: string | undefined };
  /** The PUBLIC_URL that was set. */
  publicUrl: string | undefined;
  portsTaken: number[];
  data: DataFolder;
  demo: Demo;
  /** Where the key for all accounts is kept. */
  adminKeyFile: string;
}

/** What a person sees when all runs. */
export function page(facts: PageFacts): string {
  const { apiUrl, simulatorUrl, temporal, data, demo, adminKeyFile } = facts;
  return `
durable-sms runs.

  API            ${apiUrl}   (described at ${apiUrl}/docs)
  Admin pages    ${apiUrl}/admin/   (sign in with the admin key)
  Temporal       ${temporal.uiUrl ?? temporal.address}
  Phones         ${simulatorUrl}/   (simulated: see what they got, answer STOP)
  Data and logs  ${data.path}${data.because ? `\n                 (${data.because})` : ''}
  Admin key      in ${adminKeyFile}
${notes(facts)}
Send an SMS:

  curl ${apiUrl}/v1/messages \\
    -H 'Authorization: Bearer ${demo.apiKey}' -H "Idempotency-Key: $(date +%s)" \\
    -H 'Content-Type: application/json' \\
    -d '{"to": "+79995550100", "text": "Hello", "sender": "${demo.senders[0]}"}'

Other senders: ${demo.senders.slice(1).join(', ')}. Ctrl-C stops everything; the data stays.
`;
}

function notes({ portsTaken, publicUrl, apiUrl }: PageFacts): string {
  const taken = `Taken already, so that others are used: port ${portsTaken.join(', ')}.`;
  const callBack = publicUrl
    ? `Gateways call back at ${publicUrl}`
    : `PUBLIC_URL is not set: gateways are told to call back at ${apiUrl}, where only this machine reaches it.`;
  return [...(portsTaken.length > 0 ? [taken] : []), callBack].map((line) => `\n${line}\n`).join('');
}
