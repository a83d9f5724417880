import type { ScalarSchema } from '../../../model/extract-schema/data-schema.ts';
import { matchesPattern } from './patterns.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
/** The zone may be left out: documents seldom tell it. */
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Why a value is not what a scalar's schema says, in words; undefined when it is. */
export function boundsProblem(value: string | number | boolean, schema: ScalarSchema): string | undefined {
  const { type } = schema;
  if (type === 'integer' ? !Number.isInteger(value) : typeof value !== type) return `must be of type ${type}`;
  if (schema.enum && !schema.enum.includes(value))
    return `must be one of ${schema.enum.map((one) => JSON.stringify(one)).join(', ')}`;
  if (typeof value === 'number') return numberProblem(value, schema);
  return typeof value === 'string' ? stringProblem(value, schema) : undefined;
}

export function withinBounds(value: string | number | boolean, schema: ScalarSchema): boolean {
  return boundsProblem(value, schema) === undefined;
}

function numberProblem(value: number, schema: ScalarSchema): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (!Number.isFinite(value)) return 'must be a finite number';
  if (minimum !== undefined && value < minimum) return `must be at least ${minimum}`;
  if (maximum !== undefined && value > maximum) return `must be at most ${maximum}`;
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
    return `must be more than ${exclusiveMinimum}`;
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
    return `must be less than ${exclusiveMaximum}`;
  if (multipleOf !== undefined && !isMultiple(value, multipleOf))
    return `must be a multiple of ${multipleOf}`;
  return undefined;
}

/** Decimals have no exact form: a billionth of a step is none. */
function isMultiple(value: number, step: number): boolean {
  const steps = value / step;
  return Math.abs(steps - Math.round(steps)) < 1e-9 * Math.max(1, Math.abs(steps));
}

function stringProblem(value: string, schema: ScalarSchema): string | undefined {
  const { format, pattern, minLength, maxLength } = schema;
  const length = Array.from(value).length;
  if (minLength !== undefined && length < minLength) return `must have at least ${minLength} characters`;
  if (maxLength !== undefined && length > maxLength) return `must have at most ${maxLength} characters`;
  if (pattern !== undefined && !matchesPattern(value, pattern)) return `must match the pattern ${pattern}`;
  return format === undefined || hasFormat(value, format) ? undefined : `must be a ${format}`;
}

/** A day that the calendar has: `Date` takes the thirtieth of February for the second of March. */
function isDay(value: string): boolean {
  const day = DATE.test(value) ? new Date(`${value}T00:00:00Z`) : undefined;
  return day !== undefined && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

function hasFormat(value: string, format: string): boolean {
  switch (format) {
    case 'date':
      return isDay(value);
    case 'date-time':
      return DATE_TIME.test(value) && isDay(value.slice(0, 10)) && !Number.isNaN(Date.parse(value));
    case 'time':
      return TIME.test(value);
    case 'email':
      return EMAIL.test(value);
    case 'uri':
      return URL.canParse(value);
    default:
      return true;
  }
}
