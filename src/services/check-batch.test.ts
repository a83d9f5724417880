import { Readable } from 'node:stream';
import CFB from 'cfb';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { addDirectory, addProject } from '../../test/support/batch-scenes.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { drawPdf, prose } from '../engines/parse/fixtures/sample-documents.ts';
import { writeZip } from '../engines/parse/fixtures/zip-writer.ts';
import { openDocument } from '../engines/parse/select-reader.ts';
import { newId } from '../model/ids.ts';
import { createBatch, type NewBatch } from './batches.ts';
import { checkBatch, type BatchCheck, type CheckBounds } from './check-batch.ts';
import { saveConfiguration } from './configurations.ts';
import type { Services } from './context.ts';
import { createDirectory } from './directories.ts';
import { addUpload } from './directory-files.ts';
import { storeUpload } from './uploads.ts';

let bench: TestServices;
let services: Services;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
  ({ services } = bench);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

async function store(files: Readonly<Record<string, Buffer | string>>): Promise<string> {
  const directory = await createDirectory(services, projectId, { name: 'to check' });
  for (const [name, content] of Object.entries(files)) {
    const upload = await storeUpload(services, Readable.from([Buffer.from(content)]), name);
    await addUpload(services, directory, upload, () => ({}));
  }
  return directory.id;
}

const wishFor = (sourceDirectoryId: string, wish: Partial<NewBatch> = {}): NewBatch => ({
  sourceDirectoryId,
  jobType: 'parse_v2',
  configurationId: 'cfg-PARSE_FAST',
  webhooks: { configurationIds: [], inline: [] },
  ...wish,
});

const BOUNDS: CheckBounds = { forMs: 10_000, problems: 1_000, chunk: 2 };
const never = new AbortController().signal;

const check = (
  wish: NewBatch,
  options: { within?: Services; bounds?: Partial<CheckBounds> } = {},
): Promise<BatchCheck> =>
  checkBatch(options.within ?? services, projectId, wish, never, { ...BOUNDS, ...options.bounds });

const told = ({ problems }: BatchCheck) =>
  problems.map(({ file, verdict, code }) => `${file.display_name}: ${verdict} ${code}`);

/** An OLE2 compound file with these streams. */
function compound(...streams: string[]): Buffer {
  const container = CFB.utils.cfb_new();
  for (const name of streams) CFB.utils.cfb_add(container, `/${name}`, Buffer.alloc(5_000));
  return Buffer.from(CFB.write(container, { type: 'buffer' }) as Uint8Array);
}

async function passwordConfiguration(): Promise<string> {
  const { id } = await saveConfiguration(services, projectId, {
    name: 'with password',
    productType: 'parse_v2',
    parameters: {
      product_type: 'parse_v2',
      tier: 'fast',
      version: '2025-12-11',
      input_options: { password: 'open sesame' },
    },
  });
  return id;
}

test('good files have no problem, and nothing is made', async () => {
  const pdf = await drawPdf([prose('Good')]);
  const docx = writeZip({ '[Content_Types].xml': '<Types/>', 'word/document.xml': '<document/>' });
  const odt = writeZip({ mimetype: 'application/vnd.oasis.opendocument.text', 'content.xml': '<x/>' });
  const files = { 'a.pdf': pdf, 'b.docx': docx, 'c.odt': odt, 'd.txt': 'words' };
  const directoryId = await store(files);
  expect(await check(wishFor(directoryId))).toEqual({
    totalFiles: 4,
    checkedFiles: 4,
    totalBytes: pdf.length + docx.length + odt.length + 5,
    problems: [],
  });
  const rows = await sql`select from batches union all select from jobs`.execute(services.db);
  expect(rows.rows).toHaveLength(0);
});

test('what is sure to fail is told in the words of its job', async () => {
  const files = {
    'empty.pdf': '',
    'tool.exe': Buffer.concat([Buffer.from('MZ'), Buffer.alloc(500)]),
    'photos.zip': writeZip({ 'one.raw': 'x', 'two.raw': 'y' }),
    'cut.zip': writeZip({ 'one.raw': 'x' }).subarray(0, 20),
    'old.doc': compound('WordDocument', '1Table'),
    'old.ppt': compound('Current User', 'PowerPoint Document'),
    'locked.docx': compound('EncryptionInfo', 'EncryptedPackage'),
  };
  const { problems } = await check(wishFor(await store(files)));
  expect(problems.map(({ file }) => file.display_name)).toEqual(Object.keys(files));

  for (const { file, verdict, code, message } of problems) {
    const local = await services.blobs.localFile(file.blob_key ?? '');
    const opening = openDocument({
      path: local.path,
      fileName: file.display_name,
      options: {},
      soffice: 'off',
      scratch: bench.dataDir,
    } as unknown as Parameters<typeof openDocument>[0]);
    await expect(opening, file.display_name).rejects.toMatchObject({ code, message });
    expect(verdict).toBe('will_fail');
    await local.release();
  }
});

