import { expect, test } from 'vitest';
import { changedValues } from './bad-values.ts';
import { contractBreaches, createBodyCheck, namesPlace } from './check-answer.ts';
import type { Description, Schema } from './description.ts';

/** The tests of the tests: what the conformance run relies on to see a fault. */
const description: Description = {
  paths: {
    '/things': {
      get: {
        responses: {
          '200': { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
        },
      },
    },
  },
  components: {
    schemas: {
      Thing: {
        type: 'object',
        properties: {
          name: { type: 'string', minLength: 1 },
          size: { anyOf: [{ type: 'integer', maximum: 9 }, { type: 'null' }] },
        },
        required: ['name'],
        additionalProperties: false,
      },
    },
  },
};
const thing: Schema = { $ref: '#/components/schemas/Thing' };

function changes(schema: Schema, value: unknown, verdict: string): string[] {
  return [...changedValues(schema, value, description)]
    .filter((change) => change.verdict === verdict)
    .map(({ path, what }) => `${path.join('.')}: ${what}`);
}

test('every rule of a schema is broken once', () => {
  expect(changes(thing, { name: 'a' }, 'bad')).toEqual([
    ': string instead',
    ': number 7 instead',
    ': number 1.5 instead',
    ': boolean instead',
    ': list instead',
    ': null instead',
    'name: left out',
    ...['number 7', 'number 1.5', 'boolean', 'list', 'object', 'null'].map((type) => `name: ${type} instead`),
    'name: too short',
    'name: with NUL',
    'name: with half a surrogate pair',
    ...['string', 'number 1.5', 'boolean', 'list', 'object'].map((type) => `size: ${type} instead`),
    'size: above the maximum',
    'x_not_there: unknown field',
  ]);
  expect(
    changes({ ...description.components.schemas['Thing'], additionalProperties: true }, {}, 'good'),
  ).toEqual(['x_not_there: unknown field']);
});

test('a change leaves everything else as it is', () => {
  const value = { name: 'a', size: 3 };
  const bodies = [...changedValues(thing, value, description)];
  const without = bodies.find(({ what }) => what === 'left out');
  expect(without?.value).toEqual({ size: 3 });
  expect(bodies.find(({ what }) => what === 'above the maximum')?.value).toEqual({ name: 'a', size: 10 });
  expect(value).toEqual({ name: 'a', size: 3 });
});

const JSON_HEADERS = { 'x-request-id': '1', 'content-type': 'application/json; charset=utf-8' };
const answer = (status: number, body: unknown, headers: Record<string, string> = JSON_HEADERS) => ({
  status,
  headers,
  text: JSON.stringify(body),
});
const issue = { type: 'missing', loc: ['body', 'name'], msg: 'Field required' };

test.each([
  ['success', answer(200, {}), 0],
  ['an error', answer(404, { detail: 'Thing not found' }), 0],
  ['a validation error', answer(422, { detail: [issue] }), 0],
  ['nothing', { status: 204, headers: { 'x-request-id': '1' }, text: '' }, 0],
  ['our fault', answer(500, { detail: 'x' }), 1],
  ['a conflict', answer(409, { detail: 'x' }), 1],
  ['no id', answer(200, {}, { 'content-type': 'application/json' }), 1],
  ['another type', answer(200, {}, { ...JSON_HEADERS, 'content-type': 'text/html' }), 1],
  ['no sentence', answer(400, { detail: [issue] }), 1],
  ['no list', answer(422, { detail: 'x' }), 1],
  ['an empty list', answer(422, { detail: [] }), 1],
  ['a place outside the request', answer(422, { detail: [{ ...issue, loc: ['name'] }] }), 1],
  ['204 with a body', { status: 204, headers: { 'x-request-id': '1' }, text: '{}' }, 1],
])('breaches of the contract are seen: %s', (_, given, count) => {
  expect(contractBreaches(given)).toHaveLength(count);
});

test('a body is held against its description, and a 422 against the place of the fault', () => {
  const check = createBodyCheck(description);
  expect(check('GET', '/things', answer(200, { name: 'a', size: null }))).toEqual([]);
  expect(check('GET', '/things', answer(200, { size: 3, x: 1 }))).toHaveLength(2);
  expect(check('GET', '/things', answer(201, {}))).toHaveLength(1);
  const { text } = answer(422, { detail: [issue] });
  expect(namesPlace(text, ['body', 'name'])).toBe(true);
  expect(namesPlace(text, ['body'])).toBe(true);
  expect(namesPlace(text, ['body', 'size'])).toBe(false);
});
