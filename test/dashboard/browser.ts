import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { chromium, type Page } from 'playwright-core';

/** Where Debian's package puts it. */
const CHROMIUM = '/usr/bin/chromium';

/** Tests with a browser need Debian's package `chromium`; without it they are skipped, and this says why. */
export const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser)
  console.warn(`Tests of the dashboard are skipped: there is no ${CHROMIUM} (apt-get install chromium).`);

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser with one page, and what went wrong in it. */
export interface Browser extends AsyncDisposable {
  readonly page: Page;
  /** Errors of scripts and of the page's policy, and requests to any other origin. */
  readonly complaints: string[];
}

/** Opens a browser of its own on the server and signs in through the page. */
export async function openBrowser(server: { url: string; apiKey: string }): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'sheaf-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    args: QUIET,
    viewport: { width: 1440, height: 900 },
    acceptDownloads: true,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /policy|refused|violat/i.test(message.text()))
      complaints.push(message.text());
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== new URL(server.url).origin)
      complaints.push(request.url());
  });
  await page.goto(server.url);
  await page.getByLabel('API key').fill(server.apiKey);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Batches', exact: true }).waitFor();
  return {
    page,
    complaints,
    async [Symbol.asyncDispose]() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly where: readonly string[];
}

/** What a check of the page's accessibility finds that is serious or worse, in the light theme and in the dark one. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // By the debugger, which the page's policy does not bind.
  await page.evaluate(axe.source);
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    found.push(...(await findingsAsShown(page)).map((finding) => `${colorScheme}: ${finding}`));
  }
  return found;
}

async function findingsAsShown(page: Page): Promise<string[]> {
  const findings = await page.evaluate<Finding[]>(
    `axe.run(document).then(({ violations }) => violations.map(({ id, impact, nodes }) =>
      ({ id, impact, where: nodes.map(({ html }) => html.slice(0, 160)) })))`,
  );
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, where }) => `${id}: ${where.join(' | ')}`);
}

/** Drops a folder or a file of this machine on the middle of an element, as a person would. */
export async function dropFolder(page: Page, selector: string, folder: string): Promise<void> {
  const box = await page.locator(selector).boundingBox();
  if (!box) throw new Error(`${selector} is not to be seen`);
  const session = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  }
  await session.detach();
}
