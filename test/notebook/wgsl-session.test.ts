import { describe, expect, it } from 'vitest';
import { indentWgsl } from '../../notebook/worker/kernels/indent.ts';
import type { KernelLab, ProgramLab } from '../../notebook/worker/kernels/lab.ts';
import type { KernelReport, KernelReportData } from '../../notebook/worker/kernels/protocol.ts';
import { toMimeBundle } from '../../notebook/worker/mime/bundle.ts';
import { mimeTypes } from '../../notebook/worker/protocol.ts';
import { TestSession } from './notebook-worker.ts';

const right: KernelReport = {
  status: 'right',
  messages: [],
  text: '1.31× faster (1.27–1.36)',
  relativeError: 2.5e-7,
  currentMs: 1.31,
  candidateMs: 1,
  speedup: 1.31,
  interval: [1.27, 1.36],
  rounds: 15,
};

const wrong: KernelReport = {
  status: 'wrong',
  messages: [],
  text: 'wrong at [3, 17, 0]: NaN instead of 0.75 (12 of 4096 elements)',
  at: [3, 17, 0],
  actual: Number.NaN,
  expected: 0.75,
  wrongElements: 12,
  elements: 4096,
};

/** Programs are objects with kernels; a lab says 'wrong' of every text that says so. */
class PretendedProgram {
  readonly kernels = ['conv1', 'dense'];
  readonly swapped = new Map<string, string>();
  opened = 0;
}

const pretended: ProgramLab = {
  list: (program) =>
    program instanceof PretendedProgram
      ? program.kernels.map((label) => ({
          label,
          kernel: 'matmul',
          variant: 'tile',
          shape: [4, 8],
          swapped: program.swapped.has(label),
        }))
      : undefined,
  original: (_, label) => `fn ${label}() {}`,
  async open(program, label) {
    (program as PretendedProgram).opened++;
    const lab: KernelLab & { disposed: boolean } = {
      label,
      wgsl: `fn ${label}() {}`,
      kernel: 'matmul',
      variant: 'tile',
      problem: { output: { shape: [4, 8] } },
      disposed: false,
      async test(wgsl, options) {
        if (this.disposed) throw new Error('This lab was disposed.');
        options?.onStage?.('compiling');
        options?.onStage?.('timing');
        if (wgsl.includes('vanish')) {
          throw Object.assign(new Error('The GPU did not answer.'), { name: 'DeviceLostError' });
        }
        return wgsl.includes('mistake') ? wrong : right;
      },
      dispose() {
        this.disposed = true;
      },
    };
    return lab;
  },
  async replace(program, label, wgsl) {
    (program as PretendedProgram).swapped.set(label, wgsl);
  },
  async restore(program, label) {
    (program as PretendedProgram).swapped.delete(label);
  },
  isLab: (value): value is KernelLab => typeof value === 'object' && value !== null && 'test' in value,
  isOnDevice: (value) => value instanceof PretendedProgram,
};

async function session(): Promise<TestSession> {
  const made = new TestSession({ pretended: async () => ({ PretendedProgram, pretended }) }, pretended);
  await made.session.start({ backend: 'webgpu' });
  await made.run(
    "import { PretendedProgram, pretended } from 'pretended'; const model = new PretendedProgram()",
  );
  return made;
}

const cell = (text: string) => `// program: model\n// kernel: conv1\n${text}`;

