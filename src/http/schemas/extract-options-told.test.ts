import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { toldExtractParameters } from '../../model/extract-parameters.ts';
import { ExtractConfiguration } from './extract-parameters.ts';

const DOCUMENT = fileURLToPath(new URL('../../../docs/extraction.md', import.meta.url));

const options = Object.keys(ExtractConfiguration.properties).toSorted();

test('docs/extraction.md says of every option what it does', () => {
  const [, table = ''] = readFileSync(DOCUMENT, 'utf8').split('### What each option does');
  const rows = [...(table.split('\n###')[0] ?? '').matchAll(/^\| `(\w+)` +\| \S/gm)].map((match) => match[1]);
  expect(rows).toEqual(options);
});

test('a job tells every option, with its default where it was not given', () => {
  expect(Object.keys(toldExtractParameters({})).toSorted()).toEqual(options);
});
