import type { HttpRequest, HttpResponse, RawHook, Refusal, Sms } from '../../gateways/gateway.ts';

export const SMS: Sms = {
  phone: '+79995550142',
  text: 'Код 4821',
  callerId: 'ACME',
  ref: { number: 231_826n, installation: 'w7f3' },
  validityS: 3600,
  priority: 'otp',
  attempt: 1,
};

/** The reference of SMS in its two forms. */
export const TEXT_REF = 'w7f3-4yvm';
export const INT_REF = '231826';

export function answer(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse {
  return { status, headers, body: bytes(typeof body === 'string' ? body : JSON.stringify(body)) };
}

export function hook(body: unknown, over: Partial<RawHook> = {}): RawHook {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { method: 'POST', query: '', headers: {}, body: bytes(text), ...over };
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function requestOf(sent: HttpRequest | Refusal): HttpRequest {
  if ('refuse' in sent) throw new Error(`refused: ${sent.detail}`);
  return sent;
}

export function jsonOf(request: HttpRequest): unknown {
  return JSON.parse(String(request.body));
}

export function formOf(request: HttpRequest): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(String(request.body)));
}
