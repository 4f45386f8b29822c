/** The worker: hosts the engine, runs the cells, and answers the page. */
import { expose } from 'comlink';
import { engineHost } from './engine.ts';
import type { Session } from './protocol.ts';
import { WorkerSession } from './session.ts';

const session = new WorkerSession(engineHost);

addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  session.reportUncaught(event.reason);
});

addEventListener('error', (event) => {
  event.preventDefault();
  session.reportUncaught(event.error ?? event.message);
});

expose(session satisfies Session);
