/** What synthetic collections are drawn by. */

/** What shapes synthetic collections. */
export interface SyntheticOptions {
  /** The same seed gives the same data. Default 1. */
  readonly seed?: number;
  /** Users U. Default 66,519, as in the paper. */
  readonly users?: number;
  /** Items P, each with one photo. Default 28,237, as in the paper. */
  readonly items?: number;
  /** Categories D. Default 1000, as in the paper. */
  readonly categories?: number;
  /** Features of a photo, K. Default 1024, as MobileNet's. */
  readonly features?: number;
  /** Themes. Default one for every 20 categories. */
  readonly themes?: number;
  /** Share of the items that are clutter. Default 0.2. */
  readonly clutter?: number;
  /** Share of the categories that have a twin in another theme. Default 0.5. */
  readonly twins?: number;
  /** Size of the shared nuisance, as a multiple of a category's. Default 1. */
  readonly nuisance?: number;
  /** Size of the noise of each photo, as a multiple of a category's. Default 1. */
  readonly noise?: number;
}

/** All options, with their defaults. */
export type SyntheticSettings = Required<SyntheticOptions>;
