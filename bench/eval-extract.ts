import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { extractByRules } from '../src/engines/extract/extract-by-rules.ts';
import { readParsedDocument, type ParsedDocument } from '../src/engines/extract/parsed-document.ts';
import { validateData } from '../src/engines/extract/validate.ts';
import { compare } from './eval/extract/compare.ts';
import { configuredModel, type Extractor } from './eval/extract/model-extraction.ts';
import { openParseCache } from './eval/extract/parse-cache.ts';
import { printReport, type TaskResult } from './eval/extract/report.ts';
import { isSupported, leavesOf } from './eval/extract/support.ts';
import { extractTasks, type ExtractTask } from './eval/extract/tasks.ts';
import { readManifest } from './eval/manifest.ts';

/**
 * Scores extraction over a folder of documents with truths: by the rules alone, and with the model that the settings
 * name (`SHEAF_MODEL_…`), if there is one. Parses are kept between runs.
 *
 *   npm run eval:extract [-- <folder>] [--only adbuy,zugferd] [--half a|b] [--details]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    half: { type: 'string' },
    details: { type: 'boolean', default: false },
  },
});
const manifest = readManifest(positionals[0] ?? '../shared/corpora');
const { tasks, refused } = extractTasks(manifest);
const wanted = values.only?.split(',');
await using cache = openParseCache();
const rules: Extractor = {
  name: 'rules alone',
  extract: (document, { schema }) => Promise.resolve(extractByRules(document, schema, {})),
};
const model = configuredModel(process.env);
const extractors = model ? [rules, model] : [rules];
const results = extractors.map((): TaskResult[] => []);
for (const task of tasks) {
  if ((wanted && !wanted.includes(task.set)) || (values.half !== undefined && halfOf(task) !== values.half))
    continue;
  const source = await cache.parse(task.path, task.asScan);
  if (typeof source === 'string') {
    refused.push(`${basename(task.path)}: ${source}`);
    continue;
  }
  for (const [index, extractor] of extractors.entries())
    results[index]?.push(await evaluate(task, readParsedDocument(source), extractor));
}
for (const [index, { name }] of extractors.entries()) {
  console.log(`\n${name}`);
  printReport(results[index] ?? [], values.details);
}
for (const reason of refused) console.log(`not measured: ${reason}`);

/** Half of the groups are developed on, the other half only measured. */
function halfOf({ group }: ExtractTask): string {
  return (createHash('sha256').update(group).digest()[4] ?? 0) % 2 === 0 ? 'a' : 'b';
}

async function evaluate(
  task: ExtractTask,
  document: ParsedDocument,
  extractor: Extractor,
): Promise<TaskResult> {
  const started = performance.now();
  const extraction = await extractor.extract(document, task);
  const seconds = (performance.now() - started) / 1000;
  const found = leavesOf(extraction.fields).filter((leaf) => leaf.value !== null);
  return {
    set: task.set,
    name: basename(task.path),
    comparisons: compare(task, extraction.data),
    valid: validateData(extraction.data, task.schema).length === 0,
    cited: found.length,
    supported: found.filter((leaf) => isSupported(leaf, document)).length,
    pages: document.pages.length,
    seconds,
  };
}
