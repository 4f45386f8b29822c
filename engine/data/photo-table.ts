/** Photos with one class each, for training a classifier of photos. */
import { InputError } from '../errors.ts';
import { type Columns, readCsv } from './csv.ts';

/** The part of a data set that its authors gave a photo to. */
export type PhotoPart = 'train' | 'validation' | 'test';

/** Photos with one class each. */
export interface LabelledPhotos {
  readonly name: string;
  /** What is real and what is not, and where it is from, in one sentence, to be shown with every result. */
  readonly label: string;
  /** Files of the P photos. */
  readonly photos: readonly string[];
  /** `[P]` */
  readonly parts: readonly PhotoPart[];
  /** Names of the classes, sorted. */
  readonly classes: readonly string[];
  /** `[P]`, indices of `classes`. */
  readonly labels: Uint32Array;
}

const partNames: Readonly<Record<string, PhotoPart>> = {
  train: 'train',
  val: 'validation',
  validation: 'validation',
  test: 'test',
};

/** What to say where results on the clothing photos are shown. */
export const clothingLabel =
  'Real photos of clothing in ten classes (Clothing dataset, small; Alexey Grigorev, CC0), with the split of its authors.';

/**
 * Reads the table of the clothing photos: `file,split,class`.
 *
 * @param text the file's content
 * @param fileName how errors name the file
 * @throws InputError where a column is missing, or a split or class is not there.
 */
export function readClothingPhotos(text: string, fileName = 'photos.csv'): LabelledPhotos {
  const columns = readCsv(text, fileName, ['file', 'split', 'class']);
  return labelledPhotos('clothing', clothingLabel, columns, columns.class, fileName);
}

/**
 * Gives the photos of a table their classes.
 *
 * @param classNames the class of each row
 * @param fileName how errors name the file
 * @throws InputError where a split is none of train, val, validation and test, or a file is there twice.
 */
export function labelledPhotos(
  name: string,
  label: string,
  table: Columns<'file' | 'split'>,
  classNames: readonly string[],
  fileName: string,
): LabelledPhotos {
  const parts = table.split.map((split, row) => {
    const part = partNames[split];
    if (part) return part;
    throw new InputError(
      `${fileName}: photo ${row + 1} has the split "${split}"; it must be train, val, validation or test.`,
    );
  });
  const twice = table.file.length - new Set(table.file).size;
  if (twice > 0) throw new InputError(`${fileName}: ${twice} photos are there twice; keep each once.`);
  const classes = [...new Set(classNames)].sort();
  const places = new Map(classes.map((className, index) => [className, index]));
  const labels = Uint32Array.from(classNames, (className) => places.get(className)!);
  return { name, label, photos: table.file, parts, classes, labels };
}
