import { describe, expect, it } from 'vitest';
import { start, startReceiver, submit, WIRES } from './kit.ts';

const { infobip, smsc } = WIRES;
const PHONE = '79995550101';
const EVIL = '<img src=x onerror=alert(1)>"\'&';

const choice = (...parts: string[]) => JSON.stringify(parts);

describe('the phone page', () => {
  it('shows handsets with their SMS, status and fault, escaped, and asks no other host for anything', async () => {
    const simulator = await start();
    await submit(simulator, infobip, { phone: PHONE, text: EVIL, id: 'a' });
    await submit(simulator, infobip, { phone: '79995550901', text: 'plain' });
    const answer = await fetch(simulator.url);
    const page = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&apos;&amp;');
    expect(page).toContain('+79995550901');
    expect(page).toContain('fault: undelivered');
    expect(page).toMatch(/class="status (pending|sent|delivered)"/);
    expect(page).toMatch(/<meta name="viewport" content="width=device-width/);
    expect([...page.matchAll(/(?:src|href|action)="([^"]*)"/g)].map((it) => it[1])).not.toContainEqual(
      expect.stringMatching(/^(https?:)?\/\//),
    );
    const labelled = [...page.matchAll(/<(?:input|select) id="([^"]+)"/g)].map((it) => it[1]);
    expect(labelled.length).toBeGreaterThanOrEqual(5);
    for (const id of labelled) expect(page).toContain(`<label for="${id}">`);
  });

  it('finds phones by their beginning and says when there is none', async () => {
    const simulator = await start();
    expect(await (await fetch(simulator.url)).text()).toContain('No SMS has come yet');
    await submit(simulator, infobip, { phone: PHONE });
    await submit(simulator, smsc, { phone: '79215550142' });
    const page = await (await fetch(`${simulator.url}/?phone=%2B7921`)).text();
    expect(page).toContain('id="p79215550142"');
    expect(page).not.toContain(`id="p${PHONE}"`);
    const quoted = await (await fetch(`${simulator.url}/?phone=${encodeURIComponent('"><b>7')}`)).text();
    expect(quoted).not.toContain('"><b>');
  });

  it('gives its script fresh texts as JSON', async () => {
    const simulator = await start();
    await submit(simulator, infobip, { phone: PHONE, text: EVIL });
    const answer = await fetch(`${simulator.url}/_phone/handsets`);
    const { handsets } = (await answer.json()) as { handsets: { card: string; texts: string }[] };
    expect(handsets).toMatchObject([{ phone: PHONE, texts: expect.stringContaining('&lt;img') }]);
    expect(handsets[0]?.card).toContain(handsets[0]?.texts);
    for (const path of ['page.js', 'page.css']) {
      expect((await fetch(`${simulator.url}/_phone/${path}`)).status).toBe(200);
    }
    const script = await (await fetch(`${simulator.url}/_phone/page.js`)).text();
    expect(() => new Function(script)).not.toThrow();
  });

  it('sends an answer to the sender of the SMS, from the script and from the bare form', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    await simulator.control('accounts', { wire: 'infobip', login: 'key-1', hooks: { inbound: receiver.url } });
    await submit(simulator, infobip, { phone: PHONE });
    const to = choice('infobip', 'key-1', 'ACME');
    const page = await (await fetch(simulator.url)).text();
    expect(page).toContain(`<option value="${to.replaceAll('"', '&quot;')}">ACME · Infobip</option>`);
    const scripted = await fetch(`${simulator.url}/_phone/answer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: simulator.url },
      body: JSON.stringify({ phone: PHONE, to, text: '', quick: 'STOP' }),
    });
    expect(await scripted.json()).toEqual({ sent: 'STOP' });
    const bare = await fetch(`${simulator.url}/_phone/answer`, {
      method: 'POST',
      body: new URLSearchParams({ phone: PHONE, to, text: 'Да, спасибо' }),
      redirect: 'manual',
    });
    expect([bare.status, bare.headers.get('location')]).toEqual([303, `/#p${PHONE}`]);
    const texts = (await receiver.until(2)).map((it) => JSON.parse(it.body).results[0]);
    expect(texts).toMatchObject([
      { from: PHONE, to: '79990000001', text: 'STOP', keyword: 'STOP' },
      { from: PHONE, text: 'Да, спасибо' },
    ]);
    expect(await (await fetch(simulator.url)).text()).toContain('Да, спасибо');
  });

  it('refuses answers from other pages and answers with nothing in them', async () => {
    const simulator = await start();
    const post = async (fields: object, origin = simulator.url) => {
      const headers = { 'content-type': 'application/json', origin };
      const init = { method: 'POST', headers, body: JSON.stringify(fields) };
      return (await fetch(`${simulator.url}/_phone/answer`, init)).status;
    };
    const good = { phone: PHONE, to: choice('smsc', 'acme', '79990000002'), text: 'Hi' };
    expect(await post(good, 'http://evil.example')).toBe(403);
    expect(await post({ ...good, text: ' ' })).toBe(400);
    expect(await post({ ...good, to: 'nonsense' })).toBe(400);
    expect(await post({ ...good, to: choice('none', 'acme') })).toBe(400);
    expect((await simulator.handset(PHONE)).inbound).toHaveLength(0);
    expect(await post(good)).toBe(200);
    expect((await simulator.handset(PHONE)).inbound).toMatchObject([{ to: '79990000002', text: 'Hi' }]);
  });
});
