/** Households, what they bought, and the photo that stands for each purchase. */
import { InputError } from '../errors.ts';

/** One line of a purchase. */
export interface Purchase {
  readonly productId: string;
  /** The product's type in the purchase data, for example `CABBAGE`. */
  readonly productType: string;
  /** The product's category in the purchase data, for example `VEGETABLES - ALL OTHERS`. */
  readonly category: string;
  /** Week of the purchase, from 1. */
  readonly week: number;
  /** The class that joins purchases and photos, for example `Cabbage`. */
  readonly coarseClass: string;
  /** The class of the photo itself, for example `Granny-Smith`. */
  readonly fineClass: string;
  /** Name of the photo's file. The same product always has the same photo. */
  readonly photo: string;
}

export interface Household {
  readonly id: string;
  /** What is real in this data and what is not, in a sentence to show wherever a result is shown. */
  readonly label: string;
  /** In order of week. */
  readonly purchases: readonly Purchase[];
}

/** The households of a file, and what must be said about them. */
export interface HouseholdData {
  /** The sentence that `Household.label` repeats. */
  readonly label: string;
  readonly households: readonly Household[];
}

const purchaseTexts = ['productId', 'productType', 'category', 'coarseClass', 'fineClass', 'photo'] as const;

/**
 * Checks the content of a households file: `{ label, households: [{ id, purchases: [...] }] }`.
 *
 * @param content what `JSON.parse` gave
 * @param fileName how errors name the file
 * @throws InputError that names the household and field at fault.
 */
export function parseHouseholds(content: unknown, fileName: string): HouseholdData {
  const root = object(content, fileName, 'the file');
  const label = text(root, 'label', fileName, 'the file');
  const households = list(root, 'households', fileName, 'the file').map((value, index): Household => {
    const where = `household ${index + 1}`;
    const household = object(value, fileName, where);
    const purchases = list(household, 'purchases', fileName, where).map((purchase, line) =>
      parsePurchase(purchase, fileName, `purchase ${line + 1} of ${where}`),
    );
    return { id: text(household, 'id', fileName, where), label, purchases };
  });
  const ids = households.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    throw new InputError(`${fileName}: household "${twice}" is there twice; keep one.`);
  }
  return { label, households };
}

function parsePurchase(value: unknown, fileName: string, where: string): Purchase {
  const purchase = object(value, fileName, where);
  const [productId, productType, category, coarseClass, fineClass, photo] = purchaseTexts.map((key) =>
    text(purchase, key, fileName, where),
  ) as [string, string, string, string, string, string];
  const { week } = purchase;
  if (typeof week !== 'number' || !Number.isInteger(week) || week < 1) {
    throw new InputError(
      `${fileName}: "week" of ${where} is ${JSON.stringify(week)}; give a whole number from 1.`,
    );
  }
  if (!/^[\w.-]+$/.test(photo)) {
    throw new InputError(
      `${fileName}: "photo" of ${where} is ${JSON.stringify(photo)}; give the name of a file without a folder.`,
    );
  }
  return { productId, productType, category, week, coarseClass, fineClass, photo };
}

function object(value: unknown, fileName: string, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new InputError(`${fileName}: ${where} is not a JSON object; mend the file or make it again.`);
}

function text(from: Record<string, unknown>, key: string, fileName: string, where: string): string {
  const value = from[key];
  if (typeof value === 'string' && value !== '') return value;
  throw new InputError(`${fileName}: "${key}" of ${where} is ${JSON.stringify(value)}; give a text.`);
}

function list(from: Record<string, unknown>, key: string, fileName: string, where: string): unknown[] {
  const value = from[key];
  if (Array.isArray(value) && value.length > 0) return value;
  throw new InputError(`${fileName}: "${key}" of ${where} is not a list with entries; mend the file.`);
}
