import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { parseBare } from './bare-parser.ts';
import { truthPath, type CorpusDocument, type Manifest } from './manifest.ts';
import { wholeMarkdown, type Parsed } from './parsed.ts';
import { satisfies, type PageRule } from './rules.ts';
import { makeScans, type Scan } from './scans.ts';
import type { SheafParser } from './sheaf-parser.ts';
import { compareStructure } from './structure.ts';
import { readRegions, scoreRegions } from './table-relations.ts';
import { orderSimilarity, overlap, tokenF1, tokens } from './tokens.ts';

/** One measured value of one document, beside the reference's where that reads the document. */
export interface Measurement {
  readonly set: string;
  readonly document: string;
  readonly measure: string;
  readonly sheaf: number;
  readonly bare?: number;
  /** What stands behind a poor value. */
  readonly note?: string;
}

export interface SetContext {
  readonly manifest: Manifest;
  readonly sheaf: SheafParser;
  readonly tessdataDir: string;
  readonly add: (measurement: Measurement) => void;
}

/** What LiteParse alone can be asked to read. */
const BARE_READS = new Set(['.pdf', '.png', '.jpg', '.jpeg', '.tif', '.tiff']);

const nameOf = (document: CorpusDocument): string => document.doc.split('/').slice(1).join('/');
const reasonOf = (parsed: Parsed): { note?: string } => (parsed.ok ? {} : { note: parsed.reason });

/** Documents with a markdown truth: words, order, and structure, by format. */
export async function evaluateText(context: SetContext): Promise<void> {
  for (const document of ofKind(context, 'parse')) {
    const truthFile = truthPath(context.manifest, document, 'md');
    if (truthFile === undefined || !existsSync(truthFile)) continue;
    const path = join(context.manifest.folder, document.doc);
    const truth = readFileSync(truthFile, 'utf8');
    const parsed = await context.sheaf.parse(path);
    const bare = BARE_READS.has(extname(path).toLowerCase()) ? await parseBare(path) : undefined;
    const set = extname(path).slice(1).toLowerCase();
    const common = { set, document: nameOf(document) };
    const compare = (measure: string, of: (markdown: string) => number | undefined) => {
      const sheaf = of(wholeMarkdown(parsed));
      if (sheaf === undefined) return;
      const reference = bare ? of(wholeMarkdown(bare)) : undefined;
      context.add({
        ...common,
        measure,
        sheaf,
        ...(reference !== undefined && { bare: reference }),
        ...reasonOf(parsed),
      });
    };
    compare('token F1', (markdown) => tokenF1(markdown, truth));
    compare('order', (markdown) => orderSimilarity(markdown, truth));
    compare('headings', (markdown) => compareStructure(markdown, truth).headings);
    compare('lists', (markdown) => compareStructure(markdown, truth).lists);
    compare('tables', (markdown) => compareStructure(markdown, truth).tables);
  }
}

/** Tables with a human truth: F1 of adjacency relations, region by region. */
export async function evaluateTables(context: SetContext): Promise<void> {
  for (const document of ofKind(context, 'tables')) {
    const truthFile = truthPath(context.manifest, document);
    if (truthFile === undefined) continue;
    const path = join(context.manifest.folder, document.doc);
    const regions = readRegions(readFileSync(truthFile, 'utf8'));
    const [parsed, bare] = [await context.sheaf.parse(path), await parseBare(path)];
    const scores = (result: Parsed) =>
      scoreRegions(
        regions,
        new Map(result.ok ? result.pages.map((page) => [page.pageNumber, page.tables]) : []),
      );
    const reference = scores(bare);
    for (const [index, sheaf] of scores(parsed).entries()) {
      const region = `${nameOf(document)} page ${regions[index]?.page} region ${index + 1}`;
      context.add({
        set: document.corpus,
        document: region,
        measure: 'relation F1',
        sheaf,
        bare: reference[index] ?? 0,
        ...reasonOf(parsed),
      });
    }
  }
}

/** Documents with statements that a good parse satisfies. */
export async function evaluateRules(context: SetContext): Promise<void> {
  for (const document of ofKind(context, 'parse-rules')) {
    const truthFile = truthPath(context.manifest, document);
    if (truthFile === undefined) continue;
    const path = join(context.manifest.folder, document.doc);
    const rules = readFileSync(truthFile, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as PageRule)
      .filter((rule) => path.endsWith(`/${rule.pdf}`));
    if (rules.length === 0) continue;
    const [parsed, bare] = [await context.sheaf.parse(path), await parseBare(path)];
    for (const rule of rules) {
      const passes = (result: Parsed) => {
        const page = result.ok
          ? result.pages.find((candidate) => candidate.pageNumber === rule.page)
          : undefined;
        return page !== undefined && satisfies(rule, page) ? 1 : 0;
      };
      context.add({
        set: document.corpus,
        document: rule.id,
        measure: `rule ${rule.type}`,
        sheaf: passes(parsed),
        bare: passes(bare),
        ...reasonOf(parsed),
      });
    }
  }
}

