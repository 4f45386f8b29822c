import type { KernelReport } from './protocol.ts';

/** A verdict for the eye: what weighs most, and the rest of the sentence. */
export interface Headline {
  readonly word: string;
  readonly rest: string;
}

/** The sentence of a report behind its verdict. */
export function headlineOf(report: KernelReport): Headline {
  const { text } = report;
  switch (report.status) {
    case 'invalid':
      return { word: 'Does not compile', rest: `: ${text}` };
    case 'endless':
      return { word: 'Endless', rest: `: ${text}` };
    case 'wrong':
      return { word: 'Wrong', rest: text.startsWith('wrong ') ? text.slice('wrong'.length) : `: ${text}` };
    case 'right': {
      const [low, high] = report.interval;
      const word = low > 1 ? 'Right and faster' : high < 1 ? 'Right but slower' : 'Right';
      return { word, rest: text.startsWith('right:') ? text.slice('right'.length) : `: ${text}` };
    }
  }
}
