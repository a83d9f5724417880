import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../fixtures/sample-documents.ts';
import { engineVersion } from './engine-version.ts';

test('other OCR data is another version, the same data is the same', () => {
  const { path, remove } = temporaryDirectory();
  try {
    const none = engineVersion(path);
    writeFileSync(join(path, 'eng.traineddata'), 'data');
    const english = engineVersion(path);
    writeFileSync(join(path, 'deu.traineddata'), 'more data');
    const both = engineVersion(path);
    writeFileSync(join(path, 'notes.txt'), 'not data');
    expect(new Set([none, english, both, engineVersion(undefined)]).size).toBe(4);
    expect(engineVersion(path)).toBe(both);
  } finally {
    remove();
  }
});

test('an installation without data, or with a directory that is not there, has a version', () => {
  expect(engineVersion('/not/there')).toMatch(/^[\w.-]+\+liteparse\.[\w.-]+\.[0-9a-f]{8}$/);
});
