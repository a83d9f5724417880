import { expect, test } from 'vitest';
import { checkExtractSchema } from './check-schema.ts';
import { MAX_SCHEMA_CHARACTERS, MAX_SCHEMA_LEVELS, MAX_SCHEMA_PROPERTIES } from './walk.ts';

const text = { type: 'string' };
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
/** The one property `a` of a root, to look at a field by itself. */
const field = (schema: unknown) => object({ a: schema });

function normalField(schema: unknown): unknown {
  const checked = checkExtractSchema(field(schema));
  return checked.ok ? checked.schema.properties['a'] : checked;
}

function problems(schema: unknown): unknown[][] {
  const checked = checkExtractSchema(schema);
  return checked.ok ? [] : checked.violations.map(({ path, type }) => [path.join('.'), type]);
}

test('a plain schema comes back as it is, with its words', () => {
  const schema = {
    ...object(
      {
        number: { type: 'string', description: 'Top right.', title: 'No.' },
        lines: { type: 'array', items: object({ amount: { type: 'number' } }, { required: ['amount'] }) },
        paid: { type: 'boolean', default: false },
        currency: { type: 'string', enum: ['EUR', 'USD'] },
      },
      { required: ['number'] },
    ),
    description: 'An invoice',
    additionalProperties: false,
  };
  expect(checkExtractSchema(schema)).toEqual({ ok: true, schema });
});

test('every way to say that a value may be null has one form', () => {
  const normal = { anyOf: [text, { type: 'null' }], description: 'd' };
  expect(normalField({ anyOf: [text, { type: 'null' }], description: 'd' })).toEqual(normal);
  expect(normalField({ anyOf: [{ type: 'null' }, text], description: 'd' })).toEqual(normal);
  expect(normalField({ type: ['string', 'null'], description: 'd' })).toEqual(normal);
  expect(normalField({ anyOf: [{ ...text, description: 'd' }] })).toEqual({ ...text, description: 'd' });
  expect(normalField({ anyOf: [{ type: ['string', 'null'], description: 'd' }] })).toEqual(normal);
  expect(normalField({ enum: ['x', null] })).toEqual({
    anyOf: [{ type: 'string', enum: ['x'] }, { type: 'null' }],
  });
});

test('a missing type is read from what there is', () => {
  expect(normalField({ enum: [1, 2.5] })).toEqual({ type: 'number', enum: [1, 2.5] });
  expect(normalField({ const: 3 })).toEqual({ type: 'integer', enum: [3] });
  expect(normalField({ items: text })).toEqual({ type: 'array', items: text });
  expect(normalField({ properties: { b: text } })).toEqual({ ...object({ b: text }), required: [] });
});

test('what schema generators write is understood: definitions, references, allOf, titles', () => {
  const generated = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Invoice',
    $defs: { Party: object({ name: text }, { title: 'Party' }), 'a/b': text },
    ...object({
      seller: { $ref: '#/$defs/Party' },
      buyer: { allOf: [{ $ref: '#/$defs/Party' }], description: 'Who pays' },
      agent: { anyOf: [{ $ref: '#/$defs/Party' }, { type: 'null' }], default: null },
      code: { $ref: '#/$defs/a~1b' },
    }),
  };
  const party = { ...object({ name: text }), title: 'Party', required: [] };
  expect(checkExtractSchema(generated)).toEqual({
    ok: true,
    schema: {
      title: 'Invoice',
      type: 'object',
      required: [],
      properties: {
        seller: party,
        buyer: { ...party, description: 'Who pays' },
        agent: { anyOf: [party, { type: 'null' }], default: null },
        code: text,
      },
    },
  });
  expect(problems({ $ref: '#/$defs/Party', $defs: generated.$defs })).toEqual([]);
});

