import type { WireRequest } from './send.ts';

/** One request to an operation, and what may come of it. */
export interface Case {
  /** What is special about it, for the report. */
  readonly what: string;
  readonly request: Pick<WireRequest, 'method' | 'path' | 'headers' | 'body'>;
  /** Statuses that are right; absent: any that the contract knows. */
  readonly expected?: readonly number[];
  /** What a 422 must name. */
  readonly place?: readonly (string | number)[];
  /** Headers stand for themselves: no key is added. */
  readonly withoutKey?: true;
}

/** A valid request to an operation, and the parts it is made of. */
export interface ValidRequest {
  readonly ids: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** The path with ids and query in it; ids are taken as they are, already escaped. */
export function pathOf(
  template: string,
  ids: Readonly<Record<string, string>>,
  query: string | object,
): string {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');
  const text = typeof query === 'string' ? query : new URLSearchParams(Object.entries(query)).toString();
  return text === '' ? path : `${path}?${text}`;
}
