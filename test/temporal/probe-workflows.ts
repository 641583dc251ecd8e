import {
  ActivityFailure,
  type ActivityOptions,
  ApplicationFailure,
  condition,
  defineSignal,
  type LocalActivityOptions,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  TimeoutFailure,
} from '@temporalio/workflow';

export interface ProbeActivities {
  act(name: string): Promise<string>;
}

export const note = defineSignal<[string]>('note');
export const finish = defineSignal('finish');

/** One SMS as the design has it: check, send on another queue, wait for a report. */
export async function oneSms(sendQueue: string): Promise<string> {
  let report: string | undefined;
  setHandler(note, (text) => {
    report ??= text;
  });
  const { act: check } = local({ summary: 'check the suppress lists' });
  const { act: send } = activities({ taskQueue: sendQueue, summary: 'send by the gateway' });
  await check('check');
  setCurrentDetails('sending');
  await send('send');
  setCurrentDetails('waiting for a report');
  return (await condition(() => report !== undefined, '1h')) ? (report ?? 'none') : 'no report';
}

/** What a workflow gets from one activity: its result, or the shape of its failure. */
export async function oneActivity(options: ActivityOptions): Promise<ActivityEnd> {
  const started = Date.now();
  try {
    return { value: await activities(options).act('only'), afterMs: Date.now() - started };
  } catch (error) {
    return { failure: shapeOf(error), afterMs: Date.now() - started };
  }
}

export interface ActivityEnd {
  value?: string;
  failure?: FailureShape;
  /** By the server's clock, from the first workflow task on. */
  afterMs: number;
}

export interface FailureShape {
  error: string;
  retryState?: string;
  timeoutType?: string;
  message: string;
  cause?: FailureShape;
}

function shapeOf(error: unknown): FailureShape {
  if (!(error instanceof Error)) throw error;
  return {
    error: error.name,
    message: error.message,
    ...(error instanceof ActivityFailure && { retryState: error.retryState }),
    ...(error instanceof TimeoutFailure && { timeoutType: error.timeoutType }),
    ...(error instanceof ApplicationFailure && { error: `ApplicationFailure ${error.type}` }),
    ...(error.cause !== undefined && { cause: shapeOf(error.cause) }),
  };
}

/** Schedules one activity for each name, at once and in this order. The part after ':' is the priority key. */
export async function manyActivities(names: string[], options: ActivityOptions): Promise<void> {
  await Promise.all(
    names.map((name) => {
      const key = Number(name.split(':')[1]);
      return activities({ ...options, ...(key && { priority: { priorityKey: key } }) }).act(name);
    }),
  );
}

/** Schedules activities and ends without waiting for them. */
export async function leavesActivities(names: string[], options: ActivityOptions): Promise<void> {
  for (const name of names) activities(options).act(name).catch(ignore);
  await sleep(1);
}

/** Collects notes until told to finish. */
export async function collectsNotes(): Promise<string[]> {
  const notes: string[] = [];
  let finished = false;
  setHandler(note, (text) => {
    notes.push(text);
  });
  setHandler(finish, () => {
    finished = true;
  });
  await condition(() => finished);
  return notes;
}

/** Ends with the note it was sent, or after a minute. */
export async function waitsForNote(): Promise<string> {
  let text: string | undefined;
  setHandler(note, (given) => {
    text = given;
  });
  await condition(() => text !== undefined, '1m');
  return text ?? 'none';
}

export async function sleeps(ms: number): Promise<string> {
  await sleep(ms);
  return 'slept';
}

export async function endsAtOnce(): Promise<string> {
  return 'ended';
}

function activities(options: ActivityOptions): ProbeActivities {
  return proxyActivities<ProbeActivities>({ startToCloseTimeout: '1m', allowEagerDispatch: false, ...options });
}

function local(options: LocalActivityOptions): ProbeActivities {
  return proxyLocalActivities<ProbeActivities>({ startToCloseTimeout: '5s', ...options });
}

function ignore(): void {}