test.each<[string, unknown, string, string]>([
  ['no object', [], '', 'dict_type'],
  ['a root without a type', {}, 'type', 'missing'],
  ['a root that is a list', { type: 'array', items: text }, 'type', 'value_error'],
  ['a root that may be null', { anyOf: [object({ a: text }), { type: 'null' }] }, 'type', 'value_error'],
  ['no properties', { type: 'object' }, 'properties', 'missing'],
  ['empty properties', { type: 'object', properties: {} }, 'properties', 'value_error'],
  ['a property that is no schema', field('text'), 'properties.a', 'dict_type'],
  ['an unknown type', field({ type: 'date' }), 'properties.a.type', 'enum'],
  ['only null', field({ type: 'null' }), 'properties.a.type', 'value_error'],
  ['no type at all', field({ description: 'd' }), 'properties.a.type', 'missing'],
  ['two types', field({ type: ['string', 'integer'] }), 'properties.a.type', 'value_error'],
  ['a union', field({ anyOf: [text, { type: 'integer' }] }), 'properties.a.anyOf', 'value_error'],
  ['an empty union', field({ anyOf: [] }), 'properties.a.anyOf', 'value_error'],
  ['a bad branch', field({ anyOf: [{ type: 'null' }, 7] }), 'properties.a.anyOf.1', 'dict_type'],
  ['oneOf', field({ ...text, oneOf: [] }), 'properties.a.oneOf', 'value_error'],
  ['a list without items', field({ type: 'array' }), 'properties.a.items', 'missing'],
  ['items that are a list', field({ type: 'array', items: [text] }), 'properties.a.items', 'dict_type'],
  ['a free map', field({ type: 'object', additionalProperties: text }), 'properties.a.properties', 'missing'],
  [
    'open properties',
    field(object({ b: text }, { additionalProperties: text })),
    'properties.a.additionalProperties',
    'value_error',
  ],
  ['an empty enum', field({ ...text, enum: [] }), 'properties.a.enum', 'value_error'],
  ['an enum of objects', field({ enum: ['x', {}] }), 'properties.a.enum.1', 'value_error'],
  ['an enum of another type', field({ ...text, enum: ['x', 1] }), 'properties.a.enum.1', 'value_error'],
  ['a mixed enum', field({ enum: ['x', 1] }), 'properties.a.type', 'missing'],
  ['null in an enum only', field({ ...text, enum: ['x', null] }), 'properties.a.type', 'value_error'],
  ['a const of another type', field({ type: 'integer', const: 1.5 }), 'properties.a.const', 'value_error'],
  [
    'a description that is no text',
    field({ ...text, description: 1 }),
    'properties.a.description',
    'string_type',
  ],
  ['required that is no list', object({ a: text }, { required: 'a' }), 'required', 'list_type'],
  ['a reference to nowhere', field({ $ref: '#/$defs/X' }), 'properties.a.$ref', 'value_error'],
  ['a reference outside', field({ $ref: 'https://x/y.json' }), 'properties.a.$ref', 'value_error'],
  ['several allOf', field({ allOf: [text, text] }), 'properties.a.allOf', 'value_error'],
])('%s is refused at its place', (_, schema, path, type) => {
  expect(problems(schema)).toEqual([[path, type]]);
});

test('a schema that contains itself is refused, at the reference', () => {
  const schema = {
    ...object({ top: { $ref: '#/$defs/N' } }),
    $defs: { N: object({ next: { $ref: '#/$defs/N' } }) },
  };
  expect(problems(schema)).toEqual([['$defs.N.properties.next.$ref', 'value_error']]);
  const loop = { ...object({ a: { $ref: '#/$defs/A' } }), $defs: { A: { anyOf: [{ $ref: '#/$defs/A' }] } } };
  expect(problems(loop)).toEqual([['$defs.A.anyOf.0.$ref', 'value_error']]);
});

test('every problem is told once, each at its place', () => {
  const schema = {
    ...object({ a: { $ref: '#/$defs/D' }, b: { $ref: '#/$defs/D' }, c: 1 }, { required: [5] }),
    $defs: { D: { type: 'x' } },
  };
  expect(problems(schema)).toEqual([
    ['$defs.D.type', 'enum'],
    ['properties.c', 'dict_type'],
    ['required.0', 'string_type'],
  ]);
});

function nested(levels: number, leaf: object = text): object {
  return levels === 0 ? leaf : object({ a: nested(levels - 1, leaf) });
}

