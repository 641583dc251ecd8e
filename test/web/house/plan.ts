/** What is sent in the house, and what the simulated gateways make of it. */
import { type AccountName, FAILURES, type HouseSender, phoneFor, type Random, SENDERS } from './made-up.ts';

export interface Planned {
  account: AccountName;
  message: Record<string, unknown>;
}

/** The first few are of each kind that a few hundred have by chance. */
export function plan(n: number, dice: Random): Planned {
  const special = SPECIAL[n];
  const sender = special ? senderNamed(special.sender) : senderAt(dice() * 100);
  const failure = dice() * 100 < sender.failing && FAILURES[Math.floor(dice() * FAILURES.length)];
  const lastThree = special?.lastThree ?? (failure || String((n * 37) % 500).padStart(3, '0'));
  const account =
    special?.account ?? sender.accounts[Math.floor(dice() * sender.accounts.length)] ?? sender.accounts[0];
  if (!account) throw new Error(`${sender.name} has no account`);
  return { account, message: messageOf(sender, n, lastThree) };
}

/** By the simulator's magic numbers: see docs/simulator.md; 501 to 506 are on suppress lists. */
const SPECIAL: readonly { sender: string; lastThree: string; account?: AccountName }[] = [
  ...['901', '902', '903', '911', '905'].map((lastThree) => ({ sender: 'infobip-codes', lastThree })),
  { sender: 'infobip-codes', lastThree: '932' },
  { sender: 'bulksms-club', lastThree: '934' },
  ...['932', '935'].map((lastThree) => ({ sender: 'smstraffic-reminders', lastThree })),
  { sender: 'infobip-codes', lastThree: '921' },
  { sender: 'smsc-orders', lastThree: '501' },
  { sender: 'bulksms-club', lastThree: '503', account: 'Blackbird Books' },
  { sender: 'smstraffic-reminders', lastThree: '502' },
];

export function senderNamed(name: string): HouseSender {
  const sender = SENDERS.find((one) => one.name === name);
  if (!sender) throw new Error(`there is no sender ${name}`);
  return sender;
}

function senderAt(percent: number): HouseSender {
  let sum = 0;
  const sender = SENDERS.find(({ share }) => {
    sum += share;
    return percent < sum;
  });
  if (!sender) throw new Error('the shares of the senders are less than 100');
  return sender;
}

export function messageOf(sender: HouseSender, n: number, lastThree: string): Record<string, unknown> {
  const { name, gateway, priority, text } = sender;
  return {
    to: phoneFor(gateway, lastThree, n),
    text: text(n),
    sender: name,
    priority,
    metadata: { campaign: priority === 'campaign' ? 'autumn' : undefined, row: n },
  };
}
