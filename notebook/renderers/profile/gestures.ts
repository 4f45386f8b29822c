/** Pointer, wheel and pinch as panning, zooming and pointing. CSS pixels from the element's left and top edge. */

export interface GestureActions {
  /** The content is dragged to the right by so many pixels. */
  pan(pixels: number): void;
  /** Nearer by a factor (below 1: farther) around a horizontal position. */
  zoom(factor: number, x: number): void;
  /** The pointer is here, and drags nothing; undefined when it has left. */
  point(place: { x: number; y: number } | undefined): void;
  /** Pressed or dragged here. True where this is a thing of its own, so that the content is not dragged. */
  press(place: { x: number; y: number }, first: boolean): boolean;
  /** Whether a plain wheel zooms. Otherwise it scrolls the page, and zooms only with Ctrl, as pinching a touchpad does. */
  wheelZooms(): boolean;
}

/** Pixels that a press may move and still be a tap. */
const slack = 4;

export class Gestures {
  readonly #pressed = new Map<number, { x: number; y: number }>();
  #travelled = 0;
  #held = false;

  constructor(
    readonly element: HTMLElement,
    readonly actions: GestureActions,
  ) {
    element.addEventListener('wheel', this.#onWheel, { passive: false });
    element.addEventListener('pointerdown', this.#onDown);
    element.addEventListener('pointermove', this.#onMove);
    element.addEventListener('pointerup', this.#onUp);
    element.addEventListener('pointercancel', this.#onUp);
    element.addEventListener('pointerleave', this.#onLeave);
  }

  #place(event: MouseEvent) {
    const { left, top } = this.element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  readonly #onWheel = (event: WheelEvent): void => {
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const { x } = this.#place(event);
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      this.actions.pan(-event.deltaX * lines);
    } else if (event.ctrlKey || this.actions.wheelZooms()) {
      event.preventDefault();
      // A pinch comes in small steps, a notch of a wheel as about 100 pixels.
      const speed = event.ctrlKey && Math.abs(event.deltaY) < 50 ? 0.01 : 0.0025;
      this.actions.zoom(Math.exp(-event.deltaY * lines * speed), x);
    }
  };

  readonly #onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    this.#pressed.set(event.pointerId, this.#place(event));
    this.#travelled = 0;
    this.#held = this.#pressed.size === 1 && this.actions.press(this.#place(event), true);
  };

  readonly #onMove = (event: PointerEvent): void => {
    const place = this.#place(event);
    const before = this.#pressed.get(event.pointerId);
    if (!before) {
      this.actions.point(place);
      return;
    }
    this.#pressed.set(event.pointerId, place);
    if (this.#held) {
      this.actions.press(place, false);
      return;
    }
    this.#travelled += Math.hypot(place.x - before.x, place.y - before.y);
    const other = [...this.#pressed].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const apart = Math.hypot(place.x - other.x, place.y - other.y);
      const wasApart = Math.hypot(before.x - other.x, before.y - other.y);
      if (wasApart > 8 && apart > 8) this.actions.zoom(apart / wasApart, (place.x + other.x) / 2);
      this.actions.pan((place.x - before.x) / 2);
    } else if (this.#travelled > slack) {
      this.actions.point(undefined);
      this.actions.pan(place.x - before.x);
    }
  };

  readonly #onUp = (event: PointerEvent): void => {
    if (this.#pressed.delete(event.pointerId) && this.#travelled <= slack && event.type === 'pointerup') {
      this.actions.point(this.#place(event));
    }
  };

  readonly #onLeave = (event: PointerEvent): void => {
    // A finger that taps leaves at once; what it tapped stays.
    if (event.pointerType === 'mouse' && this.#pressed.size === 0) this.actions.point(undefined);
  };
}
