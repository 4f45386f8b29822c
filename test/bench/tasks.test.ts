import { expect, test } from 'vitest';
import { describeTask, headTask, mobilenetTask, tasksOf, togetherTask } from './tasks.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

test('the head has 64 collections of 5 to 40 photos, the same at every call', () => {
  const task = headTask();
  expect(task.counts).toHaveLength(64);
  expect(Math.min(...task.counts)).toBeGreaterThanOrEqual(5);
  expect(Math.max(...task.counts)).toBeLessThanOrEqual(40);
  expect(new Set(task.counts).size).toBeGreaterThan(10);
  expect(task.photos).toBe(sum(task.counts));
  expect(headTask()).toEqual(task);
});

test.each([1, 2, 3, 8, 60])('%i photos are all in collections, none of them empty', (photos) => {
  const { counts, outputs } = togetherTask(photos);
  expect(sum(counts)).toBe(photos);
  expect(Math.min(...counts)).toBeGreaterThan(0);
  expect(outputs).toEqual([{ name: 'scores', rows: counts.length, width: 1000 }]);
});

test('eight photos make three collections of different sizes', () => {
  expect(new Set(togetherTask(8).counts).size).toBeGreaterThan(1);
  expect(togetherTask(8).counts).toHaveLength(3);
});

test('a run goes through its workloads, small batches first', () => {
  const names = tasksOf(['mobilenet', 'together'], [8, 1], 6).map(({ name }) => name);
  expect(names).toEqual(['mobilenet-1', 'mobilenet-8', 'together-6']);
});

test('a task is said in words', () => {
  expect(describeTask(mobilenetTask(8))).toBe('MobileNet v1, batch 8');
  expect(describeTask(headTask())).toMatch(/^head, \d+ photos in 64 collections of 5 to 40$/);
});
