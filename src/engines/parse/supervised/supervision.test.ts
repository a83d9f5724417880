import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { queryObjects } from 'node:v8';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { EngineBench } from '../fixtures/engine-bench.ts';
import {
  drawPdf,
  nestedFormsPdf,
  prose,
  rawPdf,
  scanPng,
  streamObject,
  temporaryDirectory,
  writeDocument,
} from '../fixtures/sample-documents.ts';
import { Deadline } from './deadline.ts';

/** These tests look into /proc to see processes come and go. */
const onLinux = process.platform === 'linux';

let good: Buffer;
let slow: Buffer;
beforeAll(async () => {
  good = await drawPdf([prose('Minutes')]);
  slow = await scanPng();
});

const benches: EngineBench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
});

function open(options: ConstructorParameters<typeof EngineBench>[0] = {}): EngineBench {
  const bench = new EngineBench(options);
  benches.push(bench);
  return bench;
}

/**
 * Engine processes that work below a directory. They change their title while they work, so their environment
 * tells; they lead their process groups, which what they start (the TypeScript loader's compiler) does not.
 */
function enginePids(directory: string): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, 'utf8');
      const status = readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      const leadsGroup = status[2] === entry && status[0] !== 'Z';
      return leadsGroup && environment.includes(`TMPDIR=${directory}`) ? [Number(entry)] : [];
    } catch {
      return [];
    }
  });
}

