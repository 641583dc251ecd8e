/** What lets somebody in, as SHA-256 in base64: enough to know a right one, and nothing to leak. */
import type { Db } from './connection.ts';

/** Of the API keys that have not been revoked. */
export async function apiKeyHashes({ sql }: Db): Promise<string[]> {
  const rows = await sql`
    SELECT encode(hash, 'base64') AS hash FROM api_keys
    WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`;
  return rows.map(({ hash }) => String(hash));
}

/** Of the tokens in the senders' webhook addresses. */
export async function hookTokenHashes({ sql }: Db): Promise<string[]> {
  const rows = await sql`
    SELECT encode(sha256(convert_to(token, 'UTF8')), 'base64') AS hash FROM (
      SELECT hook_token AS token FROM senders
      UNION ALL SELECT old_hook_token FROM senders WHERE old_hook_token_until > now()) t
    WHERE token IS NOT NULL`;
  return rows.map(({ hash }) => String(hash));
}
