import { randomUUID } from 'node:crypto';
import { pathOf, type Case, type ValidRequest } from './cases.ts';
import type { Operation } from './operation.ts';

/** Ids that no resource has, escaped as they go over the wire. */
const NONSENSE = [
  'x',
  '0',
  '-1',
  'null',
  'undefined',
  '%20',
  '%F0%9F%91%A9',
  '%00',
  'a%00b',
  '%25',
  '%2F',
  '..%2F..%2Fetc',
  '%27%20or%20%271%27%3D%271',
  '%7B%7D',
  'a'.repeat(300),
  'a'.repeat(5_000),
  '%C3%A4'.repeat(200),
];

/** Each id of the path unknown or nonsense, one at a time. An id in the form of a UUID may also be a 422. */
export function* badPaths(operation: Operation, valid: ValidRequest): Generator<Case> {
  const { method, path: template } = operation;
  for (const [name, id] of Object.entries(valid.ids)) {
    if (!template.includes(`{${name}}`)) continue;
    const request = (value: string): Case['request'] => ({
      ...valid,
      method,
      path: pathOf(template, { ...valid.ids, [name]: value }, valid.query),
    });
    const unknown = id.replace(/[\da-f-]{36}$/, randomUUID());
    yield { what: `${name} unknown`, request: request(unknown), expected: [404] };
    yield { what: `${name} of another kind`, request: request(`zzz-${randomUUID()}`), expected: [404, 422] };
    for (const value of NONSENSE) {
      yield { what: `${name} = ${value.slice(0, 30)}`, request: request(value), expected: [404, 422] };
    }
    for (const value of ['%zz', '%', '%FF', '%ED%A0%80']) {
      yield { what: `${name} = ${value}`, request: request(value), expected: [400] };
    }
    yield { what: `${name} empty`, request: request(''), expected: [404, 405] };
  }
  const request = { ...valid, method: 'TRACE', path: pathOf(template, valid.ids, '') };
  yield { what: 'a method that is not there', request, expected: [404, 405] };
}
