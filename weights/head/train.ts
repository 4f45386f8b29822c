/**
 * Trains the head that comes with Warpbook: two attention blocks with context gating, with the hyper-parameters of
 * Demochkin and Savchenko, "Visual product recommendation using neural aggregation network and context gating", section 4.
 */
import type { Backend } from '../../engine/backend.ts';
import { RaggedBatches } from '../../engine/data.ts';
import {
  type AggregationHeadSizes,
  fromFloat16,
  initializeAggregationHead,
  type TrainedAggregationHead,
  toFloat16,
} from '../../engine/index.ts';
import type { AggregationKind } from '../../engine/models/aggregation.ts';
import {
  adam,
  aggregationHeadLoss,
  openTrainer,
  type TrainingProgress,
  trainingStep,
} from '../../engine/training.ts';
import { type HeadData, seed, shares } from './data.ts';
import { openMeasurement } from './measure.ts';

/** The paper's. */
const positiveWeight = 36;
const dropoutRate = 0.5;
const learningRate = 0.001;

/** The paper does not say how long it trains. Here validation users decide: the best F1@10 stays. */
const mostEpochs = 60;
const patience = 12;
const decidingK = 10;

/** A head without its test metrics. */
export type UnmeasuredHead = Omit<TrainedAggregationHead, 'metrics'>;

/**
 * Trains with the training users and stops by the validation users. The same bits on the same adapter.
 *
 * @param onProgress told after each step
 */
export async function trainHead(
  backend: Backend,
  data: HeadData,
  kind: AggregationKind,
  onProgress: (progress: TrainingProgress) => void,
): Promise<UnmeasuredHead> {
  const { collections, features, featuresMetadata, split } = data;
  const sizes: AggregationHeadSizes = {
    kind,
    features: features.size,
    hidden: 2048,
    categories: collections.categories.length,
  };
  const stepsPerEpoch = Math.ceil(split.train.length / 64);
  const steps = mostEpochs * stepsPerEpoch;
  const batches = new RaggedBatches({ collections, features, users: split.train, size: 64, steps, seed });
  const shape = { ...sizes, capacity: batches.capacity, sets: batches.size };
  let measurement: Awaited<ReturnType<typeof openMeasurement>> | undefined;
  using trainer = await openTrainer(backend, {
    step: trainingStep({
      loss: aggregationHeadLoss({ ...shape, positiveWeight, dropoutRate }),
      optimizer: adam(),
    }),
    parameters: initializeAggregationHead(shape, seed),
    batch: (step) => batches.batchAt(step),
    learningRate,
    epochs: mostEpochs,
    stepsPerEpoch,
    seed,
    validate: {
      every: stepsPerEpoch,
      patience,
      lowerIsBetter: false,
      async run(parameters) {
        measurement ??= await openMeasurement(backend, sizes, parameters, data, split.validation);
        return (await measurement.results()).find(({ k }) => k === decidingK)!.f1;
      },
    },
  });
  const history = await trainer.run({ onProgress });
  measurement?.dispose();
  const trained = Object.entries(await trainer.read());
  const best = history.best!;
  return {
    sizes,
    // Rounded as the file will have it, so that what is measured is what is shipped.
    parameters: Object.fromEntries(trained.map(([name, values]) => [name, fromFloat16(toFloat16(values))])),
    categories: collections.categories,
    label: collections.label,
    metadata: {
      model: `aggregation head, ${sizes.kind}, on MobileNet v1 features`,
      features_model: featuresMetadata.model ?? '',
      features_weights_sha256: featuresMetadata.weights_sha256 ?? '',
      seed: String(seed),
      split:
        `${split.train.length} training, ${split.validation.length} validation and ${split.test.length} test households ` +
        `(stageOne ${shares.stageOne}, validation ${shares.validation}); the sample households are tested`,
      positive_weight: String(positiveWeight),
      training: `Adam ${learningRate}, batches of ${batches.size}, positive weight ${positiveWeight}, dropout ${dropoutRate}`,
      steps: String(best.step),
      stopped:
        `after ${history.losses.length} of at most ${steps} steps; the parameters are those after step ${best.step}, ` +
        `whose F1@${decidingK} on the validation households, ${best.value.toFixed(4)}, was the best`,
      adapter: backend.description,
    },
  };
}
