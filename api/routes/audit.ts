/** Who did what to settings, lists and keys. */
import { type AuditRow, listAudit } from '../../db/audit.ts';
import type { ApiContext } from '../context.ts';
import { pageFor, shownOf } from '../paging.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { type AuditEntryView, type AuditPage, auditPageSchema, auditQuerySchema } from '../schemas/audit.ts';

export function auditRoutes({ db }: ApiContext): Route[] {
  const list = route({
    method: 'get',
    path: '/v1/audit',
    tag: 'Audit log',
    summary: 'A page of the audit log, newest first',
    description: 'A key of an account sees what is about its account; a key for all accounts sees everything.',
    scope: 'admin',
    query: auditQuerySchema,
    answers: { 200: { description: 'The page.', schema: auditPageSchema } },
    handle: async ({ query, key, res }) => {
      const { account, action, object, from, to } = query;
      if (key.accountId !== null && account !== undefined && account !== key.accountId) throw new Problem('forbidden');
      const accountId = key.accountId ?? account;
      const filter = {
        ...(accountId === undefined ? {} : { accountId }),
        ...(action === undefined ? {} : { action }),
        ...(object === undefined ? {} : { objectId: object }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      };
      const { shown, nextCursor } = shownOf(await listAudit(db, filter, pageFor(query)), query);
      res.json({ entries: shown.map(viewOf), nextCursor } satisfies AuditPage);
    },
  });

  return [list];
}

function viewOf({ id, at, keyId, actor, action, accountId, objectId, detail }: AuditRow): AuditEntryView {
  return {
    id,
    at: at.toISOString(),
    actor: { key: keyId, name: actor },
    action,
    account: accountId,
    object: objectId,
    detail: detail as Record<string, unknown> | null,
  };
}
