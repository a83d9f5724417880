import { readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EXAMPLE_DOCUMENTS } from './catalogue.ts';
import { showTheSame } from './likeness.ts';

const FOLDER = new URL('../../examples/documents/', import.meta.url);
const NAMES = Object.keys(EXAMPLE_DOCUMENTS);
const committed = (name: string): Buffer => readFileSync(new URL(name, FOLDER));

async function make(name: string): Promise<Buffer> {
  const maker = EXAMPLE_DOCUMENTS[name];
  if (!maker) throw new Error(`The catalogue has no ${name}.`);
  return maker();
}

test('the folder holds the documents of the catalogue, and nothing else', () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(12);
  expect(readdirSync(FOLDER).toSorted()).toEqual(NAMES.toSorted());
});

test('the documents stay small enough to be committed', () => {
  const bytes = NAMES.reduce((sum, name) => sum + statSync(new URL(name, FOLDER)).size, 0);
  expect(bytes).toBeLessThan(1_500_000);
});

test.each(NAMES)('%s is made anew with the same bytes', async (name) => {
  expect((await make(name)).equals(await make(name))).toBe(true);
});

test.each(NAMES)('%s as committed is what the script makes', async (name) => {
  const password = name === 'locked.pdf' ? 'lantern' : undefined;
  expect(await showTheSame(committed(name), await make(name), password)).toBe(true);
});

test('other bytes of the same content count as the same, another content does not', async () => {
  const letter = committed('letter.pdf');
  const retouched = Buffer.concat([letter, Buffer.from('% another byte\n')]);
  expect(await showTheSame(letter, retouched)).toBe(true);
  expect(await showTheSame(letter, committed('invoice.pdf'))).toBe(false);
  expect(await showTheSame(committed('label.webp'), committed('notice.png'))).toBe(false);
  expect(
    await showTheSame(committed('broken.pdf'), Buffer.concat([committed('broken.pdf'), retouched])),
  ).toBe(false);
});
