/** The life of an SMS after it was taken: its statuses as time goes by, and who is told of them. */
import type { Accounts } from './accounts.ts';
import type { Courier } from './courier.ts';
import type { Fault } from './faults.ts';
import { type Account, type HookCall, isFinal, type Reason, type Report, type Sms, type Status } from './model.ts';
import { Timers } from './timers.ts';
import type { Wire } from './wires/wire.ts';

export class Lifecycle {
  /** Reports wait while this is true. */
  #held = false;
  #waiting: { report: Report; wire: Wire; account: Account }[] = [];
  #batches = new Map<Account, Report[]>();
  #timers = new Timers();
  #courier: Courier;
  #accounts: Accounts;
  #reportDelayMs: number;

  constructor(courier: Courier, accounts: Accounts, reportDelayMs: number) {
    this.#courier = courier;
    this.#accounts = accounts;
    this.#reportDelayMs = reportDelayMs;
  }

  /** Resolves when the request may be answered: at once, but for `report-first`. */
  async begin(sms: Sms, wire: Wire, account: Account, fate: Fault | undefined): Promise<void> {
    const [first, ...rest] = stepsOf(fate, sms.doomed === true);
    if (first?.after === 'before the answer') await Promise.all(this.#take(first, sms, wire, account));
    else this.#plan([first, ...rest], performance.now() + (sms.delayMs ?? 0), sms, wire, account);
  }

  /** Reports a status now, also while reports are held, and ends the planned life. Returns the calls made. */
  force(sms: Sms, wire: Wire, status: Status, times: number, partId?: string): number {
    const account = this.#accounts.get(wire.name, sms.login);
    if (partId === undefined) change(sms, status, undefined);
    else sms.partStatuses = { ...sms.partStatuses, [partId]: status };
    sms.forced = true;
    const report = { ...reportOf(sms, status), ...(partId === undefined ? {} : { partId }) };
    const calls = Array.from({ length: times }, () => wire.reportCalls([report], account)).flat();
    for (const call of calls) void this.#courier.carry(call, wire, account.login);
    return calls.length;
  }

  hold(held: boolean): void {
    this.#held = held;
    if (held) return;
    for (const { report, wire, account } of this.#waiting.splice(0)) void this.#tell(report, wire, account);
  }

  get waiting(): number {
    return this.#timers.size;
  }

  clear(): void {
    this.#timers.clear();
    this.#batches.clear();
    this.#waiting = [];
    this.#held = false;
  }

  /** One step after the other: timers of different lengths overtake each other on a busy machine. */
  #plan([step, ...rest]: (Step | undefined)[], begin: number, sms: Sms, wire: Wire, account: Account): void {
    if (!step || step.after === 'before the answer') return;
    const delay = account.reportDelayMs ?? this.#reportDelayMs;
    this.#timers.after(begin + delay * step.after - performance.now(), () => {
      if (sms.forced) return;
      void Promise.all(this.#take(step, sms, wire, account));
      this.#plan(rest, begin, sms, wire, account);
    });
  }

  #take(step: Step, sms: Sms, wire: Wire, account: Account): Promise<void>[] {
    if (!step.onlyReport) change(sms, step.status, step.reason);
    const wanted = sms.reports ?? (wire.tellsEveryChange ? 'all' : 'final');
    const tell = wanted === 'all' || (wanted === 'final' && (isFinal(step.status) || step.onlyReport));
    if (!tell) return [];
    const report = reportOf(sms, step.status);
    return Array.from({ length: step.reports }, () =>
      this.#tell(report, wire, account, step.after === 'before the answer'),
    );
  }

  async #tell(report: Report, wire: Wire, account: Account, alone = false): Promise<void> {
    if (this.#held) {
      this.#waiting.push({ report, wire, account });
    } else if (account.reportBatchMs > 0 && !alone) {
      this.#batch(report, wire, account);
    } else {
      await this.#carry(wire.reportCalls([report], account), wire, account);
    }
  }

  #batch(report: Report, wire: Wire, account: Account): void {
    const batch = this.#batches.get(account);
    if (batch) {
      batch.push(report);
      return;
    }
    const fresh = [report];
    this.#batches.set(account, fresh);
    this.#timers.after(account.reportBatchMs, () => {
      this.#batches.delete(account);
      void this.#carry(wire.reportCalls(fresh, account), wire, account);
    });
  }

  async #carry(calls: HookCall[], wire: Wire, account: Account): Promise<void> {
    await Promise.all(calls.map((call) => this.#courier.carry(call, wire, account.login)));
  }
}

interface Step {
  /** In report delays of the account. */
  after: number | 'before the answer';
  status: Status;
  reason?: Reason;
  reports: number;
  /** Told, but not what a poll says. */
  onlyReport?: boolean;
}

function stepsOf(fate: Fault | undefined, doomed: boolean): Step[] {
  const sent: Step = { after: 0.5, status: 'sent', reports: 1 };
  const end: Step = { after: 1, status: 'delivered', reports: 1 };
  if (doomed) return [{ ...end, status: 'rejected', reason: 'failed' }];
  switch (fate) {
    case 'undelivered':
    case 'expired':
    case 'rejected':
      return [sent, { ...end, status: fate }];
    case 'opted-out':
      return [{ ...end, status: 'rejected', reason: 'opted-out' }];
    case 'no-report':
      return [
        { ...sent, reports: 0 },
        { ...end, reports: 0 },
      ];
    case 'never-final':
      return [{ ...sent, reports: 0 }];
    case 'report-twice':
      return [sent, { ...end, reports: 2 }];
    case 'report-first':
      return [{ ...end, after: 'before the answer' }];
    case 'report-late':
      return [
        { ...sent, after: 2.5 },
        { ...end, after: 5 },
      ];
    case 'report-disorder':
      return [
        { ...end, after: 0.5 },
        { ...sent, after: 1, onlyReport: true },
      ];
    default:
      return [sent, end];
  }
}

function change(sms: Sms, status: Status, reason: Reason | undefined): void {
  sms.status = status;
  sms.statusAt = Date.now();
  if (reason) sms.reason = reason;
  else delete sms.reason;
}

function reportOf(sms: Sms, status: Status): Report {
  const report: Report = { sms, status, at: Date.now() };
  if (sms.reason && status === sms.status) report.reason = sms.reason;
  return report;
}
