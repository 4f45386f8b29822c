/** The differentiation rule of each operation that has one. */
import type { OperationKind } from '../graph/value.ts';
import type { GradientRule } from './rule.ts';

export const rules: Partial<Record<OperationKind, GradientRule>> = {};
