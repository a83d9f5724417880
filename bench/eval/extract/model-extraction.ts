import { basename } from 'node:path';
import { loadConfig } from '../../../src/config.ts';
import type { Extraction } from '../../../src/engines/extract/extraction.ts';
import { extractWithModel } from '../../../src/engines/extract/model/extract-with-model.ts';
import type { ParsedDocument } from '../../../src/engines/extract/parsed-document.ts';
import { createModelClient } from '../../../src/engines/model/openai-client.ts';
import { createLogger } from '../../../src/logger.ts';
import type { ExtractTask } from './tasks.ts';

/** An extraction by one engine. */
export interface Extractor {
  /** For the report. */
  readonly name: string;
  extract(document: ParsedDocument, task: ExtractTask): Promise<Extraction>;
}

/** The model of the settings, asked for every field, as agentic tiers do; undefined where none is configured. */
export function configuredModel(environment: NodeJS.ProcessEnv): Extractor | undefined {
  const config = loadConfig(environment, {});
  const { modelBaseUrl: baseUrl, modelName, modelConcurrency: concurrency } = config;
  if (baseUrl === undefined || modelName === undefined) return undefined;
  const client = createModelClient({
    baseUrl,
    model: modelName,
    ...(config.modelApiKey !== undefined && { apiKey: config.modelApiKey }),
    concurrency,
    timeoutMs: config.modelTimeoutSeconds * 1000,
    logger: createLogger({ level: 'silent' }),
  });
  const use = {
    name: modelName,
    concurrency,
    part: 'everything' as const,
    contextTokens: config.modelContextTokens,
  };
  const signal = new AbortController().signal;
  return {
    name: modelName,
    extract: (document, { path, schema }) => {
      const request = { fileName: basename(path), schema, settings: {}, use };
      return extractWithModel(document, request, (question) => client.complete(question, signal));
    },
  };
}
