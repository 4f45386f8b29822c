/** Measures one task: everyone alone, then whether they agree, then everyone in turns. */
import { type Agreement, compareAll, dissenters } from './agreement.ts';
import type { AloneResult, Host, Turns } from './host.ts';
import type { Options } from './options.ts';
import type { RuntimeName } from './page-interface.ts';
import { defaultFirstCalls, defaultRounds, hasEnough, slowMs } from './statistics.ts';
import { describeTask, type Task } from './tasks.ts';

/** One runtime at one task. What could not be measured is empty, and `failure` says why. */
export interface Measurement {
  readonly runtime: RuntimeName;
  /** One for each first call. */
  readonly alone: readonly AloneResult[];
  /** Of each timed call, in order, milliseconds. */
  readonly calls: readonly number[];
  readonly failure: string | null;
}

export interface TaskMeasurement {
  readonly task: Task;
  readonly measurements: readonly Measurement[];
  readonly agreement: readonly Agreement[];
}

/** Seconds with two digits after the point, or milliseconds below a tenth. */
function brief(milliseconds: number): string {
  return milliseconds < 100 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** First line of an error, and no more than a sentence or two. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [line = ''] = message.split('\n').filter((text) => text.trim() !== '');
  return line.length > 300 ? `${line.slice(0, 300)}…` : line || 'no reason given';
}

type Failures = Map<RuntimeName, string>;

/** Why a runtime cannot do a task at all; undefined where it can. */
export function inability(runtime: RuntimeName, task: Task): string | undefined {
  return task.training && runtime === 'onnxruntime-web'
    ? 'ONNX Runtime Web runs models; it cannot train them.'
    : undefined;
}

async function measureAlone(
  host: Host,
  runtime: RuntimeName,
  task: Task,
  rounds: number | undefined,
): Promise<AloneResult[]> {
  const results: AloneResult[] = [];
  let count = 1;
  for (let repeat = 0; repeat < count; repeat++) {
    const result = await host.alone(runtime, task);
    results.push(result);
    count = Math.min(rounds ?? Number.POSITIVE_INFINITY, defaultFirstCalls(result.firstCallMs));
    const page = result.pageOpenMs === null ? '' : `, since the page was opened ${brief(result.pageOpenMs)}`;
    console.log(`  ${runtime}: ${brief(result.firstCallMs)}${page}`);
    if (result.servedBytes > 2 ** 20) {
      console.warn(
        `  ${runtime}: the HTTP cache lacked ${(result.servedBytes / 2 ** 20).toFixed(1)} MB of code and weights.`,
      );
    }
  }
  return results;
}

/** Everyone's calls in turns. A runtime that fails leaves; the others go on in a new page, since it may have taken theirs down. */
class Rounds {
  readonly samples = new Map<RuntimeName, number[]>();
  readonly #host: Host;
  readonly #task: Task;
  readonly #failures: Failures;
  readonly #bounded: boolean;
  #turns: Turns | undefined;
  #runtimes: RuntimeName[];

  /** @param bounded whether very slow runtimes leave before the others */
  constructor(
    host: Host,
    task: Task,
    runtimes: readonly RuntimeName[],
    failures: Failures,
    bounded: boolean,
  ) {
    this.#bounded = bounded;
    this.#host = host;
    this.#task = task;
    this.#failures = failures;
    this.#runtimes = [...runtimes];
    for (const runtime of runtimes) this.samples.set(runtime, []);
  }

