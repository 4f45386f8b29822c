/** Arguments of `npm run bench`. */
import { parseArgs } from 'node:util';
import { type HostName, hostNames } from './host.ts';
import { type RuntimeName, runtimeNames } from './page-interface.ts';
import { inferenceNames, trainingNames, type WorkloadName, workloadNames } from './tasks.ts';

export interface Options {
  readonly workloads: readonly WorkloadName[];
  /** Batch sizes of the workload `mobilenet`. */
  readonly batches: readonly number[];
  /** Photos of the workload `together`. */
  readonly photos: number;
  /** Timed calls of each runtime and task, and of first calls; undefined leaves both to the speed of the adapter. */
  readonly rounds: number | undefined;
  /** Small training tasks, to see whether everything works; times of them say nothing. */
  readonly quick: boolean;
  readonly runtimes: readonly RuntimeName[];
  readonly host: HostName;
  /** File to write the results to. */
  readonly json: string | undefined;
  /** Whether to keep the results under test/bench/results. */
  readonly save: boolean;
}

export const usage = `npm run bench -- [train] [options]
  train             the workloads that train a model: ${trainingNames.join(', ')}
  --workloads=a,b   of ${workloadNames.join(', ')} (default: ${inferenceNames.join(', ')})
  --batch=1,8,32    batch sizes of mobilenet
  --photos=8        photos of together, in collections of three on average
  --rounds=N        timed calls of each runtime, and first calls (default: by speed, at least 3 calls and 1 first call)
  --quick           small training tasks, one round: does everything work? (not kept by --save)
  --runtimes=a,b    of ${runtimeNames.join(', ')} (default: all)
  --host=NAME       ${hostNames.join(', ')} (default: the environment variable WARPBOOK_BROWSER, else chromium)
  --json=FILE       write the results to a file
  --save            keep the results and their chart in test/bench/results/<adapter>-<host>.{json,svg}`;

function positiveInteger(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`--${option} is "${text}": give a whole number of at least 1.`);
  }
  return value;
}

/** Names of a list, in the list's own order. */
function choose<Name extends string>(option: string, text: string, names: readonly Name[]): Name[] {
  const given = text.split(',');
  const unknown = given.find((name) => !(names as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new Error(`--${option} has "${unknown}": choose among ${names.join(', ')}.`);
  }
  return names.filter((name) => given.includes(name));
}

/** @throws Error naming the option that is wrong. */
export function parseOptions(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      workloads: { type: 'string' },
      batch: { type: 'string', default: '1,8,32' },
      photos: { type: 'string', default: '8' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      runtimes: { type: 'string', default: runtimeNames.join() },
      host: { type: 'string', default: environment.WARPBOOK_BROWSER || 'chromium' },
      json: { type: 'string' },
      save: { type: 'boolean', default: false },
    },
  });
  const hosts = choose('host', values.host, hostNames);
  if (hosts.length !== 1) throw new Error(`--host is "${values.host}": give one.`);
  const unknown = positionals.find((word) => word !== 'train');
  if (unknown !== undefined) {
    throw new Error(`There is no "${unknown}" to measure: give "train", or nothing, or --workloads.`);
  }
  if (values.quick && values.save) {
    throw new Error('--quick measures small tasks, which --save would keep as if they were the real ones.');
  }
  const usual = positionals.length > 0 ? trainingNames : inferenceNames;
  const rounds = values.rounds ?? (values.quick ? '1' : undefined);
  return {
    workloads: choose('workloads', values.workloads ?? usual.join(), workloadNames),
    batches: [...new Set(values.batch.split(',').map((text) => positiveInteger('batch', text)))],
    photos: positiveInteger('photos', values.photos),
    rounds: rounds === undefined ? undefined : positiveInteger('rounds', rounds),
    quick: values.quick,
    runtimes: choose('runtimes', values.runtimes, runtimeNames),
    host: hosts[0]!,
    json: values.json,
    save: values.save,
  };
}
