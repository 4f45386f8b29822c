/**
 * Element-wise steps that run inside the kernel that produces their operand: bias, activation, sum, product, and the
 * gradient of an activation.
 *
 * Formulas, for one element x of the accumulator:
 * - `relu` max(x, 0); `relu6` min(max(x, 0), 6); written with `select`, so that NaN stays NaN.
 * - `sigmoid` 1 / (1 + e⁻ˣ), computed from e^−|x|, which cannot overflow.
 * - `tanh` (1 − e^−2|x|) / (1 + e^−2|x|) with the sign of x; its Maclaurin series to x⁹ where |x| < 0.3, since the
 *   quotient cancels there (Abramowitz and Stegun, "Handbook of Mathematical Functions", 4.5.64). WGSL's own `tanh`
 *   overflows for large x in some implementations.
 * - `bias` x + b[c], `add` x + a, `multiply` x · a.
 * - Gradients, from the activation's output y: `relu_gradient` x · [y > 0], `relu6_gradient` x · [0 < y < 6],
 *   `sigmoid_gradient` x · y (1 − y), `tanh_gradient` x · (1 − y²). A y that is NaN gives NaN.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import type { Activation, ActivationGradient, EpilogueStep, KernelCost, KernelProblem } from './kernel.ts';
import { arrayType, byteLength, elementCount, type Lanes, realType } from './storage.ts';

/** WGSL that a kernel puts into its shader. */
export interface EpilogueCode {
  /**
   * Bindings of the epilogue's operands, and
   * `fn epilogue(accumulator: T, index: u32, channel: u32) -> T`, where T is `f32` or `vec4<f32>`, `index` is the flat
   * position in the output and `channel` the position along its last axis, both in units of T.
   */
  readonly declarations: string;
  /**
   * WGSL statements that load what depends on the channel alone, once for many outputs of one channel.
   *
   * @param suffix tells the loads of several channels apart; `apply` takes the same
   */
  channelLoads(channel: string, suffix: string | number): string;
  /** WGSL expression of an output behind `channelLoads`; the same value as `epilogue(accumulator, index, channel)`. */
  apply(accumulator: string, index: string, suffix: string | number): string;
  /** Binding of the output, which follows all operands. */
  readonly outputBinding: number;
}

/** Whether a step takes an operand from a binding of its own. */
export function takesOperand(step: EpilogueStep): step is 'bias' | 'add' | 'multiply' | ActivationGradient {
  return step === 'bias' || step === 'add' || step === 'multiply' || isGradient(step);
}

/** Whether a step is the gradient of an activation. */
export function isGradient(step: string): step is ActivationGradient {
  return step.endsWith('_gradient');
}

/**
 * Code of a problem's epilogue.
 *
 * @param operandCount number of operands of the op itself; those of the epilogue follow in `problem.inputs`
 * @param lanes 4 needs a last output size divisible by 4
 * @param operandType how the operands' arrays are declared
 * @throws Error where the number of operands or their sizes do not fit the steps.
 */
export function epilogueCode(
  problem: KernelProblem,
  operandCount: number,
  lanes: Lanes,
  operandType: typeof arrayType = arrayType,
): EpilogueCode {
  const { inputs, output, epilogue } = problem;
  checkOperands(problem, operandCount);
  if (output.shape.at(-1)! % lanes !== 0) {
    throw new Error(
      `An epilogue of ${lanes} lanes needs a last size divisible by it, not ${output.shape.at(-1)}.`,
    );
  }
  const type = realType(lanes);
  let binding = operandCount;
  const bindings: string[] = [];
  const body: string[] = [];
  const biases: string[] = [];
  for (const step of epilogue) {
    if (!takesOperand(step)) {
      body.push(`x = ${step}_step(x);`);
      continue;
    }
    const name = `operand_${binding}`;
    bindings.push(
      `@group(0) @binding(${binding}) var<storage, read> ${name}: ${operandType(inputs[binding]!, lanes)};`,
    );
    if (step === 'bias') biases.push(name);
    const operand = step === 'bias' ? `bias_${name}` : `${type}(${name}[index])`;
    body.push(
      isGradient(step)
        ? `x = ${step}_step(x, ${operand});`
        : `x ${step === 'multiply' ? '*=' : '+='} ${operand};`,
    );
    binding += 1;
  }
  const parameters = biases.map((name) => `, bias_${name}: ${type}`).join('');
  const declarations = wgsl`
${bindings.join('\n')}
${activationFunctions(epilogue, lanes)}
fn epilogue_of_channel(accumulator: ${type}, index: u32${parameters}) -> ${type} {
  var x = accumulator;
  ${body.join('\n  ')}
  return x;
}
fn epilogue(accumulator: ${type}, index: u32, channel: u32) -> ${type} {
  return epilogue_of_channel(accumulator, index${biases.map((name) => `, ${type}(${name}[channel])`).join('')});
}
`;
  return {
    declarations,
    outputBinding: binding,
    channelLoads: (channel, suffix) =>
      biases.map((name) => `let bias_${name}_${suffix} = ${type}(${name}[${channel}]);`).join(' '),
    apply: (accumulator, index, suffix) =>
      `epilogue_of_channel(${accumulator}, ${index}${biases.map((name) => `, bias_${name}_${suffix}`).join('')})`,
  };
}

