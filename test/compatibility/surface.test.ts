import { existsSync, readFileSync } from 'node:fs';

import type { TSchema } from 'typebox';
import { expect, test } from 'vitest';

import { ComponentCollector } from '../../src/http/components.ts';
import { BatchCreateBody } from '../../src/http/schemas/batch.ts';
import { ClassifyV2Parameters } from '../../src/http/schemas/classify-parameters.ts';
import { ConfigurationCreateBody, ConfigurationUpdateBody } from '../../src/http/schemas/configuration.ts';
import { ParseV2Parameters } from '../../src/http/schemas/parse-parameters.ts';
import { ExtractV2Parameters } from '../../src/http/schemas/extract-parameters.ts';
import { ExtractCreateBody } from '../../src/http/schemas/extract-job.ts';
import {
  ExtractSchemaGenerateBody,
  ExtractSchemaValidateBody,
} from '../../src/http/schemas/extract-schema.ts';
import { SplitV1Parameters } from '../../src/http/schemas/split-parameters.ts';
import { SpreadsheetV1Parameters } from '../../src/http/schemas/spreadsheet-parameters.ts';
import { DirectoryCreateBody, DirectoryUpdateBody } from '../../src/http/schemas/directory.ts';
import {
  DirectoryFileBulkDeleteBody,
  DirectoryFileCreateBody,
  DirectoryFileUpdateBody,
} from '../../src/http/schemas/directory-file.ts';
import { WebhookConfigCreateBody, WebhookConfigUpdateBody } from '../../src/http/schemas/webhook-config.ts';
import type { JsonSchema } from '../../src/http/validation/json-schema.ts';
import { differences, type Components } from './surface-comparison.ts';
import { RESPONSES, violations } from './surface.ts';

/** The published surface of the hosted service; kept outside the repository. */
const SURFACE = new URL('../../../shared/contract/surface.json', import.meta.url);

/** Our schema, and the published component that it must agree with. */
const COUNTERPARTS: Readonly<Record<string, TSchema>> = {
  BatchResponse: RESPONSES.Batch,
  BatchQueryResponse: RESPONSES.BatchPage,
  BatchCreateRequest: BatchCreateBody,
  DirectoryResponse: RESPONSES.Directory,
  DirectoryQueryResponse: RESPONSES.DirectoryPage,
  DirectoryCreateRequest: DirectoryCreateBody,
  DirectoryUpdateRequest: DirectoryUpdateBody,
  DirectoryFileResponse: RESPONSES.DirectoryFile,
  DirectoryFileQueryResponse: RESPONSES.DirectoryFilePage,
  DirectoryFileCreateRequest: DirectoryFileCreateBody,
  DirectoryFileUpdateRequest: DirectoryFileUpdateBody,
  DirectoryFileBulkDeleteRequest: DirectoryFileBulkDeleteBody,
  FileV2: RESPONSES.FileV2,
  FileQueryResponseV2: RESPONSES.FileV2Page,
  PresignedUrl: RESPONSES.PresignedUrl,
  ParseV2Parameters,
  ExtractV2Parameters,
  ClassifyV2Parameters,
  SplitV1Parameters,
  SpreadsheetV1Parameters,
  ConfigurationResponse: RESPONSES.Configuration,
  ConfigurationQueryResponse: RESPONSES.ConfigurationPage,
  ConfigurationCreateRequest: ConfigurationCreateBody,
  ConfigurationUpdateRequest: ConfigurationUpdateBody,
  ExtractV2SchemaValidateRequest: ExtractSchemaValidateBody,
  ExtractV2SchemaValidateResponse: RESPONSES.ExtractSchemaValidated,
  ExtractV2SchemaGenerateRequest: ExtractSchemaGenerateBody,
  ExtractV2JobCreate: ExtractCreateBody,
  ExtractV2Job: RESPONSES.ExtractJob,
  ExtractV2JobQueryResponse: RESPONSES.ExtractJobPage,
  ParseJobResponse: RESPONSES.ParseJob,
  ParseJobQueryResponse: RESPONSES.ParseJobPage,
  ParseResultResponse: RESPONSES.ParseResult,
  Project: RESPONSES.ProjectV1,
  ProjectResponse: RESPONSES.ProjectV2,
  ProjectQueryResponse: RESPONSES.ProjectV2Page,
  WebhookConfigResponse: RESPONSES.WebhookConfig,
  WebhookConfigCreateRequest: WebhookConfigCreateBody,
  WebhookConfigUpdateRequest: WebhookConfigUpdateBody,
  JobDataPoint: RESPONSES.JobDataPoint,
  JobDataPointResponse: RESPONSES.JobDataPointPage,
  HTTPValidationError: RESPONSES.HTTPValidationError,
};

