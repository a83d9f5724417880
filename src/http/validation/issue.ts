import type { ValidationIssue } from '../../errors.ts';
import { isJsonObject } from './json-schema.ts';

export type Location = readonly (string | number)[];

/** What is wrong, without where. */
export interface Problem {
  readonly type: string;
  readonly msg: string;
  readonly ctx?: Readonly<Record<string, unknown>>;
}

/** Inputs longer than this, as JSON, are not echoed. */
const MAX_ECHO_LENGTH = 200;

/** Fields whose values never come back: they may hold credentials. */
const SECRET_FIELD = /secret|password|passwd|authorization|token|api_?key|cookie|credential|webhook_headers/i;

/** Links may hold credentials too, in their user part or query. */
const LINK = /:\/\//;

/** An issue at `loc`, with the offending input echoed when it is short and holds nothing secret. */
export function issueAt(loc: Location, problem: Problem, input: unknown): ValidationIssue {
  const echo = echoable(loc, input);
  return {
    type: problem.type,
    loc,
    msg: problem.msg,
    ...(echo && { input }),
    ...(problem.ctx && { ctx: problem.ctx }),
  };
}

function echoable(loc: Location, input: unknown): boolean {
  if (input === undefined || loc.some((key) => typeof key === 'string' && SECRET_FIELD.test(key)))
    return false;
  if (typeof input === 'string' && input.length > MAX_ECHO_LENGTH) return false;
  if (holdsSecret(input, 4)) return false;
  return JSON.stringify(input).length <= MAX_ECHO_LENGTH;
}

/** True when in doubt: an input nested deeper than `depth`, or a long list, is not worth echoing anyway. */
function holdsSecret(input: unknown, depth: number): boolean {
  if (typeof input === 'string') return LINK.test(input);
  if (typeof input !== 'object' || input === null) return false;
  if (depth === 0) return true;
  if (Array.isArray(input)) return input.length > 50 || input.some((item) => holdsSecret(item, depth - 1));
  if (!isJsonObject(input)) return true;
  const keys = Object.keys(input);
  return keys.length > 50 || keys.some((key) => SECRET_FIELD.test(key) || holdsSecret(input[key], depth - 1));
}

/** `'a'`, `'a' or 'b'`, `'a', 'b' or 'c'`. */
export function choices(values: readonly unknown[]): string {
  const quoted = values.map((value) => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value)));
  if (quoted.length < 2) return quoted.join('');
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

/** The value is not among those permitted. */
export function notPermitted(permitted: readonly unknown[]): Problem {
  const expected = choices(permitted);
  const type = permitted.length === 1 ? 'literal_error' : 'enum';
  return { type, msg: `Input should be ${expected}`, ctx: { expected } };
}
