import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Connection } from '../../notebook/state/connection.ts';

/** A worker that answers, as Comlink does, when the test says so. */
class PretendedWorker extends EventTarget {
  static made: PretendedWorker[] = [];
  ended = false;
  readonly calls: { id: string; name: string }[] = [];

  constructor() {
    super();
    PretendedWorker.made.push(this);
  }

  start(): void {}

  postMessage({ id, path }: { id: string; path: string[] }): void {
    this.calls.push({ id, name: path.join('.') });
  }

  terminate(): void {
    this.ended = true;
  }

  /** Answers the oldest call of a name. */
  answer(name: string, value: unknown, failed = false): void {
    const index = this.calls.findIndex((call) => call.name === name);
    if (index === -1) throw new Error(`Nothing asked for ${name}: ${JSON.stringify(this.calls)}.`);
    const { id } = this.calls[index]!;
    this.calls.splice(index, 1);
    const data = failed
      ? {
          id,
          type: 'HANDLER',
          name: 'throw',
          value: { isError: true, value: { message: value, name: 'Error' } },
        }
      : { id, type: 'RAW', value };
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  asks(name: string): boolean {
    return this.calls.some((call) => call.name === name);
  }
}

const engine = { backend: 'webgpu', description: 'pretended', details: {} };
const loss = { message: 'The GPU device was lost (reset).', variables: [{ name: 'model', cellId: 'a' }] };

beforeEach(() => {
  vi.useFakeTimers();
  PretendedWorker.made = [];
  vi.stubGlobal('Worker', PretendedWorker);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function opened(): Promise<[Connection, PretendedWorker]> {
  const connection = new Connection();
  const started = connection.start();
  const [worker] = PretendedWorker.made;
  worker!.answer('start', engine);
  await started;
  await vi.waitFor(() => expect(worker!.asks('lost')).toBe(true));
  return [connection, worker!];
}

it('opens a lost GPU again in the same worker, and says what was lost until that is noted', async () => {
  const [connection, worker] = await opened();
  worker.answer('lost', loss);
  await vi.advanceTimersByTimeAsync(10);
  expect(connection.state).toBe('starting');
  worker.answer('start', engine);
  await vi.advanceTimersByTimeAsync(10);
  expect(connection).toMatchObject({ state: 'ready', loss });
  expect(worker.ended).toBe(false);
  connection.dismissLoss();
  expect(connection.loss).toBeUndefined();
  // The next loss is heard as well.
  worker.answer('lost', loss);
  await vi.advanceTimersByTimeAsync(10);
  expect(connection.state).toBe('starting');
});

it('tries for some seconds, and then gives up in a sentence', async () => {
  const [connection, worker] = await opened();
  worker.answer('lost', loss);
  for (let attempt = 0; attempt < 5; attempt++) {
    await vi.advanceTimersByTimeAsync(4_100);
    worker.answer('start', 'No adapter answered.', true);
  }
  await vi.advanceTimersByTimeAsync(10);
  expect(connection.state).toBe('lost');
  expect(connection.problem).toBe(
    'The GPU device was lost, and no other could be opened: No adapter answered.',
  );
  expect(worker.ended).toBe(true);
});

it('does not come back to a worker that was replaced meanwhile', async () => {
  const [connection, worker] = await opened();
  worker.answer('lost', loss);
  await vi.advanceTimersByTimeAsync(10);
  connection.end('The worker was restarted.');
  const again = connection.start();
  worker.answer('start', engine);
  await vi.advanceTimersByTimeAsync(10);
  expect(connection.state).toBe('starting');
  PretendedWorker.made[1]!.answer('start', engine);
  await again;
  expect(connection).toMatchObject({ state: 'ready', loss: undefined });
});