/**
 * Differences that are meant: a tier newer than the surface, heading levels as the contract's text has them, and bounds on
 * texts that lists load, where the surface has none.
 */
const MEANT = [
  /^(ExtractV2Parameters|Configuration\w+\.(items\[\]\.)?parameters)\.tier values: we add "turbo"$/,
  /^ExtractV2Job\w*\.(items\[\]\.)?configuration\.tier values: we add "turbo"$/,
  /\.level (minimum: ours 1|maximum: ours 6), theirs undefined$/,
  /^Directory\w+Request\.(name maxLength: ours 3000|description maxLength: ours 10000), theirs undefined$/,
  /\bclient_name maxLength: ours 255, theirs undefined$/,
];

test.skipIf(!existsSync(SURFACE))(
  `our schemas agree with the published surface (skipped when it is not beside the repository)`,
  () => {
    const { components } = JSON.parse(readFileSync(SURFACE, 'utf8')) as {
      components: { schemas: Components };
    };
    const collector = new ComponentCollector();
    const found: string[] = [];
    for (const [name, schema] of Object.entries(COUNTERPARTS)) {
      const published = components.schemas[name];
      expect(published, name).toBeDefined();
      const named = collector.place({ root: collector.name(schema as JsonSchema) });
      found.push(
        ...differences(
          { schema: named.root, components: named.components.schemas },
          { schema: published as JsonSchema, components: components.schemas },
          name,
        ),
      );
    }
    expect(found.filter((line) => !MEANT.some((meant) => meant.test(line)))).toEqual([]);
    for (const meant of MEANT) expect(found).toContainEqual(expect.stringMatching(meant));
  },
);

test('the comparison sees every kind of difference', () => {
  const compare = (ours: JsonSchema, theirs: JsonSchema) =>
    differences({ schema: ours, components: {} }, { schema: theirs, components: {} }, 'X');
  const text: JsonSchema = { type: 'string' };
  const object = (properties: Record<string, JsonSchema>, required: string[] = []): JsonSchema => ({
    type: 'object',
    properties,
    required,
  });
  expect(compare(object({ a: text, b: text }), object({ a: text }))).toEqual([]);
  expect(compare(object({}), object({ a: text }))).toEqual(['X.a: we lack it']);
  expect(compare(object({ a: text }), object({ a: text }, ['a']))).toEqual(['X.a: required by them only']);
  expect(compare(object({ a: text }, ['a']), object({ a: text }))).toEqual(['X.a: required by us only']);
  expect(compare(text, { anyOf: [text, { type: 'null' }] })).toEqual(['X types: we lack null']);
  expect(compare({ ...text, enum: ['a', 'c'] }, { ...text, enum: ['a', 'b'] })).toEqual([
    'X values: we lack "b"',
    'X values: we add "c"',
  ]);
  expect(compare({ ...text, maxLength: 5 }, text)).toEqual(['X maxLength: ours 5, theirs undefined']);
  expect(compare({ type: 'array', items: text }, { type: 'array', items: { type: 'integer' } })).toEqual([
    'X[] types: we lack integer',
    'X[] types: we add string',
  ]);
});

const batch = {
  id: 'bat-1',
  project_id: 'p',
  source_directory_id: 'dir-1',
  config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_AGENTIC' } },
  status: 'PENDING',
  results: null,
  created_at: '2026-09-10T08:00:00.123Z',
  updated_at: '2026-09-10T08:00:00.123Z',
};

test('an answer that conforms has no violations', () => {
  expect(violations('Batch', batch)).toEqual([]);
  expect(violations('BatchPage', { items: [batch], next_page_token: null, total_size: 1 })).toEqual([]);
  const page = { page_number: 1, page_width: 612, page_height: 792, success: true };
  const text = { type: 'text', md: 'a', value: 'a' };
  const list = {
    type: 'list',
    md: '- a',
    ordered: false,
    items: [text, { type: 'list', md: '', ordered: true, items: [] }],
  };
  const job = { id: 'pjb-1', project_id: 'p', status: 'COMPLETED' };
  expect(violations('ParseResult', { job, items: { pages: [{ ...page, items: [list] }] } })).toEqual([]);
});

test('every violation is listed with its place', () => {
  const bad = { ...batch, status: 'DONE', results: [{}], created_at: 'today', surprise: 1, id: undefined };
  expect(violations('Batch', JSON.parse(JSON.stringify(bad))).join('\n')).toMatch(
    /required property 'id'[^]*additional properties: surprise[^]*\/status must be equal to one of[^]*\/results\/0 must have required[^]*\/created_at must match format/,
  );
});
