/**
 * Calls of gateways. A call is in the books before it is answered, and it is answered in exactly the form that this
 * gateway wants. Texts from phones have taken effect by then, since the answer acknowledges a STOP; reports follow.
 */
import { isIP } from 'node:net';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { closeHooks, storeHook } from '../../db/hooks.ts';
import { storable } from '../../db/storable.ts';
import type { HookReply, RawHook } from '../../gateways/gateway.ts';
import { readHook, type Stopped, takeTexts } from '../../hooks/effects.ts';
import type { GatewaySender } from '../../hooks/gateway-sender.ts';
import { sealHeaders } from '../../hooks/headers.ts';
import { isIn } from '../../runtime/addresses.ts';
import type { ApiContext } from '../context.ts';
import { Problem } from '../problem.ts';
import { HOOK_PATHS, type HookAddress, hookAddressOf } from './address.ts';

const MAX_BODY = '1mb';

export function addHookRoutes(app: Express, context: ApiContext): void {
  const steps = [findSender(context), express.raw({ type: () => true, limit: MAX_BODY }), takeCall(context)];
  for (const path of HOOK_PATHS) {
    app.get(path, ...steps);
    app.post(path, ...steps);
  }
}

interface HookLocals {
  known: GatewaySender;
  address: HookAddress;
}

/** Before a byte of the body is read. */
function findSender(context: ApiContext): RequestHandler {
  return async (req, res, next) => {
    const address = hookAddressOf(req);
    const known = address.token === undefined ? undefined : await context.senders.byHookToken(address.token);
    if (!known) throw new Problem('not-found');
    res.locals.hook = { known, address } satisfies HookLocals;
    next();
  };
}

function takeCall(context: ApiContext): RequestHandler {
  const { db, secretKeys, background, reports } = context;
  return async (req, res) => {
    const { known, address } = res.locals.hook as HookLocals;
    const { sender, gateway, settings, traits } = known;
    const call: RawHook = {
      method: req.method,
      query: address.query,
      headers: headersOf(req),
      body: Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0),
    };
    const receivedAt = new Date();
    const isAllowed = sender.hookIps === null || isFrom(sender.hookIps, req.ip);
    const id = await storeHook(
      db,
      {
        ...call,
        senderId: sender.id,
        gatewayAccountId: sender.gatewayAccountId,
        path: address.path,
        headers: sealHeaders(call.headers, secretKeys),
      },
      isAllowed ? undefined : `it came from ${req.ip}, which is not one of the sender's addresses for webhook calls`,
    );
    if (!isAllowed) throw refusal(403, 'Calls are not taken from this address.');
    const close = (state: 'done' | 'nothing' | 'refused', detail?: string) => {
      background.run(() => closeHooks(db, [id], state, detail === undefined ? undefined : storable(detail, 500)));
    };

    const reading = readHook(known, call);
    switch (reading.kind) {
      case 'failed':
        close('refused', reading.detail);
        throw new Problem('internal');
      case 'refused':
        close('refused', reading.detail);
        throw refusal(reading.status, reading.detail);
      case 'nothing':
        close('nothing', reading.detail);
        return answer(res, gateway.reply?.(reading, settings));
    }

    const inbound = { id, gatewayAccountId: sender.gatewayAccountId, receivedAt, method: call.method };
    const stopped = await takeTexts(context, inbound, reading.inbound);
    answer(res, gateway.reply?.(reading, settings));
    tellStopped(context, stopped);
    if (reading.reports.length === 0) return close('done');
    const account = { id: sender.gatewayAccountId, idScope: traits.idScope };
    reports.add(account, { hookId: id, senderId: sender.id, reports: reading.reports });
  };
}

function isFrom(networks: readonly string[], ip = ''): boolean {
  return isIP(ip) !== 0 && isIn(ip, networks);
}

/** That a workflow hears of it late does no harm: what it would send, the books refuse. */
function tellStopped({ background }: ApiContext, stopped: Stopped): void {
  background.run(() => stopped.signal());
}

function refusal(status: 400 | 401 | 403, detail: string): Problem {
  return new Problem('hook-refused', {
    status,
    detail,
    ...(status === 401 ? { headers: { 'www-authenticate': 'Basic realm="webhook"' } } : {}),
  });
}

function answer(res: Response, reply: HookReply = { status: 200, body: '' }): void {
  res.status(reply.status);
  if (reply.body !== '') res.set('content-type', 'text/plain; charset=utf-8');
  res.set(reply.headers ?? {}).end(reply.body);
}

/** Names in lower case; a repeated header's values with commas between them. */
function headersOf(req: Request): Record<string, string> {
  return Object.fromEntries(
    Object.entries(req.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
