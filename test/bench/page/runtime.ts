/** How the page sees a runtime. */
import type { Answer } from '../page-interface.ts';

/** Weights of MobileNet v1 by name, in the layouts of the weight file. */
export type Weights = Readonly<Record<string, Float32Array>>;

/** Runs once, from the input in host memory to the answer in host memory. */
export type Call = () => Promise<Answer>;

/** A runtime with everything in host memory and nothing on the GPU yet. Called once, it opens the GPU and builds the model. */
export type Open = () => Promise<Call>;

/**
 * Brings weights and input into the form that a runtime takes. Not timed.
 *
 * @param image `[B, 224, 224, 3]`, RGB in [−1, 1]
 */
export type Prepare = (weights: Weights, image: Float32Array<ArrayBuffer>, batch: number) => Open;
