import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const SOURCE = fileURLToPath(new URL('../src', import.meta.url));

/** Who may import whom; docs/architecture.md shows the same table. A room may always import itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  engines: ['model'],
  postgres: ['model'],
  store: ['model'],
  egress: ['model'],
  telemetry: ['model'],
  queue: ['model', 'store/database'],
  services: ['model', 'store', 'queue', 'egress'],
  worker: ['model', 'services', 'engines', 'queue', 'egress'],
  http: ['model', 'services'],
  cli: ['model', 'app'],
};

/** Importable anywhere: they know nothing of any room. */
const ANYWHERE = new Set(['errors', 'logger', 'config', 'version']);

/** Files outside the rooms: the composition root and the entry. They may import everything. */
const ROOTS = new Set(['app', 'main', ...ANYWHERE]);

interface Import {
  readonly file: string;
  readonly line: number;
  readonly target: string;
}

function sourceFiles(): string[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
}

/** Paths inside `src/` without their ending. */
function importsOf(name: string): Import[] {
  const text = readFileSync(join(SOURCE, name), 'utf8');
  return ts.preProcessFile(text, true, true).importedFiles.flatMap(({ fileName, pos }) => {
    if (!fileName.startsWith('.')) return [];
    const target = relative(SOURCE, join(SOURCE, dirname(name), fileName))
      .split(sep)
      .join('/')
      .replace(/\.ts$/, '');
    return [{ file: name.split(sep).join('/'), line: text.slice(0, pos).split('\n').length, target }];
  });
}

const roomOf = (path: string): string => path.split('/')[0]?.replace(/\.ts$/, '') ?? '';

function isAllowed({ file, target }: Import): boolean {
  const room = roomOf(file);
  if (ROOTS.has(room) || roomOf(target) === room || ANYWHERE.has(target)) return true;
  return (MAY_IMPORT[room] ?? []).some((allowed) => target === allowed || target.startsWith(`${allowed}/`));
}

describe('the rooms of src/', () => {
  const files = sourceFiles();
  const imports = files.flatMap(importsOf);

  test('were really looked at', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(imports.length).toBeGreaterThan(300);
    const sources = files.filter((file) => !file.endsWith('.test.ts'));
    const rooms = new Set(sources.map((file) => roomOf(file)).filter((room) => !ROOTS.has(room)));
    expect([...rooms].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  test('import only what the table of rooms allows', () => {
    const leaks = imports
      .filter((entry) => !entry.file.endsWith('.test.ts') && !isAllowed(entry))
      .map(({ file, line, target }) => `src/${file}:${line} imports ${target}`);
    expect(leaks).toEqual([]);
  });

  test('leave the environment to config.ts, the entry and the commands', () => {
    const readers = files.filter(
      (file) =>
        !file.endsWith('.test.ts') &&
        !file.endsWith('.fixture.ts') &&
        readFileSync(join(SOURCE, file), 'utf8').includes('process.env'),
    );
    // The engine's processes get a few named variables, and nothing else, of what this process was given.
    const allowed = ['main.ts', 'cli/command-line.ts', 'engines/parse/supervised/child-environment.ts'];
    expect(readers.filter((file) => !allowed.includes(file.split(sep).join('/')))).toEqual([]);
  });

  test('have no types.ts, utils, helpers or common', () => {
    const vague = files.filter((file) => /(^|\/)(types|utils?|helpers?|common)(\.ts|\/)/.test(file));
    expect(vague).toEqual([]);
  });
});
