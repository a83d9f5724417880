import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineBench, readSections } from '../fixtures/engine-bench.ts';
import { processesOf, until } from '../fixtures/fake-office.ts';
import { temporaryDirectory } from '../fixtures/sample-documents.ts';
import { convert } from './convert.ts';
import { findProgram } from './find-program.ts';

const program = findProgram(undefined);
if (program === undefined)
  process.stderr.write('LibreOffice is not installed: the tests that need the real program are skipped.\n');

/** A flat OpenDocument text, which LibreOffice makes every other kind of. */
function flatText(body: string): string {
  const names = { office: 'office', text: 'text', draw: 'drawing', table: 'table', svg: 'svg-compatible' };
  const declared = Object.entries(names).map(
    ([prefix, name]) => `xmlns:${prefix}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`,
  );
  return `<?xml version="1.0"?><office:document ${declared.join(' ')}
 xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.text"><office:body>${body}</office:body></office:document>`;
}

describe.skipIf(program === undefined)('with LibreOffice', () => {
  let directory: string;
  let bench: EngineBench;
  let remove: () => void;
  beforeAll(() => {
    ({ path: directory, remove } = temporaryDirectory());
    bench = new EngineBench();
  });
  afterAll(async () => {
    await bench.close();
    remove();
  });

  /** Makes one kind of file of another. */
  async function make(name: string, content: string, target: string, filter: string): Promise<Buffer> {
    const inputPath = join(directory, name);
    writeFileSync(inputPath, content);
    const scratch = join(directory, `scratch-${name}-${target}`);
    mkdirSync(scratch);
    const path = await convert({
      program: program ?? '',
      inputPath,
      extension: name.replace(/^.*\./, ''),
      target: target as 'pdf',
      filter,
      scratch,
      deadlineMs: 60_000,
      description: 'A test document',
    });
    return readFileSync(path);
  }

  test('reads a Word document of the old kind with places', { timeout: 90_000 }, async () => {
    const body =
      '<office:text><text:h text:outline-level="1">Minutes</text:h><text:p>All agreed.</text:p></office:text>';
    const outcome = await bench.parse(await make('minutes.fodt', flatText(body), 'doc', 'MS Word 97'));
    if (outcome.kind !== 'success') throw new Error(JSON.stringify(outcome));
    expect(outcome.summary.engine.version).toMatch(/^\d+\.\d.*\+\d+\.\d+/);
    const { text, items } = readSections(outcome);
    expect(text.pages[0]?.text).toContain('All agreed.');
    expect(items.pages[0]?.items[0]?.bbox[0]?.w).toBeGreaterThan(0);
  });

  test('reads a workbook of the old kind as sheets', { timeout: 90_000 }, async () => {
    const outcome = await bench.parse(
      await make('sums.csv', 'Item,Price\nPencil,2\nPaper,5\n', 'xls', 'MS Excel 97'),
    );
    if (outcome.kind !== 'success') throw new Error(JSON.stringify(outcome));
    expect(outcome.summary.engine.name).toBe('libreoffice+sheaf');
    const table = readSections(outcome).items.pages[0]?.items.find((item) => item.type === 'table');
    expect(table?.rows?.map((row) => row.map(String))).toEqual([
      ['Item', 'Price'],
      ['Pencil', '2'],
      ['Paper', '5'],
    ]);
  });

  test(
    'reads a workbook of Excel 2003 that is XML, cells at their columns',
    { timeout: 90_000 },
    async () => {
      const head = ['x', 'y', 'z']
        .map((name) => `<Cell><Data ss:Type="String">${name}</Data></Cell>`)
        .join('');
      const cells =
        '<Cell><Data ss:Type="String">a</Data></Cell><Cell ss:Index="3"><Data ss:Type="Number">5</Data></Cell>';
      const names =
        'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"';
      const outcome = await bench.parse(
        Buffer.from(
          `<?xml version="1.0"?><Workbook ${names}><Worksheet ss:Name="S"><Table><Row>${head}</Row><Row>${cells}</Row></Table></Worksheet></Workbook>`,
        ),
      );
      if (outcome.kind !== 'success') throw new Error(JSON.stringify(outcome));
      const table = readSections(outcome).items.pages[0]?.items.find((item) => item.type === 'table');
      expect(table?.rows?.[1]?.map(String)).toEqual(['a', '', '5']);
    },
  );

  test('follows no link to a file or an address', { timeout: 90_000 }, async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.end('WORDS OF THE SERVER');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const secret = join(directory, 'secret.txt');
      writeFileSync(secret, 'WORDS OF A FILE');
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const rtf = String.raw`{\rtf1\ansi Before {\field{\*\fldinst INCLUDEPICTURE "${address}/a.png" \\d}{\fldrslt x}}
        {\field{\*\fldinst INCLUDETEXT "file://${secret}"}{\fldrslt y}}
        {\field{\*\fldinst INCLUDETEXT "${address}/b.txt"}{\fldrslt z}} after\par}`;
      const outcome = await bench.parse(await make('links.rtf', rtf, 'pdf', 'writer_pdf_Export'));
      if (outcome.kind !== 'success') throw new Error(JSON.stringify(outcome));
      const text = readSections(outcome).text.pages[0]?.text;
      expect(text).toContain('Before');
      expect(text).not.toContain('WORDS OF');
      const flat = flatText(
        `<office:text><text:p>Before</text:p><text:section text:name="s"><text:section-source xlink:href="file://${secret}"/></text:section>` +
          `<text:section text:name="t"><text:section-source xlink:href="${address}/c.txt"/></text:section>` +
          `<text:p><draw:frame text:anchor-type="as-char" svg:width="1cm" svg:height="1cm"><draw:image xlink:href="${address}/d.png"/></draw:frame></text:p></office:text>`,
      );
      const second = await bench.parse(Buffer.from(flat));
      if (second.kind !== 'success') throw new Error(JSON.stringify(second));
      const shown = readSections(second).text.pages[0]?.text;
      expect(shown).toContain('Before');
      expect(shown).not.toContain('WORDS OF');
      expect(asked).toEqual([]);
    } finally {
      server.close();
    }
  });

  test(
    'a kill while it works leaves nothing',
    { timeout: 90_000, skip: process.platform !== 'linux' },
    async () => {
      const body = `<office:text>${'<text:p>A line of many.</text:p>'.repeat(20_000)}</office:text>`;
      const bytes = await make('long.fodt', flatText(body), 'doc', 'MS Word 97');
      const processes = join(bench.directory, 'processes');
      const controller = new AbortController();
      const outcome = bench.parse(bytes, {}, controller.signal);
      const isOffice = (pid: number) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('soffice.bin');
        } catch {
          return false;
        }
      };
      await until(
        () => (processesOf(processes).some(isOffice) ? true : undefined),
        'LibreOffice to be at work',
      );
      controller.abort();
      expect(await outcome).toEqual({ kind: 'cancelled' });
      await until(() => (processesOf(processes).length === 0 ? true : undefined), 'everything to end');
    },
  );
});
