/** Activations, and the element-wise steps that a rewrite fuses behind an operation. */
import { isGradient } from '../../kernels/epilogue.ts';
import type { Activation, ActivationGradient, EpilogueStep } from '../../kernels/kernel.ts';

/** The logistic function, written so that neither branch overflows. */
function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const power = Math.exp(x);
  return power / (1 + power);
}

/** The scalar functions. `Math.max` and `Math.min` let NaN through, as they should. */
export const activations: Readonly<Record<Activation, (x: number) => number>> = {
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  sigmoid: logistic,
  tanh: Math.tanh,
};

/** 0 of a number, NaN of NaN. */
const closed = (y: number): number => (Number.isNaN(y) ? y : 0);

/**
 * The gradient with respect to an activation's input, from that with respect to its output y. At the kinks of ReLU and
 * ReLU6 the derivative is 0; a y that is NaN gives NaN.
 */
export const activationGradients: Readonly<Record<ActivationGradient, (dy: number, y: number) => number>> = {
  relu_gradient: (dy, y) => dy * (y > 0 ? 1 : closed(y)),
  relu6_gradient: (dy, y) => dy * (y > 0 && y < 6 ? 1 : closed(y)),
  sigmoid_gradient: (dy, y) => dy * y * (1 - y),
  tanh_gradient: (dy, y) => dy * (1 - y * y),
};

/** The gradient with respect to an activation's input, element by element, into a new array. */
export function activateGradient(kind: ActivationGradient, dy: Float64Array, y: Float64Array): Float64Array {
  return dy.map((element, i) => activationGradients[kind](element, y[i]!));
}

/** `activation(x)`, element by element, into a new array. */
export function activate(kind: Activation, x: Float64Array): Float64Array {
  return x.map(activations[kind]);
}

/** `x[…, c] + bias[c]` into a new array. */
export function addAlongLastAxis(x: Float64Array, bias: Float64Array): Float64Array {
  const channels = bias.length;
  const y = new Float64Array(x.length);
  for (let row = 0; row < x.length; row += channels) {
    for (let c = 0; c < channels; c++) y[row + c] = x[row + c]! + bias[c]!;
  }
  return y;
}

/** `a + b`, element by element, into a new array. */
export function addElements(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((element, i) => element + b[i]!);
}

/** `a ∘ b`, element by element, into a new array. */
export function multiplyElements(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((element, i) => element * b[i]!);
}

/**
 * The steps of an epilogue, in order.
 *
 * @param operands one array for each step that takes one (`bias`, `add`, `multiply`, gradients), in the order of the steps
 */
export function applyEpilogue(
  x: Float64Array,
  steps: readonly EpilogueStep[],
  operands: readonly Float64Array[],
): Float64Array {
  const remaining = [...operands];
  const next = (step: EpilogueStep): Float64Array => {
    const operand = remaining.shift();
    if (!operand) throw new RangeError(`Epilogue step '${step}' has no operand; pass one after the others.`);
    return operand;
  };
  let y = x;
  for (const step of steps) {
    if (step === 'bias') y = addAlongLastAxis(y, next(step));
    else if (step === 'add') y = addElements(y, next(step));
    else if (step === 'multiply') y = multiplyElements(y, next(step));
    else if (isGradient(step)) y = activateGradient(step, y, next(step));
    else y = activate(step, y);
  }
  return y;
}
