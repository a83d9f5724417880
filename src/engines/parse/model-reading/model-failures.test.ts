import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ModelScript, says } from '../../model/fixtures/model-server.ts';
import {
  AGENTIC,
  AgenticBench,
  holdBack,
  ledgerPdf,
  PROSE,
  readsWell,
  SOON,
  titleOf,
} from '../fixtures/agentic-bench.ts';
import { temporaryDirectory } from '../fixtures/sample-documents.ts';

const onLinux = process.platform === 'linux';
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).toReversed()) await part.close();
});

async function openSite(...parts: Parameters<typeof AgenticBench.open>): Promise<AgenticBench> {
  const site = await AgenticBench.open(...parts);
  open.push(site);
  return site;
}

test('a page that the model cannot do keeps what was read locally, and each says why', async () => {
  const answers: Record<string, ReturnType<ModelScript>> = {
    'Ledger One': says(`# Ledger One\n\n${PROSE}`),
    'Ledger Two': says('# Ledger Two\n\nThe harbour mas', 'length'),
    'Ledger Three': says('Sunny beaches await every visitor of our island resort. '.repeat(8)),
    'Ledger Four': says('NO TEXT'),
    'Ledger Five': { status: 400, body: { error: { message: 'no' } } },
  };
  const { bench } = await openSite((request) => answers[titleOf(request)] ?? 'hang');
  const { summary, read } = await bench.parseWell(
    await ledgerPdf('One', 'Two', 'Three', 'Four', 'Five'),
    AGENTIC,
  );
  expect(summary.pages).toMatchObject({ total: 5, model: 1, textLayer: 4 });
  expect(summary.model?.fallbacks.map(({ code, pages }) => [code, pages])).toEqual(
    expect.arrayContaining([
      ['cut_off', [2]],
      ['other_words', [3]],
      ['empty_answer', [4]],
      ['bad_request', [5]],
    ]),
  );
  expect(summary.warnings).toContainEqual(
    expect.stringMatching(/^Page 3 was read without the model: .*in common/),
  );
  for (const [index, title] of Object.keys(answers).entries()) {
    expect(read.markdown.pages[index]?.markdown).toContain(title);
    expect(read.markdown.pages[index]?.markdown).toContain('harbour master');
  }
  expect(summary.model?.tokens).toEqual({ input: 400, output: 80 });
});

test('a server that is down costs no document, and is not asked for every page', async () => {
  const { server, bench } = await openSite(() => 'hang up', { concurrency: 1 });
  const { summary } = await bench.parseWell(await ledgerPdf('One', 'Two', 'Three'), AGENTIC);
  expect(summary.pages).toMatchObject({ model: 0, textLayer: 3 });
  expect(summary.model?.fallbacks).toMatchObject([
    { code: 'unreachable', pages: [1] },
    { code: 'not_asked', pages: [2, 3] },
  ]);
  expect(server.requests).toHaveLength(5);
});

test('an answer that does not come is given up, and the document goes on', async () => {
  const { bench } = await openSite(() => 'hang', { timeoutMs: 500 });
  const { summary } = await bench.parseWell(await ledgerPdf('One'), AGENTIC);
  expect(summary.model?.fallbacks).toMatchObject([{ code: 'timeout', pages: [1] }]);
});

test('the time that is waited for the model is not the document’s own', async () => {
  let answer: (value: unknown) => void = () => {};
  const after = new Promise((resolve) => (answer = resolve));
  const { server, bench } = await openSite((request, count) =>
    count === 1 ? readsWell(request, 1) : holdBack(readsWell(request, 1), after),
  );
  const timeouts = { base_in_seconds: 1, extra_time_per_page_in_seconds: 1 };
  const pdf = await ledgerPdf('One');
  // The first document of a process waits for the process; the one that is timed does not.
  await bench.parseWell(pdf, AGENTIC);
  const parsed = bench.parseWell(pdf, { ...AGENTIC, processing_control: { timeouts } });
  parsed.catch(() => undefined);
  await expect.poll(() => server.open, SOON).toBe(1);
  const asked = Date.now();
  await expect.poll(() => Date.now() - asked, SOON).toBeGreaterThan(2_500);
  answer(undefined);
  expect((await parsed).summary.pages.model).toBe(1);
});

test('no more pages are asked for at a time than allowed, over all documents', async () => {
  let release: (value: unknown) => void = () => {};
  const after = new Promise((resolve) => (release = resolve));
  const held: ModelScript = (request) => holdBack(readsWell(request, 1), after);
  const { server, bench } = await openSite(held, { concurrency: 3 }, { processes: 2 });
  const pdf = await ledgerPdf('One', 'One', 'One', 'One');
  const parsed = Promise.all([bench.parseWell(pdf, AGENTIC), bench.parseWell(pdf, AGENTIC)]);
  await expect.poll(() => server.open, SOON).toBe(3);
  release(undefined);
  expect((await parsed).map(({ summary }) => summary.pages.model)).toEqual([4, 4]);
  expect(server.requests).toHaveLength(8);
  expect(server.peak).toBe(3);
});

test('a document that is cancelled takes its requests back', async () => {
  const { server, bench } = await openSite(() => 'hang');
  const stop = new AbortController();
  const outcome = bench.parse(await ledgerPdf('One', 'Two', 'Three'), AGENTIC, stop.signal);
  await expect.poll(() => server.open, SOON).toBe(2);
  stop.abort();
  expect(await outcome).toEqual({ kind: 'cancelled' });
  await expect.poll(() => server.open, SOON).toBe(0);
  expect(server.requests).toHaveLength(2);
});

test(
  'a process that dies takes its requests with it, and pages that were paid for are not asked for again',
  { skip: !onLinux },
  async () => {
    const directory = temporaryDirectory();
    open.push({ close: async () => directory.remove() });
    const { server, bench } = await openSite(
      (request, count) => (count === 2 ? 'hang' : readsWell(request, count)),
      { concurrency: 1 },
      { checkpointDir: directory.path },
    );
    const parsed = bench.parseWell(await ledgerPdf('One', 'Two', 'Three'), AGENTIC);
    await expect.poll(() => server.requests.length, SOON).toBe(2);
    for (const pid of enginePids(join(bench.directory, 'processes'))) process.kill(pid, 'SIGKILL');
    await expect.poll(() => server.open, SOON).toBe(0);
    const { summary } = await parsed;
    expect(summary.pages).toMatchObject({ model: 3 });
    expect(summary.model?.tokens).toEqual({ input: 300, output: 60 });
    const asked = server.requests.map((request) => titleOf(request));
    expect(asked).toEqual(['Ledger One', 'Ledger Two', 'Ledger Two', 'Ledger Three']);
    expect(readdirSync(directory.path)).toEqual([]);
  },
);

function enginePids(directory: string): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, 'utf8');
      return environment.includes(`TMPDIR=${directory}`) ? [Number(entry)] : [];
    } catch {
      return [];
    }
  });
}
