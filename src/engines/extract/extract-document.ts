import type { DataSchema } from '../../model/extract-schema/data-schema.ts';
import type { ExtractSummary } from '../../model/extract-result.ts';
import { programVersion } from '../../version.ts';
import { extractByRules, type ExtractSettings } from './extract-by-rules.ts';
import { writeExtractPack } from './extract-pack.ts';
import type { ExtractedField, Extraction, FoundBy } from './extraction.ts';
import { fieldMetadata } from './field-metadata.ts';
import { readParsedDocument } from './parsed-document.ts';
import type { AskModel } from '../model/port.ts';
import { extractWithModel, type ModelExtraction } from './model/extract-with-model.ts';
import type { ExtractTask } from './model/model-use.ts';
import { fallbacksOf, fallbackWarnings } from './model/told-gaps.ts';
import type { ExtractOutcome } from './port.ts';
import { validateData } from './validate.ts';
import { beginPatterns, patternWarnings } from './values/patterns.ts';

/** Whom the work tells how long it may take: the deadline grows with the pages. */
interface ExtractSurroundings {
  readonly onExtent: (extent: { readonly documentPages: number; readonly askedPages: number }) => void;
  /** The way to the model; not used without one. */
  readonly ask: AskModel;
}

/** Extracts from one parsed document and writes the pack. Throws only what is Sheaf's own fault. */
export async function extractDocument(
  request: ExtractTask,
  { onExtent, ask }: ExtractSurroundings,
): Promise<ExtractOutcome> {
  const started = performance.now();
  beginPatterns();
  const { schema, parameters, model: use, fileName } = request;
  const document = readParsedDocument(request.source);
  onExtent({ documentPages: document.pages.length, askedPages: document.pages.length });
  const settings = parameters as ExtractSettings;
  const prompt = promptOf(parameters);
  const task = { fileName, schema, settings, ...(prompt !== undefined && { systemPrompt: prompt }) };
  const extraction: Extraction & Partial<ModelExtraction> = use
    ? await extractWithModel(document, { ...task, use }, ask)
    : extractByRules(document, schema, settings);
  assertValid(extraction, schema);
  const told = {
    citations: parameters['cite_sources'] === true,
    confidence: parameters['confidence_scores'] === true,
  };
  const metadata = fieldMetadata(extraction.fields, settings.extraction_target, told);
  const pack = writeExtractPack(request.outputDir, { data: extraction.data, field_metadata: metadata });
  const fallbacks = fallbacksOf(extraction.gaps ?? []);
  const summary: ExtractSummary = {
    engine: { name: use ? 'rules+model' : 'rules', version: programVersion() },
    pages: extraction.pages.length,
    seconds: Math.round(performance.now() - started) / 1000,
    fields: countLeaves(extraction.fields),
    ...(use && { model: { name: use.name, asked: use.part, fallbacks } }),
    ...(extraction.tokens && { tokens: extraction.tokens }),
    optionsNotApplied: prompt === undefined || extraction.isAnswered === true ? [] : ['system_prompt'],
    warnings: [...extraction.warnings, ...fallbackWarnings(fallbacks), ...patternWarnings()],
  };
  return { kind: 'success', ...pack, summary };
}

/** @throws when the data is not what the schema says: no job may be COMPLETED with such data */
function assertValid({ data }: Extraction, schema: DataSchema): void {
  const items = Array.isArray(data) ? (data as readonly unknown[]) : [data];
  for (const item of items) {
    const [problem] = validateData(item, schema);
    if (!problem) continue;
    throw new Error(`The extracted data breaks its schema at ${problem.path.join('.')}: ${problem.message}.`);
  }
}

function countLeaves(fields: ExtractedField): Record<FoundBy, number> {
  const counts = { rules: 0, model: 0, none: 0 };
  const visit = (field: ExtractedField): void => {
    if (field.kind === 'leaf') counts[field.foundBy] += 1;
    else if (field.kind === 'list') for (const item of field.items) visit(item);
    else for (const inner of Object.values(field.fields)) visit(inner);
  };
  visit(fields);
  return counts;
}

/** Instructions in words, which rules cannot follow. */
function promptOf({ system_prompt: prompt }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof prompt === 'string' && prompt.trim() !== '' ? prompt : undefined;
}
