import { jsonFault } from './json-fault.ts';

/** A text as JSON, or why it is none and where. */
export type JsonReading =
  | { readonly ok: true; readonly value: Record<string, unknown> }
  | { readonly ok: false; readonly problem: string };

/** Reads an object. The place of a fault is told by line and column, counted from 1. */
export function readJsonObject(text: string): JsonReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: `${placeOf(text)}this is not valid JSON` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, problem: 'this must be a JSON object: { … }' };
  }
  return { ok: true, value: value as Record<string, unknown> };
}

function placeOf(text: string): string {
  const offset = jsonFault(text);
  if (offset === undefined) return '';
  const before = text.slice(0, offset).split('\n');
  return `Line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: `;
}
