/** Something that tells its listeners when it changed. Listeners are called at most once a frame. */
export class Observable {
  readonly #listeners = new Set<() => void>();
  #scheduled = false;

  /** Calls `listener` after changes. Returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Announces a change: many changes in one frame (a cell that prints in a loop) cost one rendering. */
  changed(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // A timer, not an animation frame: those stand still in a hidden tab.
    setTimeout(() => this.flush(), 16);
  }

  /** Calls the listeners now if a change is waiting. */
  flush(): void {
    if (!this.#scheduled) return;
    this.#scheduled = false;
    for (const listener of [...this.#listeners]) listener();
  }
}
