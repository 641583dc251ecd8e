/** Each means of resolving a submit of which nothing is known: what comes of it, and what the timeline says of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addLines, LINES } from './gateways.ts';
import { phone } from './phones.ts';
import { isFinal, type MessageView, type System, startSystem } from './system.ts';

interface Means {
  title: string;
  /** One of LINES. */
  line: string;
  /** 934: HTTP 500, not taken; 935: HTTP 500, but taken. */
  magic: '934' | '935';
  columns?: object;
  /** Reports come after all else. */
  lateReports?: true;
  /** What the timeline says from the first doubtful outcome to the end; reports of statuses on the way are left out. */
  says: (string | RegExp)[];
  end: Partial<MessageView>;
  taken: number;
}

const UNKNOWN = { status: 'unknown', source: 'clock' };

const MEANS: Means[] = [
  {
    title: 'repeats are dropped by our reference, and answered as the first time',
    line: 'bulksms',
    magic: '935',
    lateReports: true,
    says: [
      /^outcome uncertain: .* \| next: it is submitted again under the same reference: the gateway drops repeats/,
      'attempt repeat',
      /^outcome accepted .*\| repeated: the gateway drops repeats by our reference and answers as the first time$/,
    ],
    end: { status: 'delivered' },
    taken: 1,
  },
  {
    title: 'a "duplicate" means that the first one was taken',
    line: 'infobip',
    magic: '935',
    lateReports: true,
    says: [
      /^outcome uncertain: .* \| next: it is submitted again under the same reference/,
      'attempt repeat',
      /^outcome accepted: a duplicate: the gateway had taken an earlier submit \| repeated: .*calls them duplicates$/,
    ],
    end: { status: 'delivered' },
    taken: 1,
  },
  {
    title: 'asked by our reference: found',
    line: 'smsc',
    magic: '935',
    lateReports: true,
    says: [
      /^outcome uncertain: .* \| next: a repeat could be a second SMS; the gateway is asked by our reference/,
      'sent by poll',
    ],
    end: { status: 'delivered' },
    taken: 1,
  },
  {
    title: 'asked by our reference: not found, and sent again',
    line: 'smsc',
    magic: '934',
    columns: { awaitDeliveryS: 60, defaultValidityS: 120, reportGraceS: 60 },
    says: [
      /^outcome uncertain: .* "not found" counts 5 s after the attempt must have ended/,
      'asked: asked by our reference: not found; "not found" counts 5 s after the attempt must have ended',
      /^not-taken: the gateway does not know our reference/,
      'attempt',
      /^outcome (not-sent|accepted)/,
    ],
    end: {},
    taken: 1,
  },
  {
    title: 'a report by our reference',
    line: 'playmobile',
    magic: '935',
    says: [/^outcome uncertain: .* cannot be asked by our reference; a report by our reference is waited for/],
    end: { status: 'delivered', source: 'report' },
    taken: 1,
  },
  {
    title: 'none: nothing can be asked, and nothing is sent again',
    line: 'mts-token',
    magic: '935',
    says: [
      /^outcome uncertain: .* nothing can be asked by our reference nor reported by it; after 1 s .* decides \(hold\)$/,
      "waits: no sign within 1 s; the sender's policy is not to submit again",
    ],
    end: UNKNOWN,
    taken: 1,
  },
  {
    title: "the sender's policy submits once more",
    line: 'edna',
    magic: '934',
    says: [
      /^outcome uncertain: .* after 1 s without a sign the sender's policy decides \(resend\)$/,
      /^resend: the sender's policy is to submit once more although/,
      'attempt repeat',
      /^outcome accepted.*\| repeated: the sender's policy is to submit once more$/,
    ],
    end: { status: 'delivered' },
    taken: 1,
  },
];

let system: System;
const nameOf = ({ line, magic }: Means) => `${line}-${magic}`;

beforeAll(async () => {
  system = await startSystem();
  const lines = MEANS.map((means) => {
    const line = LINES.find(({ name }) => name === means.line);
    if (!line) throw new Error(`no line ${means.line}`);
    const { account, columns, settings } = line;
    return {
      ...line,
      name: nameOf(means),
      login: nameOf(means),
      settings: (url: string) => settings(url, nameOf(means)),
      account: { ...account, reportDelayMs: means.lateReports ? 8_000 : 500 },
      columns: { ...columns, ...means.columns },
    };
  });
  await addLines(system, lines);
}, 120_000);
afterAll(() => system?.stop());

describe.concurrent.each(MEANS.map((means) => [means.title, means] as const))('%s', (_, means) => {
  it(`${means.line} ${means.magic}`, { timeout: 120_000 }, async () => {
    const to = phone(means.line, means.magic);
    const id = await system.send({ to, sender: nameOf(means) });
    const message = await system.until(id, isFinal, 110_000);
    const said = message.timeline.filter(({ kind }) => SPEAKING.includes(kind)).map(inWords);
    const doubt = said.findIndex((words) => words.startsWith('outcome uncertain'));
    expect(said.slice(doubt, doubt + means.says.length), said.join('\n')).toEqual(
      means.says.map((words) => (typeof words === 'string' ? words : expect.stringMatching(words))),
    );
    const uncertain = message.timeline.find(({ detail }) => detail?.kind === 'uncertain');
    expect(uncertain?.detail?.evidence, 'how far the request got').toMatchObject({ reach: 'answered', status: 500 });
    expect(message).toMatchObject(means.end);
    expect(await system.takenFor(to)).toBe(means.taken);
  });
});

const SPEAKING = ['attempt', 'outcome', 'uncertain', 'asked', 'not-taken', 'waits', 'resend', 'sent'];

function inWords({ kind, source, detail }: MessageView['timeline'][number]): string {
  const { kind: outcome, detail: words, next, repeated, repeat } = detail ?? {};
  const proof = (detail?.evidence as { proof?: string } | undefined)?.proof;
  const more = repeat === true ? 'repeat' : kind === 'sent' ? `by ${source}` : undefined;
  const what = [kind, outcome, more].filter(Boolean).join(' ');
  return [
    what + [words, proof].map((one) => (one === undefined ? '' : `: ${one}`)).join(''),
    ...(repeated === undefined ? [] : [`repeated: ${repeated}`]),
    ...(next === undefined ? [] : [`next: ${next}`]),
  ].join(' | ');
}
