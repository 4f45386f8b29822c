/** What the command asks of the page. */
import type { DamagedPhoto, ExtractionProgress } from '../../engine/data.ts';

/** What to extract. Photos are served below `photos/`, files below `files/`. */
export interface PageOrder {
  readonly photos: readonly string[];
  /** Name of the file of features. */
  readonly name: string;
  readonly batch: number;
  readonly dataType: 'float16' | 'float32';
  readonly metadata: Readonly<Record<string, string>>;
  /** Photos to compute again, each by itself, and compare. */
  readonly check: readonly string[];
}

export interface PageResult {
  /** What the engine ran on. */
  readonly device: string;
  /** Rows and columns of the table. */
  readonly shape: readonly [number, number];
  readonly restored: number;
  readonly damaged: readonly DamagedPhoto[];
  /** Of each photo that was computed again: relative L2 error of its stored row. */
  readonly checks: readonly { readonly photo: string; readonly relativeL2: number }[];
}

export interface FeaturesPage {
  extract(order: PageOrder): Promise<PageResult>;
}

declare global {
  interface Window {
    featuresPage?: FeaturesPage;
    /** Given by the command. */
    reportProgress(progress: ExtractionProgress): Promise<void>;
  }
}
