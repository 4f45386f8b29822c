/** The names that every cell is offered. */
import type { TrainingProgress } from '../../engine/train/history.ts';
import type { MimeBundle } from '../document/nbformat.ts';
import { type CellConsole, createConsole } from './cell-console.ts';
import type { CellOutput } from './cell-output.ts';
import { type DescribeError, DisplayHandle, type DisplayOptions, showValue, updateValue } from './display.ts';
import { type CellInputs, createInputs } from './input.ts';
import type { Interruption } from './interruption.ts';
import type { KernelBench } from './kernels/bench.ts';
import { type KernelList, listKernels } from './kernels/list.ts';
import { table } from './mime/bundle.ts';
import { chart } from './mime/chart.ts';
import { gallery } from './mime/gallery.ts';
import { html, markdown } from './mime/markup.ts';
import { profileView } from './mime/profile.ts';
import { Progress, type ProgressHandle } from './progress.ts';
import type { CellEvent, InputValue } from './protocol.ts';
import { TrainingProgressDisplay } from './training-progress.ts';

export interface CellNames {
  /** Shows a value in the cell's output; the handle replaces it. */
  display(value: unknown, options?: DisplayOptions): DisplayHandle;
  console: CellConsole;
  /** A progress bar of `total` steps. */
  progress(total: number, label?: string): ProgressHandle;
  /**
   * Shows a training while it runs: `await trainer.run({ onProgress: trainingProgress('Head') })`. Stop ends the training
   * after a step.
   */
  trainingProgress(label?: string): (progress: TrainingProgress) => void;
  inputs: CellInputs<unknown>;
  /** Waits; the way to pause that Stop can end. */
  sleep(milliseconds: number): Promise<void>;
  chart: typeof chart;
  gallery: typeof gallery;
  markdown: typeof markdown;
  html: typeof html;
  table: typeof table;
  /** One view of a profile alone: 'timeline', 'kernels', 'roofline' or 'memory'. */
  profileView: typeof profileView;
  /** The kernels of a compiled program, shown as a table from which each can be edited. */
  kernels(program: unknown): KernelList;
}

/** What the names need to know about the session. */
export interface NamesOptions {
  /** The output of the running cell, or of the last one. */
  output(): CellOutput;
  /** What a person entered into a control of the running cell. */
  inputValue(label: string): InputValue | undefined;
  interruption: Interruption;
  describe: DescribeError;
  decodePhoto(file: Blob, name: string): Promise<unknown>;
  bench(): KernelBench;
}

export function createCellNames(options: NamesOptions): CellNames {
  const { output, interruption, describe } = options;
  const sessionId = Math.random().toString(36).slice(2, 8);
  let displays = 0;
  const newDisplayId = () => `${sessionId}-${++displays}`;
  const draw = (data: MimeBundle, displayId = newDisplayId()) =>
    output().send({ type: 'display', data, metadata: {}, displayId });

  return {
    display(value, displayOptions = {}) {
      interruption.check();
      const displayId = newDisplayId();
      showValue(output(), displayId, value, displayOptions, describe);
      return new DisplayHandle((next) => {
        interruption.check();
        updateValue(output(), displayId, next, describe);
      });
    },
    console: createConsole({
      write(stream, text) {
        interruption.check();
        output().write(stream, text);
      },
      table(rows, columns) {
        interruption.check();
        showValue(output(), newDisplayId(), table(rows, columns ? { columns } : {}), {}, describe);
      },
    }),
    progress(total, label = '') {
      interruption.check();
      const displayId = newDisplayId();
      const sink = output();
      const bar = new Progress({
        total,
        label,
        send: (data) => sink.send({ type: 'update', displayId, data, metadata: {} }),
        check: () => interruption.check(),
      });
      draw(bar.bundle(), displayId);
      sink.beforeEnd(() => bar.flush());
      return bar;
    },
    trainingProgress(label = '') {
      interruption.check();
      const displayId = newDisplayId();
      const sink = output();
      const shown = new TrainingProgressDisplay({
        label: String(label),
        draw: (data) => sink.send({ type: 'display', data, metadata: {}, displayId }),
        send: (data) => sink.send(updateEvent(displayId, data)),
        check: () => interruption.check(),
      });
      sink.beforeEnd(() => shown.finish());
      return (progress) => shown.update(progress);
    },
    inputs: createInputs({
      read: (label) => options.inputValue(label),
      draw: (data) => draw(data),
      decodePhoto: (file, name) => options.decodePhoto(file, name),
    }),
    sleep: (milliseconds) => interruption.sleep(milliseconds),
    chart,
    gallery,
    markdown,
    html,
    table,
    profileView,
    kernels: (program) => listKernels(options.bench(), program),
  };
}

function updateEvent(
  displayId: string,
  data: MimeBundle | Promise<MimeBundle>,
): CellEvent | Promise<CellEvent> {
  const event = (known: MimeBundle): CellEvent => ({ type: 'update', displayId, data: known, metadata: {} });
  return data instanceof Promise ? data.then(event) : event(data);
}
