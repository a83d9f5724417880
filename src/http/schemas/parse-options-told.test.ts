import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { JOB_KEYS, LOCALLY_APPLIED_OPTIONS } from '../../model/applied-options.ts';
import { resolveParseOptions } from '../../model/parse-options.ts';
import { ParseCreateBody, ParseV2Parameters } from './parse-parameters.ts';

/** The part of JSON Schema that the parse options are written in. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly default?: unknown;
}

interface Leaf {
  readonly path: string;
  /** A valid value that is not the default. */
  readonly value: unknown;
}

/** Options that need nothing done: what they ask for is so in any case. */
const SO_IN_ANY_CASE = [
  'output_options.spatial_text.do_not_unroll_columns',
  'processing_control.job_failure_conditions.fail_on_markdown_reconstruction_error',
];

function leavesOf(schema: Schema, prefix = ''): Leaf[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, given]): Leaf[] => {
    if (prefix === '' && JOB_KEYS.has(key)) return [];
    const path = prefix + key;
    const own = given.anyOf?.find((choice) => choice.type !== 'null') ?? given;
    return own.properties ? leavesOf(own, `${path}.`) : [{ path, value: sample(own, path) }];
  });
}

function sample(schema: Schema, path: string): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum.at(-1);
  switch (schema.type) {
    case 'boolean':
      return schema.default !== true;
    case 'integer':
      return 7;
    case 'number':
      return 0.5;
    case 'string':
      return path.endsWith('target_pages') ? '2' : 'x';
    case 'array':
      return [schema.items?.properties ? { parsing_conf: {} } : sample(schema.items ?? {}, path)];
    default:
      throw new Error(`${path} has a schema that this test cannot read: ${JSON.stringify(schema)}`);
  }
}

function asParameters({ path, value }: Leaf): Record<string, unknown> {
  return path
    .split('.')
    .toReversed()
    .reduce<unknown>((inner, key) => ({ [key]: inner }), value) as Record<string, unknown>;
}

const LEAVES = leavesOf(ParseCreateBody);
const DEFAULTS = resolveParseOptions({}).options;

test('a job takes the same options as a saved configuration', () => {
  const saved = leavesOf(ParseV2Parameters);
  expect(LEAVES.map((leaf) => leaf.path)).toEqual(saved.map((leaf) => leaf.path));
  expect(LEAVES.length).toBeGreaterThan(45);
});

test('only options that exist count as applied', () => {
  const paths = new Set(LEAVES.map((leaf) => leaf.path));
  expect([...LOCALLY_APPLIED_OPTIONS].filter((path) => !paths.has(path))).toEqual([]);
});

test.each(LEAVES)('$path is applied or reported', (leaf) => {
  const { options, optionsNotApplied } = resolveParseOptions(asParameters(leaf));
  if (!LOCALLY_APPLIED_OPTIONS.has(leaf.path)) {
    expect(optionsNotApplied).toEqual([leaf.path]);
    expect(options).toEqual(DEFAULTS);
    return;
  }
  expect(optionsNotApplied).toEqual([]);
  if (SO_IN_ANY_CASE.includes(leaf.path)) expect(options).toEqual(DEFAULTS);
  else expect(options).not.toEqual(DEFAULTS);
});

test('the documentation lists every option and says which are not applied', () => {
  const page = readFileSync(fileURLToPath(new URL('../../../docs/parsing.md', import.meta.url)), 'utf8');
  const rows = new Map(
    [...page.matchAll(/^\| `([\w.]+)` +\| (.*?) *\|$/gm)].map(([, path = '', told = '']) => [path, told]),
  );
  expect([...rows.keys()].toSorted()).toEqual(LEAVES.map((leaf) => leaf.path).toSorted());
  for (const [path, told] of rows) {
    expect([path, told.startsWith('not applied')]).toEqual([path, !LOCALLY_APPLIED_OPTIONS.has(path)]);
  }
});
