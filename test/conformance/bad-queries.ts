import { pathOf, type Case, type ValidRequest } from './cases.ts';
import { alternatives, type Description, type OperationDescription, type Schema } from './description.ts';
import type { Operation } from './operation.ts';

/** The text of a field, and the statuses that are right. */
type Verdict = readonly [text: string, expected?: readonly number[] | undefined];

/** Fields whose values name something: what does not exist is not found, whatever its form (contract 14). */
const SCOPE = new Set(['project_id', 'organization_id']);

/** Each query field mistyped, empty, repeated and out of range, and one that does not exist. */
export function* queryCases(
  operation: Operation,
  described: OperationDescription,
  valid: ValidRequest,
  description: Description,
): Generator<Case> {
  const { method, path, success } = operation;
  const request = (query: string): Case['request'] => {
    const own = new URLSearchParams(valid.query).toString();
    return {
      ...valid,
      method,
      path: pathOf(path, valid.ids, [own, query].filter((part) => part !== '').join('&')),
    };
  };
  for (const query of operation.queries ?? []) {
    yield { what: query, request: request(query), expected: [success] };
  }
  yield { what: 'unknown query field', request: request('x_not_there=1'), expected: [success] };
  yield { what: 'query that is none', request: request('&&=&%zz=%zz&a[b][c]=1'), expected: [success] };
  for (const { name, in: where, schema, required } of described.parameters ?? []) {
    if (where !== 'query') continue;
    if (required) {
      const bare = { ...valid, method, path: pathOf(path, valid.ids, '') };
      yield { what: `${name} left out`, request: bare, expected: [422], place: ['query', name] };
      yield { what: `${name} empty`, request: { ...bare, path: `${bare.path}?${name}=` }, expected: [422] };
    } else {
      yield { what: `${name} empty`, request: request(`${name}=`), expected: [success] };
      yield { what: `${name} empty twice`, request: request(`${name}=&${name}=`), expected: [success] };
    }
    for (const [text, expected] of textsFor(name, schema, success, description)) {
      const refused = expected?.length === 1 && expected[0] === 422;
      yield {
        what: `${name}=${text.slice(0, 40)}`,
        request: request(`${name}=${text}`),
        ...(expected && { expected }),
        ...(refused && { place: ['query', name] }),
      };
    }
  }
}

function* textsFor(
  name: string,
  schema: Schema,
  success: number,
  description: Description,
): Generator<Verdict> {
  const forms = alternatives(schema, description).filter(({ type }) => type !== 'null');
  const form = forms.flatMap((one) => (one.items ? alternatives(one.items, description) : [one]))[0] ?? {};
  yield ['a'.repeat(4_000)];
  yield ['%ED%A0%80'];
  yield ['%zz'];
  if (SCOPE.has(name)) {
    yield ['nonsense', [404]];
    yield ['0190a1b2-0000-7000-8000-000000000000', [404]];
    yield ['%00', [404, 422]];
    return;
  }
  const bad: readonly number[] = [422];
  switch (form.type) {
    case 'integer':
      for (const text of ['abc', '1.5', '1e3', '99999999999999999999', '%00', '1,2', 'NaN'])
        yield [text, bad];
      for (const text of ['0', '-1']) yield [text, name === 'page_size' ? bad : undefined];
      for (const text of ['2147483648', '9007199254740991']) yield [text];
      yield ['1', [success]];
      return;
    case 'boolean':
      for (const text of ['perhaps', '2', '%00']) yield [text, bad];
      for (const text of ['true', 'False', '1']) yield [text, [success]];
      return;
    default:
      yield* textFormFor(name, form, success);
  }
}

function* textFormFor(name: string, form: Schema, success: number): Generator<Verdict> {
  const bad: readonly number[] = [422];
  yield ['a%00b', bad];
  if (form.enum) {
    yield ['x-not-permitted', bad];
    for (const value of form.enum) yield [String(value), name === 'status' ? undefined : [success]];
  } else if (form.format === 'date-time') {
    for (const text of ['yesterday', '12', '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z']) yield [text, bad];
    for (const text of ['0001-01-01T00:00:00Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59%2B00:00'])
      yield [text];
    for (const text of ['%2B275760-09-13T00:00:00Z', '-271821-04-20T00:00:00Z', '99999-01-01']) yield [text];
    for (const text of ['2026-01-31', '2026-01-31T08:00:00', '2026-01-31T08:00:00.123456Z'])
      yield [text, [success]];
  } else if (form.format === 'uuid') {
    yield ['nonsense', bad];
    yield ['0190a1b2-0000-7000-8000-000000000000', [success]];
  } else if (name === 'page_token') {
    for (const text of ['x', 'eyJhIjoxfQ', '%20', 'AAAA.BBBB']) yield [text, [400, 422]];
  } else if (name !== 'order_by') yield ['%27%25_%5C%F0%9F%91%A9', [success]];
}