  async #drop(runtime: RuntimeName, error: unknown): Promise<void> {
    const reason = `In one page with the others: ${reasonOf(error)}`;
    this.#failures.set(runtime, reason);
    this.#runtimes = this.#runtimes.filter((name) => name !== runtime);
    console.warn(`  ${runtime}: ${reason}`);
    await this.close();
  }

  /** A page in which every runtime has run once. */
  async #warmTurns(): Promise<Turns | undefined> {
    while (!this.#turns && this.#runtimes.length > 0) {
      let turns: Turns;
      try {
        turns = await this.#host.turns();
      } catch (error) {
        for (const runtime of [...this.#runtimes]) await this.#drop(runtime, error);
        return undefined;
      }
      this.#turns = turns;
      for (const runtime of this.#waiting) {
        try {
          const start = performance.now();
          await turns.first(runtime, this.#task);
          console.log(`  ${runtime} is warm after ${brief(performance.now() - start)}`);
        } catch (error) {
          await this.#drop(runtime, error);
          break;
        }
      }
    }
    return this.#turns;
  }

  /** Those that take part in the next round. */
  get #waiting(): RuntimeName[] {
    return this.#runtimes.filter((name) => !this.#bounded || !hasEnough(this.samples.get(name)!));
  }

  /** Rounds that everyone who is still waiting has done; endless where nobody is. */
  get done(): number {
    return Math.min(...this.#waiting.map((name) => this.samples.get(name)!.length));
  }

  /**
   * One call of each.
   *
   * @returns milliseconds of all that will be called often; 0 where someone failed and the round does not count
   */
  async round(count: boolean): Promise<number> {
    const turns = await this.#warmTurns();
    let total = 0;
    const line: string[] = [];
    for (const runtime of this.#waiting) {
      try {
        const ms = await turns!.call(runtime);
        total += this.#bounded && ms > slowMs ? 0 : ms;
        line.push(`${runtime} ${brief(ms)}`);
        if (count) this.samples.get(runtime)!.push(ms);
      } catch (error) {
        await this.#drop(runtime, error);
        return 0;
      }
    }
    if (total > 1000) console.log(`  ${line.join(', ')}`);
    return Math.max(total, 1);
  }

  get empty(): boolean {
    return this.#runtimes.length === 0;
  }

  async close(): Promise<void> {
    const turns = this.#turns;
    this.#turns = undefined;
    await turns?.close();
  }
}

async function measureRounds(
  host: Host,
  task: Task,
  runtimes: readonly RuntimeName[],
  failures: Failures,
  rounds: number | undefined,
): Promise<ReadonlyMap<RuntimeName, number[]>> {
  const work = new Rounds(host, task, runtimes, failures, rounds === undefined);
  try {
    let warmMs = 0;
    let count = rounds ?? Number.NaN;
    if (Number.isNaN(count)) {
      // A slow round is not thrown away: its runtimes were warm already.
      while (warmMs === 0 && !work.empty) warmMs = await work.round(true);
      count = defaultRounds(warmMs);
      if (warmMs < 20_000) for (const samples of work.samples.values()) samples.length = 0;
    }
    if (!work.empty && warmMs > 0) console.log(`  ${count} rounds of about ${brief(warmMs)}`);
    while (!work.empty && work.done < count) await work.round(true);
  } finally {
    await work.close();
  }
  return work.samples;
}

/** Measures one task on one host. */
export async function measureTask(
  host: Host,
  task: Task,
  { runtimes, rounds }: Pick<Options, 'runtimes' | 'rounds'>,
): Promise<TaskMeasurement> {
  console.log(`\n${describeTask(task)}: first calls`);
  const alone = new Map<RuntimeName, AloneResult[]>();
  const failures: Failures = new Map();
  for (const runtime of runtimes) {
    const unable = inability(runtime, task);
    if (unable !== undefined) {
      failures.set(runtime, unable);
      console.log(`  ${unable}`);
      continue;
    }
    try {
      alone.set(runtime, await measureAlone(host, runtime, task, rounds));
    } catch (error) {
      failures.set(runtime, reasonOf(error));
      console.warn(`  ${runtime}: ${reasonOf(error)}`);
    }
  }
  const agreement = compareAll(
    task,
    new Map([...alone].map(([runtime, [first]]) => [runtime, first!.answer])),
  );
  for (const { runtimes: pair, relativeL2, difference } of agreement) {
    const errors = Object.entries(relativeL2).map(([name, error]) => `${error.toExponential(1)} of ${name}`);
    console.log(difference ?? `  ${pair.join(' = ')}: relative L2 error ${errors.join(', ')}`);
  }
  for (const [runtime, difference] of dissenters(agreement)) failures.set(runtime as RuntimeName, difference);

  const able = runtimes.filter((runtime) => !failures.has(runtime));
  console.log(`${describeTask(task)}: in turns`);
  const calls = await measureRounds(host, task, able, failures, rounds);
  return {
    task,
    agreement,
    measurements: runtimes.map((runtime) => ({
      runtime,
      alone: alone.get(runtime) ?? [],
      calls: calls.get(runtime) ?? [],
      failure: failures.get(runtime) ?? null,
    })),
  };
}
