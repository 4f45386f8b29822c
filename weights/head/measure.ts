/** How well a head recommends, and how well the simplest guess does. */
import type { Backend, DeviceParameters, HostParameters } from '../../engine/backend.ts';
import {
  categoryFrequency,
  RaggedBatches,
  type RankingResult,
  rankingMetrics,
  repeatScores,
  targetsOf,
} from '../../engine/data.ts';
import { type AggregationHeadSizes, aggregationHead } from '../../engine/index.ts';
import type { HeadData } from './data.ts';

/** Measures parameters of one head on some users; its program is kept, so that measuring again is fast. */
export interface Measurement {
  results(): Promise<RankingResult[]>;
  dispose(): void;
}

/** @param users whom to measure on */
export async function openMeasurement(
  backend: Backend,
  sizes: AggregationHeadSizes,
  parameters: HostParameters | DeviceParameters,
  { collections, features }: HeadData,
  users: Uint32Array,
): Promise<Measurement> {
  const width = sizes.categories;
  const batches = new RaggedBatches({ collections, features, users, steps: 0 });
  const { capacity, size: sets } = batches;
  const graph = aggregationHead({ ...sizes, capacity, sets, outputs: ['scores'] });
  const program = await backend.compile(graph, parameters);
  const targets = targetsOf(collections, users);
  return {
    async results() {
      const scores = new Float32Array(users.length * width);
      let done = 0;
      for (const { users: some, batch } of batches.inOrder()) {
        const { features: rows, offsets } = batch;
        const answer = await program.run({ features: rows, offsets });
        scores.set(answer.scores!.subarray(0, some.length * width), done * width);
        done += some.length;
      }
      return rankingMetrics(scores, targets, width);
    },
    dispose: () => program.dispose(),
  };
}

/** Precision, recall and F1 at 5, 10, 15 and 20 on the test users, as shipped with the head. */
export async function measureHead(
  backend: Backend,
  sizes: AggregationHeadSizes,
  parameters: HostParameters,
  data: HeadData,
): Promise<RankingResult[]> {
  const measurement = await openMeasurement(backend, sizes, parameters, data, data.split.test);
  const results = await measurement.results();
  measurement.dispose();
  return results;
}

/** The simplest guess on the same users: recommend to everybody what most training users bought. */
export function measureFrequency({ collections, split }: HeadData): RankingResult[] {
  const frequency = repeatScores(categoryFrequency(collections, split.train), split.test.length);
  const targets = targetsOf(collections, split.test);
  return rankingMetrics(frequency, targets, collections.categories.length);
}
