/** A text as JSON, or why it is none and where. */
export type JsonReading =
  | { readonly ok: true; readonly value: Record<string, unknown> }
  | { readonly ok: false; readonly problem: string };

/** Reads an object. The place of a fault is told by line and column, counted from 1. */
export function readJsonObject(text: string): JsonReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, problem: `${placeOf(text, error)}this is not valid JSON` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, problem: 'this must be a JSON object: { … }' };
  }
  return { ok: true, value: value as Record<string, unknown> };
}

/** Browsers tell the place in words of their own: "at position 12" or "line 2 column 3". */
function placeOf(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const told = /line (\d+) column (\d+)/.exec(message);
  if (told) return `Line ${told[1]}, column ${told[2]}: `;
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return `Line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: `;
}
