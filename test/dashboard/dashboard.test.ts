import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import LlamaCloud from '@llamaindex/llama-cloud';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  makeDataDir,
  removeDataDir,
  startServer,
  waitUntil,
  type SheafServer,
} from '../support/sheaf-server.ts';
import { startReceiver } from '../support/webhook-receiver.ts';
import { dropFolder, hasBrowser, openBrowser, seriousFindings, type Browser } from './browser.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/documents', import.meta.url));
const SLOW = 90_000;

const EXTRACTION = {
  product_type: 'extract_v2',
  tier: 'cost_effective',
  cite_sources: true,
  confidence_scores: true,
  data_schema: {
    type: 'object',
    properties: { invoice_number: { type: 'string' }, due_date: { type: 'string' } },
  },
};

describe.skipIf(!hasBrowser)('the dashboard in a browser', () => {
  let dataDir: string;
  let folder: string;
  let server: SheafServer;
  let browser: Browser;

  beforeAll(async () => {
    dataDir = await makeDataDir();
    folder = join(await mkdtemp(join(tmpdir(), 'sheaf-folder-')), 'march');
    await mkdir(join(folder, 'inner'), { recursive: true });
    await cp(join(EXAMPLES, 'invoice.pdf'), join(folder, 'invoice.pdf'));
    await cp(join(EXAMPLES, 'letter.pdf'), join(folder, 'inner', 'letter.pdf'));
    await cp(join(EXAMPLES, 'broken.pdf'), join(folder, 'broken.pdf'));
    server = await startServer(dataDir, { SHEAF_PARSE_PROCESSES: '1', SHEAF_EGRESS_ALLOW: '127.0.0.1' });
    browser = await openBrowser(server);
  }, SLOW);
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await server?.stop();
    await removeDataDir(dataDir);
    await rm(join(folder, '..'), { recursive: true, force: true });
  });
  afterEach(() => {
    expect(browser.complaints).toEqual([]);
  });

  test(
    'a dropped folder becomes a batch; its document shows where a value was found; what failed is retried',
    async () => {
      const { page } = browser;
      await page.getByRole('link', { name: 'New batch' }).first().click();
      await page.locator('.drop').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await dropFolder(page, '.drop', folder);
      await page.getByText('3 files').waitFor();
      expect(await page.getByLabel('Name of the directory').inputValue()).toBe('march');
      await page.getByLabel('Configuration').selectOption('new');
      await page.getByLabel('Its name').fill('Invoices');
      await page.getByLabel('Parameters (JSON)').fill(JSON.stringify(EXTRACTION));
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Upload and check' }).click();
      await page.getByRole('heading', { name: 'Before it starts' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Start the batch' }).click();

      await page.waitForURL(/\/batches\/bat-/);
      await page.locator('h1').getByText('Completed').waitFor({ timeout: SLOW });
      await page.getByRole('button', { name: 'Failed 1' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      const batchUrl = page.url();

      await page.getByRole('link', { name: 'march/invoice.pdf' }).click();
      const number = page.getByLabel('invoice_number', { exact: true });
      await number.waitFor();
      expect(await number.inputValue()).toBe('2026-0147');
      await page.getByRole('button', { name: /where invoice_number stands: page 1/ }).click();
      const box = await page.locator('.box.is-active').first().boundingBox();
      const sheet = await page.locator('.sheet').boundingBox();
      expect(box && sheet && box.x > sheet.x && box.y > sheet.y && box.width < sheet.width / 2).toBe(true);
      await page.locator('canvas.page-picture').waitFor();
      expect(await seriousFindings(page)).toEqual([]);

      await page.goto(batchUrl);
      await page.getByRole('button', { name: 'Failed 1' }).click();
      await page.getByText('PDF_IS_BROKEN').first().waitFor();
      await page.getByRole('button', { name: 'Retry failed files' }).click();
      await page.getByText('Retry of').waitFor();
      expect(page.url()).not.toBe(batchUrl);
      await page.locator('h1').getByText('Completed').waitFor({ timeout: SLOW });
    },
    4 * SLOW,
  );

  test(
    'an item shows its box on the page, and the box its item',
    async () => {
      const client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url });
      const bytes = await readFile(join(EXAMPLES, 'invoice.pdf'));
      const file = await client.files.create({ file: new File([bytes], 'invoice.pdf'), purpose: 'parse' });
      const { id } = await client.parsing.create({ file_id: file.id, tier: 'fast', version: 'latest' });
      const { page } = browser;
      await page.goto(`${server.url}/documents/${id}?file=${file.id}`);
      const items = page.locator('.items > li');
      await items.first().waitFor({ timeout: SLOW });
      await items.nth(1).hover();
      const active = page.locator('.box.is-active');
      await active.first().waitFor();
      const mark = await active.first().getAttribute('data-mark');
      expect(mark).toBe(await items.nth(1).getAttribute('data-item'));
      await page.locator('.box').first().hover();
      await page.locator('.items > li.is-active').waitFor();
      expect(await page.locator('.items > li.is-active').getAttribute('data-item')).toBe(
        await page.locator('.box').first().getAttribute('data-mark'),
      );
      for (const tab of ['Markdown', 'Text', 'JSON']) {
        await page.getByRole('tab', { name: tab }).click();
        await page.getByRole('tabpanel').getByText('2026-0147').first().waitFor();
        expect(await seriousFindings(page)).toEqual([]);
      }
    },
    2 * SLOW,
  );

  test(
    'a running batch is cancelled from the list',
    async () => {
      const client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url });
      const directory = await client.beta.directories.create({ name: 'long work' });
      const scan = await readFile(join(EXAMPLES, 'receipt.jpg'));
      for (let index = 0; index < 25; index += 1) {
        // Equal documents would share one result.
        const bytes = Buffer.concat([scan, Buffer.from(`\n${index}`)]);
        await client.beta.directories.files.upload(directory.id, {
          upload_file: new File([bytes], `receipt-${index}.jpg`),
        });
      }
      await client.batches.create({
        source_directory_id: directory.id,
        config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_COST_EFFECTIVE' } },
      });
      const { page } = browser;
      await page.goto(`${server.url}/batches`);
      const row = page.getByRole('row').filter({ hasText: 'long work' });
      await row.getByText('Running').waitFor({ timeout: SLOW });
      expect(await seriousFindings(page)).toEqual([]);
      await row.getByRole('checkbox').check();
      await page.getByRole('button', { name: 'Cancel 1', exact: true }).click();
      await page.getByRole('dialog').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Cancel 1 batch' }).click();
      await row.getByText('Cancelled').waitFor({ timeout: SLOW });
      await page.getByLabel('Status').selectOption('COMPLETED');
      await row.waitFor({ state: 'detached' });
      expect(new URL(page.url()).searchParams.get('status')).toBe('COMPLETED');
      await page.reload();
      await page.getByRole('row').filter({ hasText: 'march' }).first().waitFor();
      expect(await row.count()).toBe(0);
    },
    3 * SLOW,
  );

  test(
    'files are dropped on a directory and chosen for it, and found by a part of their names',
    async () => {
      const client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url });
      const { id } = await client.beta.directories.create({ name: 'by hand' });
      const { page } = browser;
      await page.goto(`${server.url}/directories/${id}`);
      await page.getByText('No files yet').waitFor();
      await dropFolder(page, '.drop', join(folder, 'invoice.pdf'));
      await page.getByRole('row').filter({ hasText: 'invoice.pdf' }).waitFor();
      const field = page.getByLabel('Files to upload');
      await field.setInputFiles([join(folder, 'inner', 'letter.pdf'), join(folder, 'broken.pdf')]);
      await page.getByRole('row').filter({ hasText: 'broken.pdf' }).waitFor();
      expect(await field.inputValue()).toBe('');
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByLabel('Part of a name').fill('lett');
      await page.keyboard.press('Enter');
      await page.getByRole('row').filter({ hasText: 'invoice.pdf' }).waitFor({ state: 'detached' });
      await page.getByRole('row').filter({ hasText: 'letter.pdf' }).waitFor();
      const names = [];
      for await (const file of client.beta.directories.files.list(id)) names.push(file.display_name);
      expect(names.sort()).toEqual(['broken.pdf', 'invoice.pdf', 'letter.pdf']);
    },
    SLOW,
  );

  test(
    'an event is sent again from the log of its webhook',
    async () => {
      await using receiver = await startReceiver();
      const client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url });
      const webhook = await client.post<{ id: string }>('/api/v1/beta/webhook-configs', {
        body: { webhook_url: receiver.url, name: 'told' },
      });
      const { page } = browser;
      await page.goto(`${server.url}/webhooks/${webhook.id}`);
      await page.getByRole('button', { name: 'Send a test event' }).click();
      await waitUntil(() => receiver.events.length === 1, SLOW, 'the test event');
      await page.getByRole('row').nth(1).getByRole('button').first().click();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: /again|replay/i }).click();
      await waitUntil(() => receiver.events.length === 2, SLOW, 'the event to come again');
      expect(receiver.events[1]?.id).toBe(receiver.events[0]?.id);
    },
    2 * SLOW,
  );

  test.each(['directories', 'configurations', 'webhooks', 'keys', 'system'])(
    'the page of %s has no serious finding of accessibility',
    async (name) => {
      const { page } = browser;
      await page.goto(`${server.url}/${name}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      expect(await seriousFindings(page)).toEqual([]);
    },
    SLOW,
  );

  test('the session ends on signing out, and when the server no longer knows the key', async () => {
    const { page } = browser;
    await page.goto(`${server.url}/batches`);
    await page.evaluate(`sessionStorage.setItem('sheaf.api-key', 'llx-of-somebody-else')`);
    await page.reload();
    await page.getByText('The key is no longer valid.').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel('API key').fill(server.apiKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });
});

const ENTRY_LIMIT_BYTES = 300_000;

test('what a browser loads first is below 300 KB compressed', async () => {
  const built = fileURLToPath(new URL('../../dist/dashboard', import.meta.url));
  const index = await readFile(join(built, 'index.html'), 'utf8');
  const names = [...index.matchAll(/(?:src|href)="\.?\/?(assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
  expect(names.length).toBeGreaterThan(1);
  let bytes = Buffer.byteLength(index);
  for (const name of names) bytes += (await readFile(join(built, `${name}.gz`))).length;
  expect(bytes).toBeLessThan(ENTRY_LIMIT_BYTES);
});
