import { inspect } from './mime/plain.ts';
import { isTabular } from './mime/table.ts';

/** What a cell's console writes to. */
export interface ConsoleSink {
  write(stream: 'stdout' | 'stderr', text: string): void;
  table(rows: readonly unknown[], columns: readonly string[] | undefined): void;
}

/** The `console` of cells: prints into the cell's output. */
export type CellConsole = Pick<
  Console,
  'log' | 'info' | 'debug' | 'warn' | 'error' | 'table' | 'assert' | 'time' | 'timeEnd' | 'group' | 'groupEnd'
>;

export function createConsole(sink: ConsoleSink): CellConsole {
  const timers = new Map<string, number>();
  let indent = '';

  const print = (stream: 'stdout' | 'stderr', values: readonly unknown[]) => {
    const text = `${indent}${format(values).replaceAll('\n', `\n${indent}`)}\n`;
    sink.write(stream, text);
  };
  const log = (...values: unknown[]) => print('stdout', values);
  const error = (...values: unknown[]) => print('stderr', values);

  return {
    log,
    info: log,
    debug: log,
    warn: error,
    error,
    table(data?: unknown, columns?: string[]) {
      const rows = Array.isArray(data) ? data : undefined;
      if (isTabular(rows) || rows?.every(Array.isArray)) {
        sink.table(rows, columns);
      } else {
        log(data);
      }
    },
    assert(condition?: boolean, ...values: unknown[]) {
      if (!condition) {
        error('Assertion failed:', ...values);
      }
    },
    time(label = 'default') {
      timers.set(label, performance.now());
    },
    timeEnd(label = 'default') {
      const started = timers.get(label);
      timers.delete(label);
      log(
        started === undefined
          ? `${label}: no such timer`
          : `${label}: ${(performance.now() - started).toFixed(1)} ms`,
      );
    },
    group(...values: unknown[]) {
      if (values.length > 0) {
        log(...values);
      }
      indent += '  ';
    },
    groupEnd() {
      indent = indent.slice(2);
    },
  };
}

/** Values side by side, as consoles print them, with `%s`, `%d`, `%i`, `%f`, `%o`, `%O` and `%c` in the first. */
function format(values: readonly unknown[]): string {
  const rest = [...values];
  const first = rest[0];
  if (typeof first !== 'string' || rest.length === 1 || !/%[sdifoOc]/.test(first)) {
    return rest.map(show).join(' ');
  }
  rest.shift();
  const text = first.replace(/%([sdifoOc%])/g, (directive, kind: string) => {
    if (kind === '%') {
      return '%';
    }
    if (rest.length === 0) {
      return directive;
    }
    const value = rest.shift();
    switch (kind) {
      case 'c':
        return '';
      case 'd':
      case 'f':
        return String(Number(value));
      case 'i':
        return String(Math.trunc(Number(value)));
      case 's':
        return String(value);
      default:
        return inspect(value);
    }
  });
  return [text, ...rest.map(show)].join(' ');
}

function show(value: unknown): string {
  if (value instanceof Error) {
    return `${value.name}: ${value.message}`;
  }
  return typeof value === 'string' ? value : inspect(value);
}
