/** The page of simulated phones: each handset's SMS, and a box to answer. Works without JavaScript; with it, it refreshes. */
import type { Handset } from './book.ts';
import { escapeXml as escaped } from './escape.ts';
import type { Answer, Call, Inbound, Sms } from './model.ts';
import { SCRIPT, STYLE } from './phone-page-assets.ts';
import { type Simulation, wireOf } from './simulation.ts';
import { isRecord, json, parseJson, text } from './wires/answers.ts';

/** undefined = not a path of the page. */
export function phonePage(simulation: Simulation, call: Call): Answer | undefined {
  const phone = new URLSearchParams(call.query).get('phone')?.replace(/\D/g, '') ?? '';
  switch (`${call.method} ${call.path}`) {
    case 'GET /':
      return asset('text/html', page(shown(simulation, phone), phone));
    case 'GET /_phone/page.js':
      return asset('text/javascript', SCRIPT);
    case 'GET /_phone/page.css':
      return asset('text/css', STYLE);
    case 'GET /_phone/handsets':
      return json(200, { handsets: shown(simulation, phone).map(refreshed) });
    case 'POST /_phone/answer':
      return answer(simulation, call);
    default:
      return undefined;
  }
}

function asset(type: string, body: string): Answer {
  const headers = {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy':
      "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  };
  return { status: 200, headers, body: Buffer.from(body) };
}

/** The newest ones; a phone's beginning finds the others. */
function shown(simulation: Simulation, phone: string): Handset[] {
  return simulation.book
    .handsets()
    .filter((it) => it.phone.startsWith(phone))
    .slice(0, MOST_HANDSETS);
}

function page(handsets: readonly Handset[], phone: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Simulated phones</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/_phone/page.css">
<script src="/_phone/page.js" defer></script>
</head>
<body>
<header>
<h1>Simulated phones</h1>
<p>The handsets behind the simulated gateways. Nothing here leaves this machine.</p>
<form method="get" action="/" role="search">
<label for="phone">Phone begins with</label>
<div class="row"><input id="phone" name="phone" inputmode="tel" autocomplete="off" value="${escaped(phone)}">
<button>Show</button></div>
</form>
</header>
<p id="said" role="status"></p>
<main id="handsets" aria-label="Handsets">${handsets.map(card).join('')}</main>
<p id="none"${handsets.length > 0 ? ' hidden' : ''}>No SMS has come yet${phone ? ' to such a phone' : ''}.</p>
<footer><p>The ${MOST_HANDSETS} phones with the newest SMS are shown, each with its last ${MOST_TEXTS} texts.</p></footer>
</body>
</html>
`;
}

/** What the script needs: whole cards for phones that are new to it, texts for the others. */
function refreshed(handset: Handset) {
  return { phone: handset.phone, card: card(handset), texts: texts(handset), choices: choices(handset) };
}

function card(handset: Handset): string {
  const id = `p${escaped(handset.phone)}`;
  return `<section class="handset" id="${id}" data-phone="${escaped(handset.phone)}" aria-labelledby="${id}-name">
<h2 id="${id}-name">+${escaped(handset.phone)}</h2>
<ol class="texts" aria-label="Texts of +${escaped(handset.phone)}, newest last" tabindex="0">${texts(handset)}</ol>
<form class="answer" method="post" action="/_phone/answer">
<input type="hidden" name="phone" value="${escaped(handset.phone)}">
<label for="${id}-to">Answer to</label>
<select id="${id}-to" name="to">${choices(handset)}</select>
<label for="${id}-text">Text</label>
<div class="row"><input id="${id}-text" name="text" maxlength="1000" autocomplete="off" required>
<button>Send</button>
<button name="quick" value="STOP" formnovalidate>STOP</button></div>
</form>
</section>`;
}

function texts(handset: Handset): string {
  const all = [
    ...handset.sms.slice(-MOST_TEXTS).map((it) => ({ n: it.n, html: received(it) })),
    ...handset.inbound.slice(-MOST_TEXTS).map((it) => ({ n: it.n, html: sent(it) })),
  ];
  const newest = all.sort((a, b) => a.n - b.n).slice(-MOST_TEXTS);
  return newest.map((it) => it.html).join('');
}

function received(sms: Sms): string {
  const from = `${escaped(sms.sender ?? 'no sender')} · ${title(sms.wire)} · ${time(sms.acceptedAt)}`;
  const fault = sms.fault === undefined ? '' : ` <span class="fault">fault: ${escaped(sms.fault)}</span>`;
  const status = `<span class="status ${sms.status}">${sms.status}</span>`;
  return `<li class="received"><p class="meta">${from}</p><p class="text">${escaped(sms.text)}</p><p class="meta">${status}${fault}</p></li>`;
}

function sent(inbound: Inbound): string {
  const told = inbound.pushed ? 'handed to the webhook' : inbound.pulled ? 'fetched' : 'held by the gateway';
  const meta = `answer to ${escaped(inbound.to)} · ${title(inbound.wire)} · ${time(inbound.at)}`;
  return `<li class="sent"><p class="meta">${meta}</p><p class="text">${escaped(inbound.text)}</p><p class="meta">${told}</p></li>`;
}

/** The senders that wrote to this phone, the last one first. */
function choices(handset: Handset): string {
  const senders = new Map<string, string>();
  for (const { wire, login, sender } of handset.sms.slice(-MOST_TEXTS).reverse()) {
    senders.set(JSON.stringify([wire, login, sender ?? '']), `${sender ?? 'no sender'} · ${title(wire)}`);
  }
  for (const { wire, login, to } of handset.inbound.slice(-1)) {
    if (senders.size === 0) senders.set(JSON.stringify([wire, login, to]), `${to} · ${title(wire)}`);
  }
  return [...senders].map(([value, label]) => `<option value="${escaped(value)}">${escaped(label)}</option>`).join('');
}

const title = (wire: string) => escaped(wireOf(wire)?.title ?? wire);

function time(at: number): string {
  const iso = new Date(at).toISOString();
  return `<time datetime="${iso}">${iso.slice(11, 19)} UTC</time>`;
}

/** From the script as JSON, or from the bare form. */
function answer(simulation: Simulation, call: Call): Answer {
  const { origin, host } = call.headers;
  if (origin !== undefined && origin !== `http://${host}`) return text(403, 'Not from this page');
  const isJson = /^application\/json\b/i.test(call.headers['content-type'] ?? '');
  const body = isJson ? parseJson(call.body) : Object.fromEntries(new URLSearchParams(call.body.toString('utf8')));
  const fields = isRecord(body) ? body : {};
  const words = String(fields.quick ?? fields.text ?? '');
  const phone = String(fields.phone ?? '').replace(/\D/g, '');
  const [wireName, login, sender] = choiceOf(fields.to);
  const wire = wireOf(wireName);
  if (!wire || login === undefined || phone === '' || words.trim() === '') return text(400, 'Something is missing');
  // Nobody can answer a name: its answers go to the account's number.
  const to = /^\+?\d+$/.test(sender ?? '') ? sender?.replace('+', '') : undefined;
  simulation.receive(wire, login, { from: phone, to, text: words });
  if (isJson) return json(200, { sent: words });
  return { status: 303, headers: { location: `/#p${phone}` }, body: Buffer.alloc(0) };
}

function choiceOf(value: unknown): (string | undefined)[] {
  const choice = parseJson(Buffer.from(String(value ?? '')));
  return Array.isArray(choice) ? choice.map((it) => (typeof it === 'string' ? it : undefined)) : [];
}

const MOST_HANDSETS = 50;
const MOST_TEXTS = 30;
