import { expect, test } from 'vitest';
import {
  describeTask,
  headTask,
  mobilenetTask,
  tasksOf,
  togetherTask,
  trainHeadTask,
  trainMobilenetTask,
} from './tasks.ts';

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
  const names = tasksOf({
    workloads: ['mobilenet', 'together'],
    batches: [8, 1],
    photos: 6,
    quick: false,
  }).map(({ name }) => name);
  expect(names).toEqual(['mobilenet-1', 'mobilenet-8', 'together-6']);
});

test('a task is said in words', () => {
  expect(describeTask(mobilenetTask(8))).toBe('MobileNet v1, batch 8');
  expect(describeTask(headTask())).toMatch(/^head, \d+ photos in 64 collections of 5 to 40$/);
});

test('training: batches of 64 collections, and of 8 photos; quick ones are smaller', () => {
  const [head, mobilenet] = tasksOf({
    workloads: ['train-head', 'train-mobilenet'],
    batches: [],
    photos: 1,
    quick: false,
  });
  expect(head).toMatchObject({ name: 'train-head-64', photos: headTask().photos, counts: headTask().counts });
  expect(head!.training).toMatchObject({ examples: 64, targets: 1000, learningRate: 0.001, dropout: 0.5 });
  expect(mobilenet).toMatchObject({ name: 'train-mobilenet-8', photos: 8, counts: [] });
  expect(mobilenet!.training).toMatchObject({ targets: 127, learningRate: 1e-4, dropout: 0, imageSize: 224 });
  expect(trainHeadTask(true).photos).toBe(sum(trainHeadTask(true).counts));
  expect(trainMobilenetTask(true).training!.imageSize).toBe(96);
  expect(describeTask(trainMobilenetTask())).toBe('training step of MobileNet v1, batch 8, 224 pixels');
  expect(describeTask(trainHeadTask())).toMatch(/^training step of the head, \d+ photos in 64 collections/);
});

test('an answer of training is the losses of its first steps', () => {
  for (const { training, outputs } of [trainHeadTask(), trainMobilenetTask(true)]) {
    expect(outputs).toEqual([{ name: 'losses', rows: training!.checkedSteps, width: 1 }]);
  }
});
