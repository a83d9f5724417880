import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readManifest, truthPath } from '../manifest.ts';
import { SCHEMAS } from './schemas.ts';

const CORPORA = resolve('../shared/corpora');
const ROOMS = ['src', 'bench', 'scripts', 'test', 'docs'];
/** A text this short, or a single word, stands in many places by chance. */
const SHORTEST_TEXT = 10;
const SHORTEST_NUMBER = 6;

/** Values that everybody knows. */
const WELL_KNOWN = ['United States'];

/** Values that somebody who knows the corpora could have written into the rules. */
function tellingValues(value: unknown, found: Set<string>): void {
  if (typeof value === 'number') {
    const written = String(value);
    if (written.replace(/\D/g, '').length >= SHORTEST_NUMBER && !/0{3}$/.test(written)) found.add(written);
  } else if (typeof value === 'string') {
    const text = value.trim();
    const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
    const numbered = /\d/.test(text) && text.length >= SHORTEST_NUMBER;
    const worded = text.length >= SHORTEST_TEXT && /\p{Lu}.*\s.*\p{Lu}/u.test(text);
    if (!isDate && text.length < 200 && (numbered || worded)) found.add(text);
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) tellingValues(inner, found);
  }
}

function corpusValues(): Set<string> {
  const manifest = readManifest(CORPORA);
  const found = new Set<string>();
  for (const document of manifest.documents) {
    if (!document.kind.startsWith('extract')) continue;
    const file = truthPath(manifest, document);
    tellingValues(document.truth_inline, found);
    if (file !== undefined && existsSync(file)) tellingValues(JSON.parse(readFileSync(file, 'utf8')), found);
  }
  const permitted = new Set(WELL_KNOWN);
  tellingValues(SCHEMAS, permitted);
  for (const value of permitted) found.delete(value);
  return found;
}

function sources(): [path: string, text: string][] {
  return ROOMS.flatMap((room) =>
    readdirSync(room, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:ts|mjs|md|json)$/.test(entry.name))
      .map((entry): [string, string] => {
        const path = join(entry.parentPath, entry.name);
        return [path, readFileSync(path, 'utf8')];
      }),
  );
}

test.skipIf(!existsSync(join(CORPORA, 'manifest.json')))(
  `nothing in the project is a value of the evaluation corpora (needs ${CORPORA})`,
  () => {
    const values = corpusValues();
    expect(values.size).toBeGreaterThan(100);
    const texts = sources();
    const found = [...values].flatMap((value) => {
      return texts.filter(([, text]) => text.includes(value)).map(([path]) => `${path}: ${value}`);
    });
    expect(found).toEqual([]);
  },
);