/** Seconds within which every hostile document must have ended. */
const ROBUST_SECONDS = 120;

/** Broken, hostile and protected documents: each has to do what is expected of it, in bounded time, and leave nothing. */
export async function evaluateRobust(context: SetContext): Promise<void> {
  for (const document of ofKind(context, 'robust')) {
    const path = join(context.manifest.folder, document.doc);
    const parsed = await context.sheaf.parse(path);
    const withPassword =
      document.expect === 'password' && document.password !== undefined
        ? await context.sheaf.parse(path, { input_options: { password: document.password } })
        : undefined;
    const met = parsed.seconds < ROBUST_SECONDS && meets(document, parsed, withPassword);
    context.add({
      set: document.corpus,
      document: `${nameOf(document)} (${document.expect})`,
      measure: 'expectation',
      sheaf: met ? 1 : 0,
      ...(met ? {} : { note: noteOf(parsed, withPassword) }),
    });
  }
  const left = leftBehind(context.sheaf.directory);
  context.add({
    set: 'robust',
    document: 'files left behind',
    measure: 'none',
    sheaf: left.length === 0 ? 1 : 0,
    note: left.join(', '),
  });
}

function meets(document: CorpusDocument, parsed: Parsed, withPassword: Parsed | undefined): boolean {
  const refusedClearly =
    !parsed.ok && /^[A-Z_]+: ./.test(parsed.reason) && !parsed.reason.startsWith('ENGINE_CRASHED');
  switch (document.expect) {
    case 'open':
      return parsed.ok || parsed.reason.startsWith('UNSUPPORTED_FILE_TYPE');
    case 'password':
      return (
        !parsed.ok &&
        /PROTECTED/.test(parsed.reason) &&
        (withPassword === undefined || withPassword.ok || isUnread(withPassword))
      );
    default:
      return parsed.ok || refusedClearly;
  }
}

/** Documents that no reader is installed for cannot be opened with their password either; that has to be said. */
function isUnread(parsed: Parsed): boolean {
  return !parsed.ok && /^UNSUPPORTED_FILE_TYPE|old Office kind/.test(parsed.reason);
}

function noteOf(parsed: Parsed, withPassword: Parsed | undefined): string {
  const first = parsed.ok ? `opened, ${parsed.seconds.toFixed(1)} s` : parsed.reason;
  const second = withPassword && !withPassword.ok ? `; with the password: ${withPassword.reason}` : '';
  return first + second;
}

function leftBehind(directory: string): string[] {
  return readdirSync(directory).filter((name) => name.startsWith('out-'));
}

const SCANS = 20;
const TURNED_SCANS = 4;

/** Scans at 200 dpi made of born-digital pages, upright and turned: recall of words and their order. */
export async function evaluateScans(context: SetContext): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sheaf-scans-'));
  try {
    const sources = context.manifest.documents
      .filter(
        (document) =>
          document.doc.endsWith('.pdf') && ['tables', 'extract', 'parse-rules'].includes(document.kind),
      )
      .map((document) => join(context.manifest.folder, document.doc));
    const upright = await makeScans(sources, directory, { most: SCANS, turned: 0 });
    for (const scan of upright) await measureScan(context, 'scans', scan, true);
    for (const turned of [90, 180, 270] as const) {
      for (const scan of await makeScans(sources, directory, { most: TURNED_SCANS, turned }))
        await measureScan(context, 'rotated scans', scan, false);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measureScan(
  context: SetContext,
  set: string,
  scan: Scan,
  withReference: boolean,
): Promise<void> {
  const parsed = await context.sheaf.parse(scan.path);
  const bare = withReference ? await parseBare(scan.path, context.tessdataDir) : undefined;
  const truth = tokens(scan.truth);
  const words = (result: Parsed) => tokens(result.ok ? result.pages.map((page) => page.text).join('\n') : '');
  const textOf = (result: Parsed) => (result.ok ? result.pages.map((page) => page.text).join('\n') : '');
  const common = { set, document: `${basename(scan.path)} turned ${scan.turned}`, ...reasonOf(parsed) };
  context.add({
    ...common,
    measure: 'word recall',
    sheaf: overlap(words(parsed), truth).recall,
    ...(bare && { bare: overlap(words(bare), truth).recall }),
  });
  context.add({
    ...common,
    measure: 'order',
    sheaf: orderSimilarity(textOf(parsed), scan.truth),
    ...(bare && { bare: orderSimilarity(textOf(bare), scan.truth) }),
  });
}

function ofKind(context: SetContext, kind: string): CorpusDocument[] {
  return context.manifest.documents.filter((document) => document.kind === kind);
}
