import type { Random } from '../crash/random.ts';
import { changedValues, type ChangedValue } from './bad-values.ts';
import { pathOf, type Case, type ValidRequest } from './cases.ts';
import type { Description, OperationDescription, Schema } from './description.ts';
import type { Operation } from './operation.ts';
import { formOf, type WireRequest } from './send.ts';
import { jsonOf } from './site.ts';

/** Changes of one body that are tried; a large schema has thousands, and chance picks among them. */
const MAX_CHANGES = 120;

/** Every body of an operation with one thing changed at a time, as its schema says what is right. */
export function* changedBodies(
  operation: Operation,
  schema: Schema,
  valid: ValidRequest,
  { bodies, description, random }: { bodies: readonly unknown[]; description: Description; random: Random },
): Generator<Case> {
  const { method, success } = operation;
  const path = pathOf(operation.path, valid.ids, valid.query);
  for (const body of bodies) {
    yield { what: 'valid', request: { method, path, ...jsonOf(body) }, expected: [success] };
    const all = [...changedValues(schema, body, description)].filter(({ path: at }) => at.length > 0);
    for (const change of sampled(all, random)) {
      yield {
        what: `${change.path.join('.')}: ${change.what}`,
        request: { method, path, ...jsonOf(change.value) },
        ...expectationOf(change, success),
      };
    }
  }
}

function expectationOf(
  { verdict, path, what }: ChangedValue,
  success: number,
): Pick<Case, 'expected' | 'place'> {
  if (verdict === 'free') return {};
  if (verdict === 'good') return { expected: [success] };
  // Text that cannot be stored is refused before the rest is looked at; a key cannot be named then.
  return {
    expected: [422],
    place: ['body', ...path.slice(0, what === 'left out' ? undefined : path.length)],
  };
}

function sampled(all: readonly ChangedValue[], random: Random): readonly ChangedValue[] {
  const near = all.filter(({ path }) => path.length < 3);
  const far = random.shuffle(all.filter(({ path }) => path.length >= 3));
  return [...near, ...far.slice(0, Math.max(0, MAX_CHANGES - near.length))];
}

const NESTED = 100_000;

/** Bodies that are no JSON object at all, or come under a wrong name. */
export function* brokenBodies(operation: Operation, valid: ValidRequest): Generator<Case> {
  const { method, success } = operation;
  const path = pathOf(operation.path, valid.ids, valid.query);
  const json = { 'content-type': 'application/json' };
  const as = (
    what: string,
    body: WireRequest['body'],
    expected: readonly number[],
    headers = json,
  ): Case => ({
    what,
    request: { method, path, headers, ...(body !== undefined && { body }) },
    expected,
  });
  const text = String(valid.body);
  yield as('no body', undefined, [422]);
  yield as('empty body', '', [422]);
  for (const body of ['{', '{"a":}', 'nonsense', '{"a":1}}', "{'a':1}", '{"a":NaN}']) {
    yield as(`broken JSON ${body}`, body, [422]);
  }
  for (const body of ['[]', '"text"', '7', 'true', 'null', '[[[]]]']) yield as(`JSON ${body}`, body, [422]);
  yield as('not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), [422]);
  yield as('deep lists', '['.repeat(NESTED) + ']'.repeat(NESTED), [422]);
  const deep = '{"a":'.repeat(NESTED) + '1' + '}'.repeat(NESTED);
  yield as('deep objects', deep, [422]);
  yield as('a deep field', text.replace(/\}$/, `,"x_not_there":${deep}}`), [422]);
  yield as('a number beyond all', text.replace(/\}$/, ',"x_not_there":1e999}'), [422]);
  yield as('a reserved name', text.replace(/\}$/, ',"__proto__":{"a":1}}'), [422]);
  yield as('eleven megabytes', `{"a":"${'a'.repeat(11 * 1024 * 1024)}"}`, [413]);
  for (const type of ['text/plain', 'application/xml', 'application/octet-stream', 'image/png']) {
    yield as(`as ${type}`, text, [415], { 'content-type': type });
  }
  yield as('as a content type that is none', text, [415, 422], { 'content-type': '/' });
  const { headers, body } = formOf({ a: 'b' });
  yield as('as a form', body, [415, 422], headers as typeof json);
  yield as('with a charset', text, [success], { 'content-type': 'application/json; charset=utf-8' });
}

/** The schema of the JSON body, if the operation has one. */
export function bodySchema(described: OperationDescription): Schema | undefined {
  return described.requestBody?.content['application/json']?.schema;
}