/** Floating-point operations of a step for one element; an exponential counts as one. */
export const stepOperations: Readonly<Record<EpilogueStep, number>> = {
  bias: 1,
  add: 1,
  multiply: 1,
  relu: 1,
  relu6: 2,
  sigmoid: 4,
  tanh: 6,
  relu_gradient: 1,
  relu6_gradient: 1,
  sigmoid_gradient: 3,
  tanh_gradient: 3,
};

/** Operations and operand bytes that an epilogue adds to its kernel's cost. */
export function epilogueCost({ inputs, output, epilogue }: KernelProblem, operandCount: number): KernelCost {
  const steps = epilogue.reduce((sum, step) => sum + stepOperations[step], 0);
  const operands = inputs.slice(operandCount).reduce((sum, operand) => sum + byteLength(operand), 0);
  return { operations: steps * elementCount(output.shape), bytesRead: operands, bytesWritten: 0 };
}

/**
 * WGSL functions `relu_step`, `relu6_step`, `sigmoid_step` and `tanh_step` of those activations that occur in the
 * steps, from T to T; and of their gradients `relu_gradient_step` …, from x and y to T.
 */
export function activationFunctions(steps: readonly EpilogueStep[], lanes: Lanes): string {
  const type = realType(lanes);
  const gradient = (kind: ActivationGradient, factor: string) => wgsl`
fn ${kind}_step(x: ${type}, y: ${type}) -> ${type} {
  return x * ${factor};
}`;
  const source: Record<Activation | ActivationGradient, string> = {
    relu: wgsl`
fn relu_step(x: ${type}) -> ${type} {
  return select(x, ${type}(0.0), x < ${type}(0.0));
}`,
    relu6: wgsl`
fn relu6_step(x: ${type}) -> ${type} {
  let positive = select(x, ${type}(0.0), x < ${type}(0.0));
  return select(positive, ${type}(6.0), positive > ${type}(6.0));
}`,
    sigmoid: wgsl`
fn sigmoid_step(x: ${type}) -> ${type} {
  let size = select(abs(x), ${type}(87.0), abs(x) > ${type}(87.0));
  let decay = exp(-size);
  return select(decay, ${type}(1.0), x >= ${type}(0.0)) / (${type}(1.0) + decay);
}`,
    tanh: wgsl`
fn tanh_step(x: ${type}) -> ${type} {
  let size = select(abs(x), ${type}(20.0), abs(x) > ${type}(20.0));
  let decay = exp(-2.0 * size);
  let quotient = (${type}(1.0) - decay) / (${type}(1.0) + decay);
  let square = size * size;
  let series = size * (${type}(1.0) + square * (${type}(-1.0 / 3.0)
    + square * (${type}(2.0 / 15.0) + square * (${type}(-17.0 / 315.0) + square * ${type}(62.0 / 2835.0)))));
  let positive = select(quotient, series, size < ${type}(0.3));
  return select(positive, -positive, x < ${type}(0.0));
}`,
    relu_gradient: gradient(
      'relu_gradient',
      `select(select(y, ${type}(1.0), y > ${type}(0.0)), ${type}(0.0), y <= ${type}(0.0))`,
    ),
    relu6_gradient: gradient(
      'relu6_gradient',
      `select(select(y, ${type}(1.0), y > ${type}(0.0)), ${type}(0.0), (y <= ${type}(0.0)) | (y >= ${type}(6.0)))`,
    ),
    sigmoid_gradient: gradient('sigmoid_gradient', `y * (${type}(1.0) - y)`),
    tanh_gradient: gradient('tanh_gradient', `(${type}(1.0) - y * y)`),
  };
  const used = (Object.keys(source) as (keyof typeof source)[]).filter((activation) =>
    steps.includes(activation),
  );
  return used.map((activation) => source[activation]).join('\n');
}

function checkOperands({ inputs, output, epilogue }: KernelProblem, operandCount: number): void {
  const steps = epilogue.filter(takesOperand);
  if (inputs.length !== operandCount + steps.length) {
    throw new Error(
      `The epilogue ${epilogue.join(' → ') || '(none)'} takes ${steps.length} operands behind the kernel's ${operandCount}, but the problem has ${inputs.length} in all.`,
    );
  }
  steps.forEach((step, position) => {
    const operand = inputs[operandCount + position]!;
    const expected = step === 'bias' ? [output.shape.at(-1)!] : output.shape;
    if (elementCount(operand.shape) !== elementCount(expected)) {
      throw new Error(
        `The epilogue's ${step} needs an operand of shape [${expected.join(', ')}], not [${operand.shape.join(', ')}].`,
      );
    }
  });
}
