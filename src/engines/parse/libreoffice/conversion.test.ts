import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { EngineBench, readSections } from '../fixtures/engine-bench.ts';
import { FAKE_VERSION, fakeOffice, oldDocument, processesOf, until } from '../fixtures/fake-office.ts';
import { drawPdf, prose, temporaryDirectory, writeDocument } from '../fixtures/sample-documents.ts';
import { createLogger } from '../../../logger.ts';
import { createLocalEngine } from '../supervised/engine.ts';
import { liteParseVersion } from '../liteparse/lite-version.ts';

/** The fake is a shell script, and /proc shows who lives. */
const skip = process.platform !== 'linux';
const word = oldDocument('WordDocument');

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

/** An engine with an office program of the given shell lines; `place` is a directory for what they leave to be read. */
function openBench(
  script: (place: string) => string,
  memoryLimitBytes = 2 * 1024 ** 3,
): { bench: EngineBench; place: string } {
  const { path: place, remove } = temporaryDirectory();
  cleanups.push(remove);
  const bench = new EngineBench({ soffice: fakeOffice(place, script(place)), memoryLimitBytes });
  cleanups.push(() => bench.close());
  return { bench, place };
}

/** Children of the engine, other than the one that parses and the TypeScript loader's compiler. */
const converters = (bench: EngineBench) =>
  processesOf(join(bench.directory, 'processes')).filter((pid) => commandLine(pid).includes('sleep\x00600'));

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

/** Everything below the engine's directory that belongs to documents. */
function leftovers(bench: EngineBench): string[] {
  const processes = join(bench.directory, 'processes');
  return readdirSync(processes).flatMap((engine) => readdirSync(join(processes, engine, 'document')));
}

test('is called with a profile and a home of the document’s own, and its PDF is read', { skip }, async () => {
  const { bench, place } = openBench(
    (log) => `
printf '%s\\n' "$@" >> ${log}/arguments
profile=$(printf '%s' "$1" | sed 's|^-env:UserInstallation=file://||')
cat "$profile/user/registrymodifications.xcu" > ${log}/profile
env > ${log}/environment
cp ${log}/good.pdf "$output"`,
  );
  writeFileSync(join(place, 'good.pdf'), await drawPdf([prose('Minutes')]));
  for (let round = 1; round <= 2; round += 1) {
    const outcome = await bench.parse(word);
    if (outcome.kind !== 'success') throw new Error(JSON.stringify(outcome));
    expect(readSections(outcome).text.pages[0]?.text).toContain('Minutes');
    const engine = { name: 'libreoffice+liteparse', version: `${FAKE_VERSION}+${liteParseVersion()}` };
    expect(outcome.summary).toMatchObject({ engine, documentPages: 1 });
  }
  const called = readFileSync(join(place, 'arguments'), 'utf8').trimEnd().split('\n');
  const profiles = called.filter((argument) => argument.startsWith('-env:UserInstallation=file://'));
  expect(new Set(profiles).size).toBe(2);
  for (const flag of ['--headless', '--norestore', '--nolockcheck', '--nodefault'])
    expect(called).toContain(flag);
  expect(called).toContain('pdf:writer_pdf_Export');
  const profile = readFileSync(join(place, 'profile'), 'utf8');
  expect(profile).toContain('"DisableMacrosExecution" oor:op="fuse"><value>true<');
  expect(profile).toContain('"BlockUntrustedRefererLinks" oor:op="fuse"><value>true<');
  const environment = readFileSync(join(place, 'environment'), 'utf8');
  expect(environment).toMatch(new RegExp(`^HOME=${bench.directory}/.*/document/office-`, 'm'));
  expect(environment).toMatch(new RegExp(`^TMPDIR=${bench.directory}/.*/document/office-`, 'm'));
  expect(environment).toContain('http_proxy=http://127.0.0.1:9');
  await until(() => (leftovers(bench).length === 0 ? true : undefined), 'the files of the document to go');
});

test('success without output is a failure, and so is an exit code beside an output', { skip }, async () => {
  const silent = openBench(() => 'exit 0');
  expect(await silent.bench.parse(word)).toMatchObject({ code: 'DOCUMENT_IS_BROKEN' });
  const failing = openBench(() => 'echo half > "$output"; exit 1');
  expect(await failing.bench.parse(word)).toMatchObject({ code: 'DOCUMENT_IS_BROKEN' });
  expect(leftovers(failing.bench)).toEqual([]);
});

test('a program that crashes is tried once more', { skip }, async () => {
  const { bench, place } = openBench((log) => `echo one >> ${log}/calls; kill -SEGV $$`);
  expect(await bench.parse(word)).toMatchObject({ code: 'ENGINE_CRASHED' });
  expect(readFileSync(join(place, 'calls'), 'utf8')).toBe('one\none\n');
});

test('output beyond the bound ends the conversion', { skip }, async () => {
  const { bench } = openBench(() => 'truncate -s 2G "$output"; sleep 600');
  const outcome = await bench.parse(word);
  expect(outcome).toMatchObject({ code: 'DOCUMENT_TOO_LARGE' });
  expect(converters(bench)).toEqual([]);
  await until(() => (leftovers(bench).length === 0 ? true : undefined), 'the files of the document to go');
});

