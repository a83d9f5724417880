import { Guard } from 'typebox/guard';
import { Format } from 'typebox/format';

import type { JsonSchema } from './json-schema.ts';
import type { Problem } from './issue.ts';

const TYPE_NAMES: Readonly<Record<string, { type: string; noun: string }>> = {
  string: { type: 'string', noun: 'string' },
  integer: { type: 'int', noun: 'integer' },
  number: { type: 'float', noun: 'number' },
  boolean: { type: 'bool', noun: 'boolean' },
  array: { type: 'list', noun: 'list' },
  object: { type: 'dict', noun: 'dictionary' },
  null: { type: 'none', noun: 'null' },
};

/**
 * What a value of the wrong JSON type is told. Where texts are read as other types (query, form), a text that
 * could not be read is a parsing error; in JSON it is a type error.
 */
export function wrongType(schema: JsonSchema, value: unknown, fromText: boolean): Problem {
  const name = TYPE_NAMES[schema.type ?? ''] ?? { type: 'value', noun: 'value' };
  if (schema.type === 'null') return { type: 'none_required', msg: 'Input should be null' };
  if (schema.type === 'object' && schema.properties) {
    return {
      type: 'model_attributes_type',
      msg: 'Input should be a valid dictionary or object to extract fields from',
    };
  }
  if (schema.type === 'integer' && typeof value === 'number') {
    return {
      type: 'int_from_float',
      msg: 'Input should be a valid integer, got a number with a fractional part',
    };
  }
  if (fromText && typeof value === 'string') {
    return {
      type: `${name.type}_parsing`,
      msg: `Input should be a valid ${name.noun}, unable to parse string as ${article(name.noun)}`,
    };
  }
  return { type: `${name.type}_type`, msg: `Input should be a valid ${name.noun}` };
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** Every bound of a number that is not kept. */
export function* numberProblems(schema: JsonSchema, value: number): Generator<Problem> {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined && value < minimum) {
    yield bound('greater_than_equal', 'greater than or equal to', { ge: minimum });
  }
  if (maximum !== undefined && value > maximum) {
    yield bound('less_than_equal', 'less than or equal to', { le: maximum });
  }
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) {
    yield bound('greater_than', 'greater than', { gt: exclusiveMinimum });
  }
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) {
    yield bound('less_than', 'less than', { lt: exclusiveMaximum });
  }
}

function bound(type: string, words: string, ctx: Record<string, number>): Problem {
  return { type, msg: `Input should be ${words} ${Object.values(ctx).join()}`, ctx };
}

/** Every rule of a string that is not kept. Lengths are counted as the compiled check counts them. */
export function* stringProblems(schema: JsonSchema, value: string): Generator<Problem> {
  const { minLength, maxLength, pattern, format } = schema;
  if (minLength !== undefined && !Guard.IsMinLength(value, minLength)) {
    yield {
      type: 'string_too_short',
      msg: `String should have at least ${characters(minLength)}`,
      ctx: { min_length: minLength },
    };
  }
  if (maxLength !== undefined && !Guard.IsMaxLength(value, maxLength)) {
    yield {
      type: 'string_too_long',
      msg: `String should have at most ${characters(maxLength)}`,
      ctx: { max_length: maxLength },
    };
  }
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) {
    yield {
      type: 'string_pattern_mismatch',
      msg: `String should match pattern '${pattern}'`,
      ctx: { pattern },
    };
  }
  if (format !== undefined && !Format.Test(format, value)) yield formatProblem(format);
}

function characters(count: number): string {
  return count === 1 ? '1 character' : `${count} characters`;
}

function formatProblem(format: string): Problem {
  switch (format) {
    case 'uuid':
      return { type: 'uuid_parsing', msg: 'Input should be a valid UUID' };
    case 'date-time':
      return {
        type: 'datetime_parsing',
        msg: 'Input should be a valid datetime, for example 2026-01-31T08:00:00Z',
      };
    case 'uri':
      return { type: 'url_parsing', msg: 'Input should be a valid URL' };
    default:
      return { type: 'value_error', msg: `Input should have the format ${format}` };
  }
}
