/** Stack traces in the words of the notebook: `cell 3, line 12`. */
import { plainText } from './mime/plain.ts';

/** One run of a cell, by which its frames are recognised in stack traces. */
export interface CellRun {
  /** Counts the runs of the session. */
  run: number;
  /** 1-based position among the code cells. */
  cellNumber: number;
  source: string;
}

/** The name of a run's script in stack traces. */
export function sourceUrl({ run, cellNumber }: CellRun): string {
  return `cell-${cellNumber}.ts?run=${run}`;
}

export interface DescribedError {
  name: string;
  message: string;
  traceback: string[];
  /** 1-based line in the cell that ran. */
  line?: number;
}

/** Frames of other code (the engine, a library) that are shown below the cell's, at most. */
const maximalOtherFrames = 4;

/**
 * Describes whatever a cell threw.
 *
 * @param current The run that threw it.
 * @param findRun The run of a number, whose code may have been called.
 */
export function describeError(
  thrown: unknown,
  current: CellRun,
  findRun: (run: number) => CellRun | undefined,
): DescribedError {
  if (!(thrown instanceof Error)) {
    const message = `A value that is no Error was thrown: ${plainText(thrown)}`;
    return { name: 'Thrown', message, traceback: [`Thrown: ${message}`] };
  }
  // A cell may have set `Error.prepareStackTrace`, and then it is no text.
  const stack: unknown = thrown.stack;
  const frames = shorten(parseStack(typeof stack === 'string' ? stack : ''));
  const own = frames.findLast((frame) => frame.run === current.run)?.line;
  // Syntax and import errors know their line; no frame does.
  const known = 'line' in thrown && typeof thrown.line === 'number' ? thrown.line : undefined;
  const line = known ?? own;
  const places = known === undefined ? frames : [{ line: known, run: current.run, name: '', place: '' }];
  const causes =
    thrown.cause instanceof Error ? [`caused by ${thrown.cause.name}: ${thrown.cause.message}`] : [];
  const name = plainText(thrown.name);
  const message = plainText(thrown.message);
  return {
    name,
    message,
    traceback: [
      ...places.flatMap((frame) => describeFrame(frame, findRun)),
      `${name}: ${message}`,
      ...causes,
    ],
    ...(line === undefined ? {} : { line }),
  };
}

interface Frame {
  /** The function's name; empty at the top level of a cell. */
  name: string;
  /** Address of the script. */
  place: string;
  line: number;
  /** Which run's code this is, for code of cells. */
  run: number | undefined;
}

// V8 writes `at name (place:line:column)`, SpiderMonkey and JavaScriptCore `name@place:line:column`.
const v8Frame = /^\s*at (?:(.*?) \()?(.*?):(\d+):\d+\)?$/;
const otherFrame = /^([^\s@]*)@(.*?):(\d+):\d+$/;

/** The frames of a stack trace, outermost first. */
function parseStack(stack: string): Frame[] {
  return stack
    .split('\n')
    .flatMap((text): Frame[] => {
      const match = v8Frame.exec(text) ?? otherFrame.exec(text);
      if (!match) {
        return [];
      }
      const [, name = '', place = '', line] = match;
      const run = /cell-\d+\.ts\?run=(\d+)$/.exec(place)?.[1];
      return [
        {
          name: readableName(name),
          place,
          line: Number(line),
          run: run === undefined ? undefined : Number(run),
        },
      ];
    })
    .reverse();
}

function readableName(name: string): string {
  const plain = name.replace(/^async[ *]/, '').replace(/\$scope_*\.|^Object\.|^Proxy\.|\/<+$|<$/g, '');
  return /^(eval|anonymous|<anonymous>|async)?$/.test(plain) ? '' : plain;
}

/** Leaves out the session's own frames outside the cells, and the middle of a deep stack. */
function shorten(frames: readonly Frame[]): Frame[] {
  const first = frames.findIndex((frame) => frame.run !== undefined);
  const inside = first === -1 ? frames.filter((frame) => !isOwnMachinery(frame)) : frames.slice(first);
  const last = inside.findLastIndex((frame) => frame.run !== undefined);
  const below = inside.slice(last + 1).filter((frame) => !isOwnMachinery(frame));
  const kept = inside.slice(0, last + 1).filter((frame) => frame.run !== undefined || !isOwnMachinery(frame));
  const calls = kept.length > 20 ? [...kept.slice(0, 10), ...kept.slice(-10)] : kept;
  return [...calls, ...below.slice(0, 1), ...below.slice(1).slice(-(maximalOtherFrames - 1))];
}

/** The session's code and libraries; in a built site everything of ours, whose names and lines say nothing there. */
function isOwnMachinery({ place }: Frame): boolean {
  return place === '' || /notebook\/worker\/|node_modules\/|^node:|^native$|\/assets\/[^/]*\.js/.test(place);
}

function describeFrame(frame: Frame, findRun: (run: number) => CellRun | undefined): string[] {
  const name = frame.name === '' ? '' : `, in ${frame.name}`;
  if (frame.run === undefined) {
    return [`${shortPlace(frame.place)}, line ${frame.line}${name}`];
  }
  const run = findRun(frame.run);
  const text = run?.source.split(/\r\n|\r|\n/)[frame.line - 1]?.trim();
  const place = `cell ${run?.cellNumber ?? '?'}, line ${frame.line}${name}`;
  return text ? [place, `    ${text}`] : [place];
}

/** `engine/run/program.ts` for our own modules, else the file's name. */
function shortPlace(place: string): string {
  const path = place.replace(/[?#].*$/, '');
  return /(?:^|\/)((?:engine|kernels|notebook)\/.*)$/.exec(path)?.[1] ?? path.split('/').at(-1) ?? path;
}
