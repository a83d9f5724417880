import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareTessdata } from '../src/engines/parse/liteparse/tessdata.ts';
import { readManifest } from './eval/manifest.ts';
import {
  evaluateRobust,
  evaluateRules,
  evaluateScans,
  evaluateTables,
  evaluateText,
  type Measurement,
  type SetContext,
} from './eval/sets.ts';
import { createSheafParser } from './eval/sheaf-parser.ts';

/**
 * Scores Sheaf's parse engine over a folder of documents with truths, beside LiteParse alone on the same files.
 *
 *   npm run eval:parse [-- <folder>] [--only text,tables,rules,robust,scans] [--details]
 */
const PARTS: Readonly<Record<string, (context: SetContext) => Promise<void>>> = {
  text: evaluateText,
  tables: evaluateTables,
  rules: evaluateRules,
  robust: evaluateRobust,
  scans: evaluateScans,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, details: { type: 'boolean', default: false } },
});
const names = values.only?.split(',') ?? Object.keys(PARTS);
const unknown = names.filter((name) => !PARTS[name]);
if (unknown.length > 0)
  throw new Error(`--only knows ${Object.keys(PARTS).join(', ')}, not ${unknown.join(', ')}`);

const manifest = readManifest(positionals[0] ?? '../shared/corpora');
const cache = mkdtempSync(join(tmpdir(), 'sheaf-eval-tessdata-'));
mkdirSync(cache, { recursive: true });
const tessdataDir = (await prepareTessdata(undefined, cache)) ?? '';
const measurements: Measurement[] = [];
await using sheaf = createSheafParser(1);
for (const name of names) {
  process.stderr.write(`${name} …\n`);
  await PARTS[name]?.({ manifest, sheaf, tessdataDir, add: (measurement) => measurements.push(measurement) });
}
print(measurements);
rmSync(cache, { recursive: true, force: true });

function print(all: readonly Measurement[]): void {
  const groups = new Map<string, Measurement[]>();
  for (const one of all) {
    const key = `${one.set}\u0000${one.measure}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  console.log(
    ['set', 'measure', 'n', 'sheaf', 'bare', 'ratio'].map((head, index) => cell(head, index)).join(''),
  );
  for (const [key, group] of groups) {
    const [set = '', measure = ''] = key.split('\u0000');
    const compared = group.filter((one) => one.bare !== undefined);
    const bare = mean(compared.map((one) => one.bare ?? 0));
    const ratio =
      compared.length > 0 && bare > 0 ? (mean(compared.map((one) => one.sheaf)) / bare).toFixed(3) : '';
    const row = [
      set,
      measure,
      String(group.length),
      mean(group.map((one) => one.sheaf)).toFixed(3),
      compared.length > 0 ? bare.toFixed(3) : '',
      ratio,
    ];
    console.log(row.map((text, index) => cell(text, index)).join(''));
    if (values.details) for (const one of group.toSorted((a, b) => a.sheaf - b.sheaf)) printOne(one);
  }
}

function printOne(one: Measurement): void {
  const bare = one.bare === undefined ? '' : ` bare ${one.bare.toFixed(3)}`;
  const note = one.note === undefined || one.note === '' ? '' : `  ${one.note}`;
  console.log(`    ${one.sheaf.toFixed(3)}${bare}  ${one.document}${note}`);
}

function cell(text: string, index: number): string {
  return index < 2 ? text.padEnd(16) : text.padStart(9);
}

function mean(values_: readonly number[]): number {
  return values_.length === 0 ? 0 : values_.reduce((sum, value) => sum + value, 0) / values_.length;
}
