/** Ours. Collections of photos travel as one ragged batch: rows one after the other, and offsets. */
import {
  aggregationHead,
  type Graph,
  type HostArray,
  input,
  mobilenetV1,
  openBackend,
  raggedOffsets,
} from '../../../engine/index.ts';
import { aggregationHeadValues } from '../../../engine/models/aggregation-head.ts';
import { mobilenetV1Values } from '../../../engine/models/mobilenet_v1.ts';
import type { InferenceName, Task } from '../tasks.ts';
import { type Fetch, fetchNumbers, fetchWeights, type Load } from './runtime.ts';

const kind = 'two-attention-gated';

function graphOf({ workload, photos, counts }: Task): Graph {
  if (workload === 'mobilenet') return mobilenetV1({ batch: photos });
  if (workload === 'head') {
    return aggregationHead({ kind, capacity: photos, sets: counts.length, outputs: ['scores'] });
  }
  const { features } = mobilenetV1Values({ batch: photos });
  const offsets = input('offsets', [counts.length + 1], 'uint32');
  const { scores } = aggregationHeadValues(features!, offsets, { kind });
  return { outputs: { scores: scores! } };
}

async function inputsOf(task: Task, fetch: Fetch): Promise<Record<string, HostArray>> {
  const { name, workload, photos, counts } = task;
  if (workload === 'mobilenet') return { image: await fetchNumbers(fetch, `image-${photos}.nhwc`) };
  const offsets = raggedOffsets(counts);
  return workload === 'head'
    ? { features: await fetchNumbers(fetch, `${name}.ragged`), offsets }
    : { image: await fetchNumbers(fetch, `image-${photos}.nhwc`), offsets };
}

async function parametersOf({ workload }: Task, fetch: Fetch): Promise<Record<string, Float32Array>> {
  const files = { mobilenet: ['mobilenet'], head: ['head'], together: ['mobilenet', 'head'] }[
    workload as InferenceName
  ];
  const weights = await Promise.all(files.map((file) => fetchWeights(fetch, `${file}.safetensors`)));
  const parameters = Object.assign({}, ...weights) as Record<string, Float32Array>;
  if (workload === 'together') {
    // The classifier is no part of the graph.
    delete parameters['classifier/kernel'];
    delete parameters['classifier/bias'];
  }
  return parameters;
}

/**
 * Where opening follows at once, shaders begin to compile before the weights are asked for, since nothing but the weights'
 * shapes matters to them.
 */
export const load: Load = async (task, fetch, atOnce) => {
  const fetchAll = () => [inputsOf(task, fetch), parametersOf(task, fetch)] as const;
  const fetched = atOnce ? undefined : fetchAll();
  await Promise.all(fetched ?? []);
  return async () => {
    const backend = await openBackend('webgpu');
    // Asked for in a microtask: after the compiler has its shaders.
    const asked = Promise.resolve().then(() => fetched ?? fetchAll());
    const compiling = backend.compile(
      graphOf(task),
      asked.then(([, weights]) => weights),
    );
    const inputs = asked.then(([given]) => given);
    const [program, given] = await Promise.all([compiling, inputs]);
    return async () => {
      const outputs = await program.run(given);
      return task.outputs.map(({ name }) => outputs[name]!);
    };
  };
};