describe('a WGSL cell in the session', () => {
  it('is tested in the lab of the kernel that it names', async () => {
    const made = await session();
    const { events, reply } = await made.run(cell('fn faster() {}'), {}, 'wgsl');
    expect(reply).toMatchObject({ status: 'ok', swapped: [] });
    expect(events.map((event) => (event.type === 'stage' ? event.text : event.type))).toEqual([
      'compiling',
      'timing',
      'result',
    ]);
    const result = events.find((event) => event.type === 'result')!;
    expect(result.data[mimeTypes.kernelReport]).toMatchObject({
      report: right,
      subject: { title: 'model › conv1', details: 'matmul/tile [4, 8]', inCell: true, swapped: false },
    });
    expect(result.data[mimeTypes.plain]).toContain('Right and faster: 1.31× faster (1.27–1.36)');
    expect(result.data[mimeTypes.html]).toContain(
      '<strong>Right and faster: 1.31× faster (1.27–1.36)</strong>',
    );
  });

  it('keeps its lab open from run to run', async () => {
    const made = await session();
    await made.run(cell('fn a() {}'), {}, 'wgsl');
    await made.run(cell('fn b() {}'), {}, 'wgsl');
    expect((await made.run('model.opened')).result?.[mimeTypes.plain]).toBe('1');
  });

  it('fails where the verdict is none that it expects', async () => {
    const made = await session();
    const failed = await made.run(cell('fn mistake() {}'), {}, 'wgsl');
    expect(failed.reply.status).toBe('error');
    expect(failed.error).toBeUndefined();
    expect(failed.result?.[mimeTypes.plain]).toMatch(
      /\nWrong at \[3, 17, 0\]: NaN instead of 0.75 \(12 of 4096 elements\)$/,
    );
    const expected = await made.run(cell('// expect: wrong\nfn mistake() {}'), {}, 'wgsl');
    expect(expected.reply.status).toBe('ok');
    const surprised = await made.run(cell('// expect: wrong\nfn fine() {}'), {}, 'wgsl');
    expect(surprised.reply.status).toBe('error');
    expect(surprised.result?.[mimeTypes.plain]).toContain("expects the verdict 'wrong'");
  });

  it('goes into the program when it says so and is right', async () => {
    const made = await session();
    const swapped = [{ program: 'model', kernel: 'conv1' }];
    const first = await made.run(cell('// swap: when right\nfn mistake() {}'), {}, 'wgsl');
    expect(first.reply.swapped).toEqual([]);
    const second = await made.run(cell('// swap: when right\nfn faster() {}'), {}, 'wgsl');
    expect(second.reply).toMatchObject({ status: 'ok', swapped });
    expect(second.result?.[mimeTypes.plain]).toContain('runs in the program now');
    // What is compared with is what runs there, so the lab is another one.
    expect((await made.run('model.opened')).result?.[mimeTypes.plain]).toBe('1');
    await made.run(cell('fn c() {}'), {}, 'wgsl');
    expect((await made.run('model.opened')).result?.[mimeTypes.plain]).toBe('2');
    expect(await made.session.restoreKernel(swapped[0]!)).toEqual([]);
    expect(await made.session.swapKernel(cell('fn d() {}'))).toEqual(swapped);
  });

  it.each([
    ['fn alone() {}', /does not say which kernel.*"\/\/ program: NAME" and "\/\/ kernel: LABEL"/],
    ['// program: model\nfn a() {}', /does not say which kernel.*"\/\/ kernel: LABEL", or/],
    ['// program: other\n// kernel: a', /no variable 'other': run the cell.*Programs here: 'model'/],
    ['// program: pretended\n// kernel: a', /'pretended' is no program/],
    ['// program: model\n// kernel: conv2', /'model' has no kernel 'conv2'; it has conv1, dense/],
    ['// lab: model', /'model' is no kernel lab/],
  ])('%j says what is missing', async (source, message) => {
    const made = await session();
    const { error, reply } = await made.run(source, {}, 'wgsl');
    expect(reply.status).toBe('error');
    expect(error).toMatchObject({ name: 'KernelError', message: expect.stringMatching(message) });
  });

  it('says at which line a directive is wrong', async () => {
    const made = await session();
    const { error } = await made.run(cell('// expect: more'), {}, 'wgsl');
    expect(error).toMatchObject({ name: 'DirectiveError', line: 3 });
  });

  it('takes a lab that a cell has made', async () => {
    const made = await session();
    await made.run("const bench = await pretended.open(model, 'dense')");
    const { result } = await made.run('// lab: bench\nfn a() {}', {}, 'wgsl');
    expect(result?.[mimeTypes.plain]).toContain('bench (matmul/tile [4, 8])');
  });

  it('lists kernels, as a table in a cell too', async () => {
    const made = await session();
    expect(await made.session.kernels()).toMatchObject([
      { program: 'model', kernels: [{ label: 'conv1' }, { label: 'dense' }] },
    ]);
    const { result } = await made.run('kernels(model)');
    expect(result?.[mimeTypes.kernels]).toMatchObject({ program: 'model', kernels: [{}, {}] });
    expect(result?.[mimeTypes.plain]).toMatch(/label.*kernel.*variant.*shape\nconv1/);
    expect((await made.run('kernels(model)[1].label')).result?.[mimeTypes.plain]).toBe('dense');
    expect((await made.run('kernels(3)')).error?.message).toMatch(/no program/);
    expect(await made.session.originalKernel({ program: 'model', kernel: 'dense' })).toBe('fn dense() {}');
  });

  it('says what a lost device cost, and by which cell it was made', async () => {
    const made = await session();
    const lost = made.session.lost();
    const { error } = await made.run(cell('fn vanish() {}'), {}, 'wgsl');
    expect(error?.name).toBe('DeviceLostError');
    made.loseDevice('The GPU device was lost (gone)');
    expect(await lost).toEqual({
      message: 'The GPU device was lost (gone)',
      variables: [{ name: 'model', cellId: 'cell-1' }],
    });
    // Another engine in the same session: variables are there, labs are new.
    await made.session.start({ backend: 'webgpu' });
    expect((await made.run('model.opened')).result?.[mimeTypes.plain]).toBe('1');
  });

  it('does not call an engine lost that was closed for another', async () => {
    const made = await session();
    let told = false;
    void made.session.lost().then(() => {
      told = true;
    });
    const { loseDevice } = made;
    await made.session.start({ backend: 'webgpu' });
    loseDevice('The GPU device was closed');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(told).toBe(false);
  });
});

describe('a report as a value', () => {
  it('is drawn as the cell draws it, numbers that JSON lacks as words', async () => {
    const bundle = await toMimeBundle(wrong);
    const data = bundle[mimeTypes.kernelReport] as unknown as KernelReportData;
    expect(data.subject).toBeUndefined();
    expect(data.report).toMatchObject({ status: 'wrong', actual: 'NaN', expected: 0.75 });
    expect(bundle[mimeTypes.plain]).toBe('Wrong at [3, 17, 0]: NaN instead of 0.75 (12 of 4096 elements)');
    expect(await toMimeBundle({ status: 'right', text: 'x' })).not.toHaveProperty(mimeTypes.kernelReport);
  });
});

describe('WGSL that a kernel was generated as', () => {
  it('is indented by its brackets, and nothing else in it changes', () => {
    const generated = `

fn main(
@builtin(global_invocation_id) id: vec3<u32>
) {

    let a = array<f32, 2>(1.0,
2.0); // not a bracket: }
if (a[0] > 1.0) {
{
return; }
}


}
`;
    const indented = indentWgsl(generated);
    expect(indented).toBe(`fn main(
  @builtin(global_invocation_id) id: vec3<u32>
) {
  let a = array<f32, 2>(1.0,
    2.0); // not a bracket: }
  if (a[0] > 1.0) {
    {
      return; }
  }
}
`);
    const words = (text: string) => text.split(/\s+/).filter(Boolean);
    expect(words(indented)).toEqual(words(generated));
  });
});
