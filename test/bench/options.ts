/** Arguments of `npm run bench`. */
import { parseArgs } from 'node:util';
import { type RuntimeName, runtimeNames } from './page-interface.ts';

export interface Options {
  readonly batches: readonly number[];
  /** Timed calls of each runtime and batch size; undefined leaves it to the speed of the adapter. */
  readonly rounds: number | undefined;
  readonly runtimes: readonly RuntimeName[];
  /** File to write the results to. */
  readonly json: string | undefined;
  /** Whether to keep the results under test/bench/results. */
  readonly save: boolean;
}

export const usage = `npm run bench -- [options]
  --batch=1,8       batch sizes
  --rounds=N        timed calls of each runtime and batch size (default: by speed; 7 and 3 on a software adapter)
  --runtimes=a,b    of ${runtimeNames.join(', ')} (default: all)
  --json=FILE       write the results to a file
  --save            write the results to test/bench/results/<adapter>.json`;

function positiveInteger(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`--${option} is "${text}": give a whole number of at least 1.`);
  }
  return value;
}

function isRuntime(name: string): name is RuntimeName {
  return (runtimeNames as readonly string[]).includes(name);
}

/** @throws Error naming the option that is wrong. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      batch: { type: 'string', default: '1,8' },
      rounds: { type: 'string' },
      runtimes: { type: 'string', default: runtimeNames.join() },
      json: { type: 'string' },
      save: { type: 'boolean', default: false },
    },
  });
  const runtimes = values.runtimes.split(',').map((name) => {
    if (!isRuntime(name)) {
      throw new Error(`--runtimes has "${name}": choose among ${runtimeNames.join(', ')}.`);
    }
    return name;
  });
  return {
    batches: values.batch.split(',').map((text) => positiveInteger('batch', text)),
    rounds: values.rounds === undefined ? undefined : positiveInteger('rounds', values.rounds),
    runtimes: runtimeNames.filter((name) => runtimes.includes(name)),
    json: values.json,
    save: values.save,
  };
}
