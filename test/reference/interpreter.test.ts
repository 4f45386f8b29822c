import { describe, expect, test } from 'vitest';
import { add, multiply, relu } from '../../engine/graph/elementwise.ts';
import { input, parameter } from '../../engine/graph/leaf.ts';
import { matmul } from '../../engine/graph/matmul.ts';
import { segmentMean } from '../../engine/graph/segments.ts';
import { type Graph, named } from '../../engine/graph/value.ts';
import { ReferenceBackend } from '../../engine/reference/backend.ts';
import { interpret, interpretSteps } from '../../engine/reference/interpreter.ts';

const x = input('x', [2, 2]);
const w = parameter('w', [2, 2]);
const product = named('product', matmul(x, w));
const doubled = named('doubled', add(product, product));
const graph: Graph = { outputs: { product, result: named('result', relu(doubled)) } };
const bindings = {
  inputs: { x: Float32Array.of(1, 2, 3, 4) },
  parameters: { w: Float32Array.of(1, 0, 0, -1), unused: Float32Array.of(1) },
};

describe('interpret', () => {
  test('computes every output, and each value once', () => {
    const steps = interpretSteps(graph, bindings);
    const labels: string[] = [];
    for (;;) {
      const step = steps.next();
      if (step.done) {
        expect([...step.value.outputs.product!]).toEqual([1, -2, 3, -4]);
        expect([...step.value.outputs.result!]).toEqual([2, 0, 6, 0]);
        break;
      }
      labels.push(step.value.value.label);
    }
    expect(labels).toEqual(['product', 'doubled', 'result']);
  });

  test('does not change what it is given, even where an input is an output', () => {
    const numbers = Float64Array.of(1, 2, 3, 4);
    const { y } = interpret({ outputs: { y: x } }, { inputs: { x: numbers } });
    y![0] = 99;
    expect(numbers[0]).toBe(1);
  });

  test('keeps an intermediate until its last use', () => {
    const sum = add(product, x);
    const { y } = interpret({ outputs: { y: multiply(sum, product) } }, bindings);
    expect([...y!]).toEqual([2, -0, 18, -0]);
  });

  test('reads float16 parameters given as bits', () => {
    const half = parameter('h', [2], 'float16');
    const { y } = interpret(
      { outputs: { y: add(x, half) } },
      { ...bindings, parameters: { h: Uint16Array.of(0x3c00, 0xc000) } },
    );
    expect([...y!]).toEqual([2, 0, 4, 2]);
  });

  test('says what is missing or too short', () => {
    expect(() => interpret(graph, { inputs: bindings.inputs })).toThrow(
      "The parameter 'w' is missing; give it as float32 [2, 2].",
    );
    expect(() => interpret(graph, { ...bindings, inputs: { x: Float32Array.of(1) } })).toThrow(
      "The input 'x' must hold 4 elements, float32 [2, 2], but it holds 1.",
    );
  });
});

describe('ReferenceBackend', () => {
  test('runs like any backend and rounds to float32', async () => {
    const backend = new ReferenceBackend();
    const program = await backend.compile(graph, bindings.parameters);
    const outputs = await program.run(bindings.inputs);
    expect(outputs).toEqual({ product: Float32Array.of(1, -2, 3, -4), result: Float32Array.of(2, 0, 6, 0) });
  });

  test('checks inputs as the GPU backend does', async () => {
    const program = await new ReferenceBackend().compile(graph, bindings.parameters);
    await expect(program.run({})).rejects.toThrow("The input 'x' is missing");
    await expect(program.run({ x: Uint32Array.of(1, 2, 3, 4) })).rejects.toThrow('but it is a Uint32Array');
    await expect(program.run({ ...bindings.inputs, z: Float32Array.of(1) })).rejects.toThrow("no input 'z'");
    await expect(new ReferenceBackend().compile(graph, {})).rejects.toThrow("The parameter 'w' is missing");
  });

  test('a failed run does not stop the next', async () => {
    const program = await new ReferenceBackend().compile(graph, bindings.parameters);
    const failed = program.run({});
    const succeeded = program.run(bindings.inputs);
    await expect(failed).rejects.toThrow('missing');
    expect((await succeeded).result).toEqual(Float32Array.of(2, 0, 6, 0));
  });

  test('impossible offsets are an error, not a hang', async () => {
    const mean = segmentMean(x, input('offsets', [2], 'uint32'));
    const program = await new ReferenceBackend().compile({ outputs: { mean } });
    await expect(program.run({ ...bindings.inputs, offsets: Uint32Array.of(0, 4e9) })).rejects.toThrow(
      'Offsets end at 4000000000',
    );
  });

  test('lets the event loop turn while it computes, and stops at a checkpoint', async () => {
    // Some 20 ms an operation: longer than may pass without a turn.
    const size = 256;
    const large = input('large', [size, size]);
    let y = large;
    for (let i = 0; i < 6; i++) y = matmul(y, large);
    const inputs = { large: new Float32Array(size * size).fill(1 / size) };
    let turns = 0;
    let stopAfter = Number.POSITIVE_INFINITY;
    const backend = new ReferenceBackend({
      checkpoint: () => {
        if (stopAfter-- <= 0) throw new Error('stopped');
      },
    });
    const program = await backend.compile({ outputs: { y } });
    const timer = setInterval(() => turns++, 0);
    const outputs = await program.run(inputs);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(outputs.y![0]).toBeCloseTo(1 / size, 12);
    stopAfter = 2;
    await expect(program.run(inputs)).rejects.toThrow('stopped');
  });

  test('profiles each operation by wall clock of the CPU', async () => {
    const program = await new ReferenceBackend().compile(graph, bindings.parameters);
    const profile = await program.profile(bindings.inputs, { repeats: 3 });
    expect(profile.clock).toBe('cpu');
    expect(profile.repeats).toBe(3);
    expect(profile.dispatches.map(({ label, operation }) => [label, operation])).toEqual([
      ['product', 'matmul'],
      ['doubled', 'add'],
      ['result', 'relu'],
    ]);
    // [2, 2] by [2, 2]: 8 multiply-adds; two operands of 16 bytes and a result.
    expect(profile.dispatches[0]!.operations).toBe(16);
    expect(profile.dispatches[0]!.bytes).toBe(48);
    expect(profile.totalMs).toBeGreaterThan(0);
    await expect(program.profile(bindings.inputs, { repeats: 0 })).rejects.toThrow('repeats');
  });

  test('uploaded parameters serve several programs and outlive them', async () => {
    const backend = new ReferenceBackend();
    const parameters = backend.upload(graph, bindings.parameters);
    expect(parameters.names).toEqual(['w']);
    expect(parameters.bytes).toBe(4 * 8);
    const first = await backend.compile(graph, parameters);
    first.dispose();
    await expect(first.run(bindings.inputs)).rejects.toThrow('disposed');
    const second = await backend.compile(graph, parameters);
    expect((await second.run(bindings.inputs)).result).toEqual(Float32Array.of(2, 0, 6, 0));
    parameters.dispose();
    await expect(second.run(bindings.inputs)).rejects.toThrow('parameters were disposed');
    backend.dispose();
    await expect(backend.compile(graph, bindings.parameters)).rejects.toThrow('backend was disposed');
  });
});
