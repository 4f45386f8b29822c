/** What the command asks of the page. */

export interface PageProgress {
  /** The kind of head. */
  readonly kind: string;
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly stepsPerSecond: number;
  /** F1@10 on the validation users, the last and the best so far. */
  readonly validation: number | undefined;
  readonly best: number | undefined;
}

export interface PageResult {
  /** The weight file, in base64. */
  readonly file: string;
  readonly adapter: string;
  /** How it was trained and how good it is, a sentence each. */
  readonly report: readonly string[];
}

export interface HeadPage {
  /** @param metadata what else the file shall say */
  train(metadata: Readonly<Record<string, string>>): Promise<PageResult>;
}

declare global {
  interface Window {
    headPage?: HeadPage;
    /** Given by the command. */
    reportTraining(progress: PageProgress): Promise<void>;
  }
}
