/** What the phone page loads: its script and its style. */

export const SCRIPT = `'use strict';
const main = document.getElementById('handsets');
const none = document.getElementById('none');
const said = document.getElementById('said');
const seen = new Map();

async function refresh() {
  const answer = await fetch('/_phone/handsets' + location.search, { cache: 'no-store' });
  if (!answer.ok) throw new Error('HTTP ' + answer.status);
  const { handsets } = await answer.json();
  for (const handset of handsets.reverse()) show(handset);
  for (const card of [...main.children]) {
    if (!handsets.some((it) => it.phone === card.dataset.phone) && !card.contains(document.activeElement)) card.remove();
  }
  none.hidden = handsets.length > 0;
}

// Cards stay where they are, and what is being typed stays untouched.
function show({ phone, card, texts, choices }) {
  const shown = document.getElementById('p' + phone);
  if (!shown) {
    main.insertAdjacentHTML('afterbegin', card);
    scrollDown(document.getElementById('p' + phone));
  } else {
    if (seen.get(phone)?.texts !== texts) {
      shown.querySelector('.texts').innerHTML = texts;
      scrollDown(shown);
    }
    const select = shown.querySelector('select');
    if (seen.get(phone)?.choices !== choices && document.activeElement !== select) {
      const chosen = select.value;
      select.innerHTML = choices;
      if ([...select.options].some((it) => it.value === chosen)) select.value = chosen;
    }
  }
  seen.set(phone, { texts, choices });
}

function scrollDown(card) {
  const list = card.querySelector('.texts');
  list.scrollTop = list.scrollHeight;
}

main.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const fields = Object.fromEntries(new FormData(form));
  if (event.submitter?.name === 'quick') fields.quick = event.submitter.value;
  try {
    const answer = await fetch(form.action, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fields),
    });
    if (!answer.ok) throw new Error(await answer.text());
    const { sent } = await answer.json();
    if (!fields.quick) form.elements.text.value = '';
    said.textContent = 'Sent from +' + fields.phone + ': ' + sent;
    await refresh();
  } catch (error) {
    said.textContent = 'Not sent: ' + error.message;
  }
});

async function keepFresh() {
  try {
    if (!document.hidden) await refresh();
    document.body.classList.remove('stale');
  } catch {
    document.body.classList.add('stale');
  }
  setTimeout(keepFresh, 2000);
}

for (const card of main.children) scrollDown(card);
keepFresh();
`;

export const STYLE = `:root {
  color-scheme: light dark;
  --paper: light-dark(#f4f5f7, #16181c);
  --card: light-dark(#fff, #22252b);
  --ink: light-dark(#1c1e21, #e8e9eb);
  --faint: light-dark(#575d66, #a7adb6);
  --line: light-dark(#8a919b, #6c737d);
  --mine: light-dark(#d9ecff, #123a5e);
  --theirs: light-dark(#eceef1, #30343b);
  --accent: light-dark(#0b57a4, #8cc4ff);
  --bad: light-dark(#a3160f, #ff9d96);
  --good: light-dark(#0d6b2f, #7fdc9b);
}
* { box-sizing: border-box; }
[hidden] { display: none; }
body {
  margin: 0 auto;
  max-width: 76rem;
  padding: 0.75rem;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.45 system-ui, sans-serif;
}
h1 { margin: 0; font-size: 1.4rem; }
h2 { margin: 0 0 0.5rem; font-size: 1.1rem; font-variant-numeric: tabular-nums; }
p { margin: 0.25rem 0; }
#said { min-height: 1.5em; }
.stale #said::after { content: ' The simulator does not answer.'; color: var(--bad); }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); gap: 0.75rem; align-items: start; }
.handset { min-width: 0; padding: 0.75rem; border-radius: 0.75rem; background: var(--card); }
.texts { margin: 0 0 0.75rem; padding: 0 0.25rem; max-height: 22rem; overflow-y: auto; list-style: none; }
.texts li { margin: 0.4rem 0; padding: 0.4rem 0.6rem; border-radius: 0.6rem; width: fit-content; max-width: 92%; }
.received { background: var(--theirs); }
.sent { margin-left: auto !important; background: var(--mine); }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
.meta { color: var(--faint); font-size: 0.8rem; overflow-wrap: anywhere; }
.status { font-weight: 600; color: var(--ink); }
.status.delivered { color: var(--good); }
.status.undelivered, .status.expired, .status.rejected, .fault { color: var(--bad); }
label { display: block; margin-top: 0.4rem; font-size: 0.85rem; color: var(--faint); }
.row { display: flex; flex-wrap: wrap; gap: 0.4rem; }
input:not([type]), select {
  flex: 1 1 8rem;
  min-width: 0;
  max-width: 100%;
  min-height: 2.75rem;
  padding: 0.4rem 0.6rem;
  border: 1px solid var(--line);
  border-radius: 0.4rem;
  background: var(--card);
  color: inherit;
  font: inherit;
}
select { width: 100%; }
button {
  min-height: 2.75rem;
  padding: 0.4rem 0.9rem;
  border: 1px solid var(--accent);
  border-radius: 0.4rem;
  background: transparent;
  color: var(--accent);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;
