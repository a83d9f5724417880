import { parseDateTime } from './date-time.ts';
import { isJsonObject, type JsonSchema } from './json-schema.ts';

const TRUE = new Set(['true', '1', 'yes', 'on', 't', 'y']);
const FALSE = new Set(['false', '0', 'no', 'off', 'f', 'n']);
const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * Turns the texts of a query into the types its schema names, before it is checked:
 * - an empty text is absent, because clients send `?x=` for null (contract 13.8);
 * - lists come repeated (`x=a&x=b`), bracketed (`x[]=a`) or joined (`x=a,b`); of a repeated scalar the last counts;
 * - integers, numbers and booleans are read from text; date-times become UTC in RFC 3339;
 * - what cannot be read stays a text, for the check to refuse. Unknown keys are dropped.
 */
export function readQuery(schema: JsonSchema, query: unknown): Record<string, unknown> {
  const given = isJsonObject(query) ? query : {};
  const read: Record<string, unknown> = {};
  for (const [key, rule] of Object.entries(schema.properties ?? {})) {
    const texts = [...textsOf(given[key]), ...textsOf(given[`${key}[]`])];
    const value = rule.type === 'array' ? readList(rule, texts) : readLast(rule, texts);
    if (value !== undefined) read[key] = value;
  }
  return read;
}

function textsOf(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((text): text is string => typeof text === 'string' && text !== '');
}

function readList(rule: JsonSchema, texts: readonly string[]): unknown[] | undefined {
  const parts = texts.flatMap((text) => text.split(',')).map((part) => part.trim());
  const kept = parts.filter((part) => part !== '');
  return kept.length === 0 ? undefined : kept.map((part) => readScalar(rule.items ?? {}, part));
}

function readLast(rule: JsonSchema, texts: readonly string[]): unknown {
  const last = texts.at(-1);
  return last === undefined ? undefined : readScalar(rule, last);
}

/** One text as the schema's type, or the text itself when it cannot be read so. */
export function readScalar(rule: JsonSchema, text: string): unknown {
  switch (rule.type) {
    case 'integer': {
      const number = INTEGER.test(text) ? Number(text) : Number.NaN;
      return Number.isSafeInteger(number) ? number : text;
    }
    case 'number': {
      const number = NUMBER.test(text) ? Number(text) : Number.NaN;
      return Number.isFinite(number) ? number : text;
    }
    case 'boolean': {
      const word = text.toLowerCase();
      if (TRUE.has(word)) return true;
      return FALSE.has(word) ? false : text;
    }
    default:
      return rule.format === 'date-time' ? (parseDateTime(text)?.toISOString() ?? text) : text;
  }
}
