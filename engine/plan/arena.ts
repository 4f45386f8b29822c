/**
 * Where intermediates live: a few buffers shared by many values whose lifetimes do not overlap.
 *
 * Values get whole buffers, not ranges of one, because WebGPU forbids a dispatch to read and write one buffer.
 *
 * Source: Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference" (arXiv 2001.03288),
 * section 4.3, "Greedy by Size for Shared Objects".
 */

/** When a value must exist: from the dispatch that writes it to the last that reads it, both included. */
export interface Lifetime {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

export interface Arena {
  /** Bytes of each shared buffer. */
  readonly buffers: readonly number[];
  /** For each lifetime, in the order given, the index of its buffer. */
  readonly assignment: readonly number[];
  /** Bytes needed if nothing were shared. */
  readonly unsharedBytes: number;
}

/** Assigns each value a buffer; two values alive at the same dispatch never share one. */
export function planArena(lifetimes: readonly Lifetime[]): Arena {
  const buffers: { bytes: number; residents: Lifetime[] }[] = [];
  const assignment = new Array<number>(lifetimes.length);
  const bySize = lifetimes.map((_, index) => index).sort((a, b) => lifetimes[b]!.bytes - lifetimes[a]!.bytes);
  for (const index of bySize) {
    const lifetime = lifetimes[index]!;
    // Largest first, so every existing buffer is large enough; take the tightest that is free.
    let best = -1;
    buffers.forEach(({ bytes, residents }, candidate) => {
      const free = residents.every(({ first, last }) => last < lifetime.first || lifetime.last < first);
      if (free && (best < 0 || bytes < buffers[best]!.bytes)) best = candidate;
    });
    if (best < 0) {
      best = buffers.length;
      buffers.push({ bytes: lifetime.bytes, residents: [] });
    }
    buffers[best]!.residents.push(lifetime);
    assignment[index] = best;
  }
  return {
    buffers: buffers.map(({ bytes }) => bytes),
    assignment,
    unsharedBytes: lifetimes.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
