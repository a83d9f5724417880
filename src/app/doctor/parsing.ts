import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { findProgram } from '../../engines/parse/libreoffice/find-program.ts';
import { packagedLanguages } from '../../engines/parse/liteparse/tessdata.ts';
import { createLocalEngine } from '../../engines/parse/supervised/engine.ts';
import type { Logger } from '../../logger.ts';
import { failed, ok, without, type Finding } from './finding.ts';

const WORDS = 'Sheaf can read this';
const PATIENCE_MS = 60_000;

/** Has a process parse a document of one page that is made here. */
export async function checkParsing(config: Config, logger: Logger): Promise<Finding> {
  const directory = await mkdtemp(join(tmpdir(), 'sheaf-doctor-'));
  const engine = createLocalEngine({
    processes: 1,
    memoryLimitBytes: config.parseMemoryBytes,
    tmpDir: join(directory, 'engine'),
    tessdataCacheDir: join(directory, 'tessdata'),
    logger,
    ...(config.tessdataDir !== undefined && { tessdataDir: config.tessdataDir }),
  });
  try {
    const inputPath = join(directory, 'page.pdf');
    const outputDir = join(directory, 'output');
    await mkdir(outputDir);
    await writeFile(inputPath, onePage(WORDS));
    const begun = performance.now();
    const outcome = await engine.parse(
      {
        jobId: 'doctor',
        inputPath,
        fileName: 'page.pdf',
        parameters: { tier: 'fast', version: 'latest' },
        outputDir,
      },
      AbortSignal.timeout(PATIENCE_MS),
    );
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    if (outcome.kind === 'success')
      return ok('parsing', `a page of PDF was parsed in a process of its own, in ${seconds} s`);
    const reason = outcome.kind === 'failure' ? outcome.message : `no end after ${PATIENCE_MS / 1000} s`;
    return failed('parsing', reason, 'see the log with SHEAF_LOG_LEVEL=debug; give the machine more memory');
  } finally {
    await engine.close();
    await rm(directory, { recursive: true, force: true });
  }
}

export async function checkOcrData({ tessdataDir }: Config): Promise<Finding> {
  const mend = 'put <language>.traineddata into SHEAF_TESSDATA_DIR, or unset it to use what comes with Sheaf';
  const lost = 'pages without a text layer stay empty';
  if (tessdataDir === undefined) {
    const languages = packagedLanguages().map((name) => name.split(':', 1)[0]);
    if (languages.length > 0) return ok('OCR data', `${languages.join(', ')}, from the installed packages`);
    return failed('OCR data', `none: ${lost}`, 'install @tesseract.js-data/eng');
  }
  const names = (await readdir(tessdataDir)).filter((name) => name.endsWith('.traineddata'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(tessdataDir, name))).size));
  if (names.length === 0 || sizes.includes(0))
    return failed(
      'OCR data',
      `${names.length} languages in ${tessdataDir}, some empty or none: ${lost}`,
      mend,
    );
  return ok('OCR data', `${names.map((name) => name.split('.', 1)[0]).join(', ')}, in ${tessdataDir}`);
}

export async function checkLibreOffice({ soffice }: Config): Promise<Finding> {
  const program = findProgram(soffice);
  if (program !== undefined) return ok('LibreOffice', program);
  const lost = 'DOC, XLS, PPT and other old Office kinds are refused; DOCX, XLSX and PPTX need it not';
  if (soffice === 'off') return ok('LibreOffice', `switched off: ${lost}`);
  if (soffice !== undefined)
    return failed(
      'LibreOffice',
      `SHEAF_SOFFICE names ${soffice}, which is no program`,
      'correct it, or unset it',
    );
  return without('LibreOffice', `none: ${lost}`, 'install it if such documents come');
}

/** The smallest PDF that shows a line of text. */
function onePage(words: string): string {
  const content = `BT /F1 24 Tf 72 700 Td (${words}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  return (
    `${text}xref\n0 ${size}\n0000000000 65535 f \n${table}` +
    `trailer << /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`
  );
}