async function until<T>(look: () => T | undefined, what: string, seconds = 20): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`Waited ${seconds} seconds in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function running(bench: EngineBench): number[] {
  return enginePids(join(bench.directory, 'processes'));
}

test('keeps nothing of the documents that a process has read', async () => {
  const bench = open();
  for (let read = 0; read < 10; read += 1) await bench.parseWell(good);
  expect(queryObjects(Deadline, { format: 'count' })).toBeLessThanOrEqual(2);
});

test('keeps its process between documents and starts it only when needed', { skip: !onLinux }, async () => {
  const bench = open();
  expect(running(bench)).toEqual([]);
  await bench.parseWell(good);
  const first = running(bench);
  await bench.parseWell(good);
  expect(first).toHaveLength(1);
  expect(running(bench)).toEqual(first);
});

test('replaces a process after so many documents', { skip: !onLinux }, async () => {
  const bench = open({ recycleAfterDocuments: 2 });
  await bench.parseWell(good);
  const first = running(bench);
  await bench.parseWell(good);
  await bench.parseWell(good);
  expect(running(bench)).not.toEqual(first);
  expect(running(bench)).toHaveLength(1);
});

test('kills a document at its deadline and goes on with the next', async () => {
  const bench = open({ memoryLimitBytes: 6 * 1024 ** 3 });
  const timeouts = { base_in_seconds: 1, extra_time_per_page_in_seconds: 1 };
  const outcome = await bench.parse(nestedFormsPdf(), { processing_control: { timeouts } });
  expect(outcome).toMatchObject({ kind: 'failure', code: 'TIMEOUT' });
  expect((await bench.parseWell(good)).summary.pages.textLayer).toBe(1);
});

test('kills a document that eats memory and goes on with the next', async () => {
  const bench = open({ memoryLimitBytes: 500 * 1024 ** 2 });
  const outcome = await bench.parse(nestedFormsPdf());
  expect(outcome).toMatchObject({ kind: 'failure', code: 'MEMORY_LIMIT_EXCEEDED' });
  expect((await bench.parseWell(good)).summary.pages.textLayer).toBe(1);
});

test('tries a document again when its process dies, and once only', { skip: !onLinux }, async () => {
  const bench = open();
  const retried = bench.parse(slow);
  await killWhenBusy(bench, 'job-1');
  expect(await retried).toMatchObject({ kind: 'success' });

  const lost = bench.parse(nestedFormsPdf());
  const first = await killWhenBusy(bench, 'job-2');
  await killWhenBusy(bench, 'job-2', first);
  expect(await lost).toMatchObject({ kind: 'failure', code: 'ENGINE_CRASHED' });
  expect((await bench.parseWell(good)).summary.pages.total).toBe(1);
});

test('reads a document that crashes the parser again with more care', async () => {
  const looping = rawPdf([
    '<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>',
    streamObject('', 'BT /F 12 Tf 60 600 Td (Still here) Tj ET'),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    // An entry that is its own child and follows itself.
    '<< /First 6 0 R /Last 6 0 R /Next 6 0 R /Title (x) >>',
  ]);
  const { read, summary } = await open().parseWell(looping);
  expect(read.markdown.pages[0]?.markdown).toBe('Still here');
  expect(summary.warnings).toEqual([expect.stringContaining('crashed the parser')]);
});

/** Kills the engine process that works on a document, other than `not`, and returns its id. */
async function killWhenBusy(bench: EngineBench, jobId: string, not?: number): Promise<number> {
  const pid = await until(() => {
    return running(bench).find((candidate) => candidate !== not && worksOn(candidate, jobId));
  }, 'an engine process at work');
  process.kill(pid, 'SIGKILL');
  return pid;
}

function worksOn(pid: number, jobId: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`sheaf-parse ${jobId}`);
  } catch {
    return false;
  }
}

test('cancels at once, removes what the process left behind and goes on', async () => {
  const bench = open({ memoryLimitBytes: 6 * 1024 ** 3 });
  await bench.parseWell(good);
  const controller = new AbortController();
  const outcome = bench.parse(nestedFormsPdf(), {}, controller.signal);
  if (onLinux)
    await until(() => running(bench).find((pid) => worksOn(pid, 'job-2')), 'the document to be at work');
  const aborted = Date.now();
  controller.abort();
  expect(await outcome).toEqual({ kind: 'cancelled' });
  expect(Date.now() - aborted).toBeLessThan(1_500);
  expect(readdirSync(join(bench.directory, 'processes'))).toEqual([]);
  expect((await bench.parseWell(good)).summary.pages.total).toBe(1);
});

test('a cancelled document that waits in line never reaches a process', async () => {
  const bench = open({ memoryLimitBytes: 6 * 1024 ** 3 });
  const first = new AbortController();
  const second = new AbortController();
  const working = bench.parse(nestedFormsPdf(), {}, first.signal);
  const waiting = bench.parse(good, {}, second.signal);
  second.abort();
  expect(await waiting).toEqual({ kind: 'cancelled' });
  first.abort();
  expect(await working).toEqual({ kind: 'cancelled' });
});

test('documents that run side by side do not disturb each other', async () => {
  const bench = open({ processes: 2, memoryLimitBytes: 500 * 1024 ** 2 });
  const outcomes = await Promise.all([
    bench.parse(nestedFormsPdf()),
    ...Array.from({ length: 6 }, () => bench.parse(good)),
  ]);
  expect(outcomes[0]).toMatchObject({ kind: 'failure', code: 'MEMORY_LIMIT_EXCEEDED' });
  expect(outcomes.slice(1).map((outcome) => outcome.kind)).toEqual(Array(6).fill('success'));
});

test('closing ends running documents, waits for the processes and may be done twice', async () => {
  const bench = open({ memoryLimitBytes: 6 * 1024 ** 3 });
  const outcome = bench.parse(nestedFormsPdf());
  if (onLinux)
    await until(() => running(bench).find((pid) => worksOn(pid, 'job-1')), 'the document to be at work');
  await bench.engine.close();
  if (onLinux) expect(running(bench)).toEqual([]);
  expect(readdirSync(join(bench.directory, 'processes'))).toEqual([]);
  expect(await outcome).toEqual({ kind: 'cancelled' });
  await bench.engine.close();
  expect(await bench.parse(good)).toEqual({ kind: 'cancelled' });
});

test('a child knows nothing of its parent’s environment but the allowed', { skip: !onLinux }, async () => {
  process.env['SHEAF_TEST_SECRET'] = 'do not inherit';
  try {
    const bench = open();
    await bench.parseWell(good);
    const environment = readFileSync(`/proc/${running(bench)[0]}/environ`, 'utf8');
    expect(environment).toContain('OMP_THREAD_LIMIT=1');
    expect(environment).not.toContain('SHEAF_TEST_SECRET');
  } finally {
    delete process.env['SHEAF_TEST_SECRET'];
  }
});

test('a busy process ends when its parent is killed', { skip: !onLinux }, async () => {
  const { path, remove } = temporaryDirectory();
  try {
    const parent = runProgram(engineProgram(path, writeDocument(path, 'bomb', nestedFormsPdf())));
    const directory = join(path, 'processes');
    const child = await until(() => {
      return existsSync(directory)
        ? enginePids(directory).find((pid) => worksOn(pid, 'job-alone'))
        : undefined;
    }, 'the orphan to be');
    parent.kill('SIGKILL');
    await until(() => (existsSync(`/proc/${child}`) ? undefined : true), 'the orphan to end', 5);
    expect(readdirSync(directory)).toEqual([]);
  } finally {
    remove();
  }
});

test('so does one that hears nothing of it', { skip: !onLinux }, async () => {
  const { path, remove } = temporaryDirectory();
  try {
    const own = join(path, 'own');
    const parent = runProgram(parentOfBusy(path, own));
    const told = join(path, 'pid');
    const child = await until(() => {
      const pid = existsSync(told) ? Number(readFileSync(told, 'utf8')) : 0;
      return pid > 0 ? pid : undefined;
    }, 'the child to be busy');
    expect(existsSync(own)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => (isRunning(child) ? undefined : true), 'the orphan to end', 10);
    expect(existsSync(own)).toBe(false);
  } finally {
    remove();
  }
});

function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z';
  } catch {
    return false;
  }
}

/** A program whose child tells its number and then computes without end. */
function parentOfBusy(directory: string, own: string): string {
  const watch = new URL('./orphan-watch.ts', import.meta.url).href;
  const child = `
    import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
    import { endWithSupervisor } from ${JSON.stringify(watch)};
    mkdirSync(${JSON.stringify(own)});
    endWithSupervisor(${JSON.stringify(own)});
    writeFileSync(${JSON.stringify(join(directory, 'pid.part'))}, String(process.pid));
    renameSync(${JSON.stringify(join(directory, 'pid.part'))}, ${JSON.stringify(join(directory, 'pid'))});
    for (;;);`;
  return `
    import { spawn } from 'node:child_process';
    const options = { detached: true, stdio: 'ignore' };
    const inherited = process.execArgv.slice(0, 2);
    spawn(process.execPath, [...inherited, '--input-type=module', '-e', ${JSON.stringify(child)}], options);
    setInterval(() => {}, 1000);`;
}

test('an idle process neither keeps its parent alive nor outlives it', async () => {
  const { path, remove } = temporaryDirectory();
  try {
    const parent = runProgram(engineProgram(path, writeDocument(path, 'good', good)));
    const [code] = (await once(parent, 'exit')) as [number | null];
    expect(code).toBe(0);
    await until(
      () => (readdirSync(join(path, 'processes')).length === 0 ? true : undefined),
      'the child to end',
      5,
    );
  } finally {
    remove();
  }
});

function runProgram(program: string): ChildProcess {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', program], {
    stdio: ['ignore', 'ignore', 'inherit'],
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
}

/** A Sheaf of its own that parses one document and does not close its engine. */
function engineProgram(directory: string, input: string): string {
  const engine = new URL('./engine.ts', import.meta.url).href;
  const logger = new URL('../../../logger.ts', import.meta.url).href;
  const request = {
    jobId: 'job-alone',
    inputPath: input,
    fileName: 'a.pdf',
    parameters: {},
    outputDir: directory,
  };
  return `
    const { createLocalEngine } = await import(${JSON.stringify(engine)});
    const { createLogger } = await import(${JSON.stringify(logger)});
    const tmpDir = ${JSON.stringify(join(directory, 'processes'))};
    const logger = createLogger({ level: 'silent' });
    const engine = createLocalEngine({ processes: 1, memoryLimitBytes: 6e9, tmpDir, logger });
    await engine.parse(${JSON.stringify(request)}, new AbortController().signal);`;
}
