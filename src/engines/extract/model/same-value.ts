import { compact } from './ground/text-index.ts';

type Value = string | number | boolean | null;

/** Whether two values say the same: texts whatever their case, accents, signs and spaces. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a === 'number' && typeof b === 'number')
    return Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  const folded = compact(a);
  return folded !== '' && folded === compact(b);
}