test.each(['1.4', '1.7'] as const)(
  'an encrypted PDF %s is doubtful without a password',
  async (pdfVersion) => {
    const locked = await drawPdf([prose('Secret')], { userPassword: 'open sesame', pdfVersion });
    const directoryId = await store({ 'locked.pdf': locked });
    expect(told(await check(wishFor(directoryId)))).toEqual(['locked.pdf: warning PDF_IS_PROTECTED']);
    const configurationId = await passwordConfiguration();
    expect(told(await check(wishFor(directoryId, { configurationId })))).toEqual([]);
  },
);

test('encryption is also found in a cross-reference stream far from the end', async () => {
  const head = '%PDF-1.5\n';
  const table = '9 0 obj <</Type /XRef /Size 9 /Encrypt 8 0 R /Length 9000>>\nstream\n' + 'x'.repeat(20_000);
  const body = `${head}${'%'.repeat(30_000)}\n`;
  const pdf = `${body}${table}\nendstream endobj\nstartxref\n${body.length}\n%%EOF\n`;
  expect(told(await check(wishFor(await store({ 'a.pdf': pdf }))))).toEqual([
    'a.pdf: warning PDF_IS_PROTECTED',
  ]);
});

test('copies name the first file with their bytes, across chunks', async () => {
  const directoryId = await store({ 'a.txt': 'same', 'b.txt': 'other', 'c.txt': 'same', 'd.txt': 'same' });
  const { problems } = await check(wishFor(directoryId));
  const first = await sql<{ id: string }>`
    select id from directory_files where display_name = 'a.txt'`.execute(services.db);
  expect(problems.map(({ file, duplicateOf }) => [file.display_name, duplicateOf])).toEqual([
    ['c.txt', first.rows[0]?.id],
    ['d.txt', first.rows[0]?.id],
  ]);
  expect(problems.every(({ verdict }) => verdict === 'warning')).toBe(true);
});

test('files without bytes are sure to fail', async () => {
  const directoryId = await addDirectory(services, projectId, 1);
  const checked = await check(wishFor(directoryId));
  expect(told(checked)).toEqual(['0.pdf: will_fail FILE_NOT_FOUND']);
});

test('it stops at its bound of problems, and counts what it has looked at', async () => {
  const directoryId = await store({ 'good.txt': 'x', 'a.txt': '', 'b.txt': '', 'c.txt': '' });
  const checked = await check(wishFor(directoryId), { bounds: { problems: 2 } });
  expect(checked).toMatchObject({ totalFiles: 4, checkedFiles: 3 });
  expect(told(checked)).toHaveLength(2);
});

test('it stops at its bound of time, whatever a file does', async () => {
  const directoryId = await store({ 'a.txt': '', 'b.txt': 'b', 'c.txt': '' });
  const clock = new AbortController();
  const bound = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(clock.signal);
  onTestFinished(() => bound.mockRestore());
  // The time is up while the second file is read, which never ends.
  const readForever = (): Promise<never> => {
    setImmediate(() => clock.abort());
    return new Promise(() => {});
  };
  const slow: Services = {
    ...services,
    blobs: new Proxy(services.blobs, {
      get: (blobs, name) => (name === 'readRange' ? readForever : Reflect.get(blobs, name, blobs)),
    }),
  };
  const checked = await check(wishFor(directoryId), { within: slow, bounds: { forMs: 300 } });
  expect(bound).toHaveBeenCalledWith(300);
  expect(checked).toMatchObject({ totalFiles: 3, checkedFiles: 1 });
  expect(told(checked)).toEqual(['a.txt: will_fail NO_DATA_FOUND_IN_FILE']);
});

test.each<[string, () => Promise<NewBatch>]>([
  ['an unknown directory', async () => wishFor(newId('directory'))],
  ['an empty directory', async () => wishFor(await addDirectory(services, projectId, 0))],
  ['too many files', async () => wishFor(await addDirectory(services, projectId, 4))],
  [
    'an unknown configuration',
    async () =>
      wishFor(await addDirectory(services, projectId, 1), { configurationId: newId('configuration') }),
  ],
  [
    'a configuration of another product',
    async () => wishFor(await addDirectory(services, projectId, 1), { jobType: 'extract_v2' }),
  ],
  [
    'a bad webhook',
    async () =>
      wishFor(await addDirectory(services, projectId, 1), {
        webhooks: { configurationIds: [], inline: [{ webhook_url: 'http://127.0.0.1/' }] },
      }),
  ],
])('%s is refused as by the create', async (_, wishOf) => {
  const within = withLimits(services, { maxBatchFiles: 3 });
  const wish = await wishOf();
  const request = { principal: { keyId: 'key', projectId }, retryCount: 0, arrivedAt: performance.now() };
  const ofCreate: unknown = await createBatch(within, request, wish).catch((error: unknown) => error);
  const ofCheck: unknown = await check(wish, { within }).catch((error: unknown) => error);
  expect(ofCreate).toBeInstanceOf(Error);
  expect(ofCheck).toEqual(ofCreate);
});
