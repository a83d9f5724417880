import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parseDateTime } from '../../src/http/validation/date-time.ts';
import { findOperation, type Description, type Schema } from './description.ts';
import type { WireAnswer } from './send.ts';

/** Everything an answer does that no answer may do, whatever was asked. */
export function contractBreaches({ status, headers, text }: WireAnswer): string[] {
  const breaches: string[] = [];
  if (status >= 500) breaches.push(`answers ${status}`);
  if (status === 409) breaches.push('answers 409, which clients retry');
  if (typeof headers['x-request-id'] !== 'string') breaches.push('has no x-request-id');
  if (status === 204) return text === '' ? breaches : [...breaches, '204 with a body'];
  if (!String(headers['content-type']).startsWith('application/json')) {
    return [...breaches, `content type ${String(headers['content-type'])}`];
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return [...breaches, 'is not JSON'];
  }
  if (status >= 400) breaches.push(...errorBreaches(status, body));
  return breaches;
}

function errorBreaches(status: number, body: unknown): string[] {
  const { detail } = (body ?? {}) as { detail?: unknown };
  if (status !== 422) {
    return typeof detail === 'string' && detail !== '' ? [] : [`${status} without a sentence in detail`];
  }
  if (!Array.isArray(detail) || detail.length === 0) return ['422 without a list in detail'];
  return detail.flatMap((issue: Partial<Issue>) =>
    typeof issue.type === 'string' &&
    typeof issue.msg === 'string' &&
    Array.isArray(issue.loc) &&
    ['body', 'query', 'path'].includes(String(issue.loc[0]))
      ? []
      : [`422 with an issue that is none: ${JSON.stringify(issue)}`],
  );
}

interface Issue {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

/** Whether a 422 names a place, or something inside it. */
export function namesPlace(text: string, place: readonly (string | number)[]): boolean {
  const { detail } = JSON.parse(text) as { detail: readonly Issue[] };
  return detail.some(({ loc }) => place.every((key, at) => String(key) === String(loc[at])));
}

/** Holds successful answers against the schemas of a description. */
export function createBodyCheck(description: Description) {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  ajv.addFormat('date-time', (text: string) => text.endsWith('Z') && parseDateTime(text) !== undefined);
  ajv.addFormat('uuid', /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  ajv.addFormat('uri', (text: string) => URL.canParse(text));
  ajv.addFormat('binary', true);
  ajv.addSchema({ $id: 'api', components: description.components });
  const validators = new Map<string, ValidateFunction>();

  return (method: string, path: string, { status, text }: WireAnswer): string[] => {
    // Nothing to hold against a schema; that there is no body is a rule of its own.
    if (status === 204) return [];
    const operation = findOperation(description, method, path);
    const answer = operation?.responses[String(status)];
    if (!answer) return [`answers ${status}, which is not described`];
    const schema = answer.content?.['application/json']?.schema;
    if (!schema) return [];
    const key = `${method} ${path} ${status}`;
    const validate = validators.get(key) ?? ajv.compile(rebased(schema) as Schema & object);
    validators.set(key, validate);
    if (validate(JSON.parse(text))) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `body${instancePath} ${message ?? ''}`);
  };
}

/** The schema with its references pointing into the description. */
function rebased(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(rebased);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) =>
      key === '$ref' && typeof value === 'string' ? [key, `api${value}`] : [key, rebased(value)],
    ),
  );
}