test('its own deadline ends the program and what it started, and the engine goes on', { skip }, async () => {
  const { bench } = openBench(
    (place) => `
if ! [ -e ${place}/warm ]; then touch ${place}/warm; exit 1; fi
(sleep 600 & sleep 600) & sleep 600`,
  );
  // The first document of a process waits for the process; the one that is timed does not.
  await bench.parse(word);
  const timeouts = { base_in_seconds: 4, extra_time_per_page_in_seconds: 1 };
  const outcome = bench.parse(word, { processing_control: { timeouts } });
  await until(() => (converters(bench).length === 3 ? true : undefined), 'the program and its children');
  const engines = readdirSync(join(bench.directory, 'processes'));
  expect(await outcome).toMatchObject({
    code: 'TIMEOUT',
    message: expect.stringMatching(/LibreOffice within 4 s/) as string,
  });
  expect(converters(bench)).toEqual([]);
  await until(() => (leftovers(bench).length === 0 ? true : undefined), 'the files of the document to go');
  expect(readdirSync(join(bench.directory, 'processes'))).toEqual(engines);
});

test('a cancelled document leaves no program and no file', { skip }, async () => {
  const { bench } = openBench(() => '(sleep 600 & sleep 600) & sleep 600');
  const controller = new AbortController();
  const outcome = bench.parse(word, {}, controller.signal);
  await until(() => (converters(bench).length === 3 ? true : undefined), 'the program and its children');
  controller.abort();
  expect(await outcome).toEqual({ kind: 'cancelled' });
  await until(() => (converters(bench).length === 0 ? true : undefined), 'the programs to end');
  expect(readdirSync(join(bench.directory, 'processes'))).toEqual([]);
});

test('when Sheaf itself is killed, the program goes and its files with it', { skip }, async () => {
  const { path, remove } = temporaryDirectory();
  cleanups.push(remove);
  const soffice = fakeOffice(path, `while :; do date > "$output.tmp"; done`);
  const tmpDir = join(path, 'processes');
  const parent = engineAlone({
    soffice,
    tmpDir,
    inputPath: writeDocument(path, 'letter', word),
    outputDir: path,
  });
  const isConverting = () =>
    processesOf(tmpDir).some((pid) => commandLine(pid).includes(soffice)) ? true : undefined;
  await until(isConverting, 'the program to be at work');
  parent.kill('SIGKILL');
  await until(() => (processesOf(tmpDir).length === 0 ? true : undefined), 'everything to end');
  expect(readdirSync(tmpDir)).toEqual([]);
});

/** A Sheaf of its own that parses one document and does not close its engine. */
function engineAlone(
  of: Readonly<Record<'soffice' | 'tmpDir' | 'inputPath' | 'outputDir', string>>,
): ChildProcess {
  const { soffice, tmpDir, inputPath, outputDir } = of;
  const request = { jobId: 'job-alone', inputPath, fileName: 'letter.doc', parameters: {}, outputDir };
  const source = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const code = `
    const { createLocalEngine } = await import(${source('../supervised/engine.ts')});
    const { createLogger } = await import(${source('../../../logger.ts')});
    const logger = createLogger({ level: 'silent' });
    const options = ${JSON.stringify({ processes: 1, memoryLimitBytes: 2e9, tmpDir, soffice })};
    const engine = createLocalEngine({ ...options, logger });
    await engine.parse(${JSON.stringify(request)}, new AbortController().signal);`;
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', code], {
    stdio: ['ignore', 'ignore', 'inherit'],
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
}

test('memory that the program uses counts for the document', { skip }, async () => {
  const eat = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(4e7, 1)), 40)';
  const { bench } = openBench(() => `"${process.execPath}" -e '${eat}'`, 700 * 1024 ** 2);
  expect(await bench.parse(word)).toMatchObject({ code: 'MEMORY_LIMIT_EXCEEDED' });
  expect(existsSync(join(bench.directory, 'processes'))).toBe(true);
  expect(readdirSync(join(bench.directory, 'processes'))).toEqual([]);
});

test.each(['WordDocument', 'Workbook', 'PowerPoint Document', 'Workbook of XML'] as const)(
  'without LibreOffice a %s is refused with the mend',
  async (kind) => {
    const bench = new EngineBench({ soffice: 'off' });
    cleanups.push(() => bench.close());
    const xml = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>';
    const outcome = await bench.parse(kind === 'Workbook of XML' ? Buffer.from(xml) : oldDocument(kind));
    expect(outcome).toMatchObject({ code: 'UNSUPPORTED_FILE_TYPE' });
    expect(outcome.kind === 'failure' && outcome.message).toMatch(
      /Install LibreOffice .* SHEAF_SOFFICE; or save/,
    );
  },
);

test('a setting that names no program is refused at start', { skip }, () => {
  const logger = createLogger({ level: 'silent' });
  const options = { processes: 1, memoryLimitBytes: 2e9, tmpDir: '/nowhere', logger };
  expect(() => createLocalEngine({ ...options, soffice: '/nowhere/soffice' })).toThrow(
    /SHEAF_SOFFICE names \/nowhere\/soffice/,
  );
});
