import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ParsedSource } from '../../../src/engines/extract/port.ts';
import { createLocalEngine } from '../../../src/engines/parse/supervised/engine.ts';
import { createLogger } from '../../../src/logger.ts';
import { SCAN_DPI, scanCopy } from './scan-copy.ts';

/** Parsed documents, kept between runs of the evaluation: reading scans takes longer than everything after it. */
export interface ParseCache extends AsyncDisposable {
  /**
   * The parse of a document, made now if it is not kept yet.
   * @param asScan the text layer is thrown away before, so that the text is read by OCR
   * @returns the reason in words where the document cannot be parsed
   */
  parse(path: string, asScan: boolean): Promise<ParsedSource | string>;
}

const MEMORY_LIMIT_BYTES = 2 * 1024 ** 3;
/** What extraction asks of parsing: words with their places, and the places of cells. */
const PARAMETERS = {
  tier: 'cost_effective',
  version: 'latest',
  output_options: { additional_outputs: ['word_bbox'], granular_bboxes: ['cell'] },
};

/** @param folder where parses are kept; default: below the system's directory for temporary files */
export function openParseCache(folder = join(tmpdir(), 'sheaf-eval-extract')): ParseCache {
  const working = mkdtempSync(join(tmpdir(), 'sheaf-eval-parse-'));
  const engine = createLocalEngine({
    processes: 1,
    memoryLimitBytes: MEMORY_LIMIT_BYTES,
    tmpDir: join(working, 'engine'),
    logger: createLogger({ level: 'silent' }),
  });
  const kept = join(folder, engine.version);
  mkdirSync(kept, { recursive: true });
  return {
    async parse(path, asScan) {
      const key = createHash('sha256')
        .update(readFileSync(path))
        .update(JSON.stringify([PARAMETERS, asScan && SCAN_DPI, path.slice(path.lastIndexOf('.'))]))
        .digest('hex');
      const packPath = join(kept, `${key}.pack`);
      const indexPath = join(kept, `${key}.json`);
      if (existsSync(indexPath)) {
        const index = JSON.parse(readFileSync(indexPath, 'utf8')) as
          ParsedSource | { readonly reason: string };
        return 'reason' in index ? index.reason : index;
      }
      const outputDir = mkdtempSync(join(working, 'out-'));
      let inputPath = path;
      if (asScan) {
        inputPath = join(outputDir, 'scan.pdf');
        writeFileSync(inputPath, await scanCopy(path));
      }
      const packDir = mkdtempSync(join(working, 'pack-'));
      const outcome = await engine.parse(
        { jobId: key, inputPath, fileName: basename(path), parameters: PARAMETERS, outputDir: packDir },
        new AbortController().signal,
      );
      const source: ParsedSource | { readonly reason: string } =
        outcome.kind === 'success'
          ? { packPath, sections: outcome.sections, ...(outcome.parts && { parts: outcome.parts }) }
          : { reason: outcome.kind === 'failure' ? `${outcome.code}: ${outcome.message}` : 'cancelled' };
      if (outcome.kind === 'success') copyFileSync(outcome.packPath, packPath);
      writeFileSync(`${indexPath}.new`, JSON.stringify(source));
      renameSync(`${indexPath}.new`, indexPath);
      rmSync(outputDir, { recursive: true, force: true });
      rmSync(packDir, { recursive: true, force: true });
      return 'reason' in source ? source.reason : source;
    },
    async [Symbol.asyncDispose]() {
      await engine.close();
      rmSync(working, { recursive: true, force: true });
    },
  };
}