test('depth: the root is the first level, and lists belong to the object around them', () => {
  expect(problems(nested(MAX_SCHEMA_LEVELS))).toEqual([]);
  expect(problems(nested(MAX_SCHEMA_LEVELS, { type: 'array', items: text }))).toEqual([]);
  const deep = `properties.a.`.repeat(MAX_SCHEMA_LEVELS).slice(0, -1);
  expect(problems(nested(MAX_SCHEMA_LEVELS + 1))).toEqual([[deep, 'value_error']]);
  expect(problems(nested(MAX_SCHEMA_LEVELS, { type: 'array', items: nested(1) }))).toEqual([
    [`${deep}.items`, 'value_error'],
  ]);
  let lists: object = text;
  for (let depth = 0; depth < 20; depth += 1) lists = { items: lists };
  expect(problems(field(lists))).toMatchObject([[expect.stringMatching(/items$/), 'value_error']]);
});

test('size: properties are counted wherever they stand, references included', () => {
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, text]));
  expect(problems(object(many(MAX_SCHEMA_PROPERTIES)))).toEqual([]);
  expect(problems(object(many(MAX_SCHEMA_PROPERTIES + 1)))).toEqual([['', 'too_long']]);
  // 10^6 properties once the references are followed, in a schema of a few hundred characters.
  const tens = (ref: string) =>
    object(Object.fromEntries('0123456789'.split('').map((name) => [name, { $ref: ref }])));
  const $defs = {
    a: tens('#/$defs/b'),
    b: tens('#/$defs/c'),
    c: tens('#/$defs/d'),
    d: tens('#/$defs/e'),
    e: text,
  };
  expect(problems({ ...tens('#/$defs/a'), $defs })).toEqual([['', 'too_long']]);
});

test('size: names, descriptions and permitted values are counted together', () => {
  const half = MAX_SCHEMA_CHARACTERS / 2;
  const of = (length: number) =>
    field({ type: 'string', description: 'd'.repeat(half), enum: ['e'.repeat(length)] });
  expect(problems(of(half - 1))).toEqual([]);
  expect(problems(of(half))).toEqual([['', 'too_long']]);
});

test('a name that objects have by themselves is a name like any other', () => {
  const schema = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}') as object;
  const checked = checkExtractSchema(schema);
  expect(checked.ok && Object.keys(checked.schema.properties)).toEqual(['__proto__']);
  expect(checkExtractSchema(object({ a: text }, { required: ['toString', 'a', 'a'] }))).toMatchObject({
    schema: { required: ['a'] },
  });
  expect(problems(field({ $ref: '#/$defs/toString' }))).toEqual([['properties.a.$ref', 'value_error']]);
});

test('what bounds values belongs to the value, also when it stands beside anyOf', () => {
  expect(normalField({ anyOf: [text, { type: 'null' }], format: 'date', title: 'T' })).toEqual({
    title: 'T',
    anyOf: [{ type: 'string', format: 'date' }, { type: 'null' }],
  });
});

test('bounds that no value could be checked against are refused', () => {
  expect(problems(field({ type: 'string', pattern: '(' }))).toEqual([
    ['properties.a.pattern', 'value_error'],
  ]);
  expect(problems(field({ type: 'string', format: 5 }))).toEqual([['properties.a.format', 'value_error']]);
  expect(problems(field({ type: ['number', 'null'], minimum: '1' }))).toEqual([
    ['properties.a.minimum', 'value_error'],
  ]);
  expect(problems(field({ type: 'array', items: text, maxItems: -1 }))).toEqual([
    ['properties.a.maxItems', 'value_error'],
  ]);
  expect(problems(field({ type: 'boolean', minimum: 'of other types' }))).toEqual([]);
});

test('bounds that leave no value are refused', () => {
  expect(problems(field({ type: 'number', minimum: 2, maximum: 1 }))).toEqual([
    ['properties.a.minimum', 'value_error'],
  ]);
  expect(problems(field({ type: 'integer', exclusiveMinimum: 1, maximum: 1 }))).toEqual([
    ['properties.a.exclusiveMinimum', 'value_error'],
  ]);
  expect(problems(field({ type: 'string', minLength: 3, maxLength: 2 }))).toEqual([
    ['properties.a.minLength', 'value_error'],
  ]);
  expect(problems(field({ items: text, minItems: 3, maxItems: 2 }))).toEqual([
    ['properties.a.minItems', 'value_error'],
  ]);
  expect(problems(field({ type: 'number', minimum: 1, maximum: 1 }))).toEqual([]);
});
