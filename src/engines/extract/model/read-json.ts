import { jsonrepair } from 'jsonrepair';

/** Longer answers are no data. */
const LONGEST = 4_000_000;
/** Levels of objects and lists: schemas have at most seven of objects, with lists between them. */
const DEEPEST = 64;

/** A JSON object or list as a model wrote it. */
export type RawJson = Readonly<Record<string, unknown>> | readonly unknown[];

/**
 * Reads the object or list that an answer holds: inside a fence, amid prose, with trailing commas, single quotes,
 * comments. @returns undefined when there is none
 */
export function readJson(text: string): RawJson | undefined {
  if (text.length > LONGEST) return undefined;
  const inner = withoutSurroundings(text);
  return inner === undefined ? undefined : (parsed(text) ?? parsed(inner) ?? repaired(inner));
}

/**
 * The same of an answer that was cut off: everything up to the last value that is surely complete. A string or number at
 * the very end may go on, so it is left out.
 */
export function readCutOffJson(text: string): RawJson | undefined {
  if (text.length > LONGEST) return undefined;
  const start = text.search(/[[{]/);
  if (start < 0) return undefined;
  const closed = closeCutOff(text.slice(start));
  return closed === undefined ? undefined : (parsed(closed) ?? repaired(closed));
}

function parsed(text: string): RawJson | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as RawJson) : undefined;
  } catch {
    return undefined;
  }
}

function repaired(text: string): RawJson | undefined {
  try {
    return parsed(jsonrepair(text));
  } catch {
    // What cannot be repaired, or is nested deeper than the stack, is no answer.
    return undefined;
  }
}

/** What begins with the first bracket, and ends with the last one where there is one behind it. */
function withoutSurroundings(text: string): string | undefined {
  const fenced = /```[a-z]*\s*\n([\s\S]*?)\n\s*```/i.exec(text)?.[1];
  const body = fenced !== undefined && /[[{]/.test(fenced) ? fenced : text;
  const start = body.search(/[[{]/);
  if (start < 0) return undefined;
  const end = Math.max(body.lastIndexOf('}'), body.lastIndexOf(']'));
  return end > start ? body.slice(start, end + 1) : body.slice(start);
}

/** Cuts back to the last comma or closed bracket outside of strings, and closes what is open there. */
function closeCutOff(text: string): string | undefined {
  const open: string[] = [];
  let quoted = false;
  let safe: { end: number; closers: string } | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign === '\\') at += 1;
      else if (sign === '"') quoted = false;
      continue;
    }
    if (sign === '"') quoted = true;
    else if (sign === '{' || sign === '[') {
      open.push(sign === '{' ? '}' : ']');
      if (open.length > DEEPEST) return undefined;
      safe = { end: at + 1, closers: open.toReversed().join('') };
    } else if (sign === '}' || sign === ']') {
      if (open.pop() !== sign) return undefined;
      safe = { end: at + 1, closers: open.toReversed().join('') };
      if (open.length === 0) break;
    } else if (sign === ',') safe = { end: at, closers: open.toReversed().join('') };
  }
  return safe && text.slice(0, safe.end) + safe.closers;
}
