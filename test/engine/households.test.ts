import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseHouseholds } from '../../engine/data/households.ts';

const purchase = {
  productId: '12',
  productType: 'CABBAGE',
  category: 'VEGETABLES',
  week: 3,
  coarseClass: 'Cabbage',
  fineClass: 'Cabbage',
  photo: 'cabbage_1.jpg',
};
const data = (purchases: unknown, id: unknown = '7') => ({ label: 'drawn', households: [{ id, purchases }] });

describe('parseHouseholds', () => {
  test('reads households, the label in each', () => {
    expect(parseHouseholds(data([purchase]), 'h.json')).toEqual({
      label: 'drawn',
      households: [{ id: '7', label: 'drawn', purchases: [purchase] }],
    });
  });

  test.each([
    ['a list', [], /h\.json: the file is not a JSON object/],
    ['nothing', null, /the file is not a JSON object/],
    ['no label', { households: [] }, /"label" of the file is undefined; give a text/],
    ['no households', { label: 'x' }, /"households" of the file is not a list/],
    ['a household without id', data([purchase], ''), /"id" of household 1 is ""/],
    ['a household without purchases', data([]), /"purchases" of household 1 is not a list with entries/],
    ['a purchase that is text', data(['milk']), /purchase 1 of household 1 is not a JSON object/],
    ['a week that is text', data([{ ...purchase, week: '3' }]), /"week" of purchase 1 of household 1 is "3"/],
    ['week 0', data([{ ...purchase, week: 0 }]), /"week" of purchase 1 of household 1 is 0/],
    [
      'no class',
      data([purchase, { ...purchase, coarseClass: 5 }]),
      /"coarseClass" of purchase 2 of household 1 is 5/,
    ],
    [
      'a photo elsewhere',
      data([{ ...purchase, photo: '../a.jpg' }]),
      /"photo" of purchase 1 .*without a folder/,
    ],
  ])('%s is refused', (_, content, message) => {
    expect(() => parseHouseholds(content, 'h.json')).toThrow(message);
  });

  test('a household that is there twice is refused', () => {
    const [household] = data([purchase]).households;
    const twice = { label: 'x', households: [household, household] };
    expect(() => parseHouseholds(twice, 'h.json')).toThrow(/household "7" is there twice/);
  });
});

describe('the sample households', () => {
  const folder = new URL('../../notebook/samples/grocery/', import.meta.url);
  const content: unknown = JSON.parse(readFileSync(new URL('households.json', folder), 'utf8'));
  const { label, households } = parseHouseholds(content, 'households.json');
  const photos = readdirSync(folder).filter((file) => file.endsWith('.jpg'));
  const purchases = households.flatMap((household) => household.purchases);

  test('say what is real and what is not', () => {
    expect(label).toMatch(/American.*Swedish.*not real/);
  });

  test('have varied purchases in order of time', () => {
    expect(households).toHaveLength(4);
    for (const household of households) {
      const weeks = household.purchases.map(({ week }) => week);
      expect(weeks).toEqual([...weeks].sort((a, b) => a - b));
      expect(new Set(household.purchases.map(({ coarseClass }) => coarseClass)).size).toBeGreaterThanOrEqual(
        8,
      );
    }
  });

  test('use every photo, and only photos that are there', () => {
    expect([...new Set(purchases.map(({ photo }) => photo))].sort()).toEqual([...photos].sort());
  });

  test('show a product by one photo, of its test split', () => {
    const photoOf = new Map(purchases.map(({ productId, photo }) => [productId, photo]));
    for (const { productId, photo, fineClass } of purchases) {
      expect(photoOf.get(productId)).toBe(photo);
      expect(photo).toMatch(new RegExp(`^test_${fineClass}_\\d+\\.jpg$`));
    }
  });

  test('are light, and their licence is beside them', () => {
    const bytes = photos.reduce((sum, file) => sum + statSync(new URL(file, folder)).size, 0);
    expect(bytes).toBeLessThan(1_000_000);
    expect(existsSync(new URL('LICENSE-images', folder))).toBe(true);
  });
});
