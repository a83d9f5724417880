import type { DataSchema, ObjectSchema } from '../../../model/extract-schema/data-schema.ts';
import type { AskModel, ModelUsage } from '../../model/port.ts';
import { extractByRules, type ExtractSettings } from '../extract-by-rules.ts';
import { dataOf, NOT_FOUND, type ExtractedField, type Extraction, type Json } from '../extraction.ts';
import { valueSchema } from '../fields/field-spec.ts';
import { notationOf } from '../notation.ts';
import { pagesToRead } from '../page-choice.ts';
import type { ParsedDocument, ParsedPage } from '../parsed-document.ts';
import type { Notation } from '../values/read-value.ts';
import { combineObjects, gapsIn } from './combine.ts';
import { DataAsker } from './data-asker.ts';
import { extractByModel, type ModelGap } from './extract-by-model.ts';
import type { ModelUse } from './model-use.ts';
import { pageTexts } from './page-text.ts';
import { systemPrompt } from './prompt.ts';
import { fieldKeys, type FieldKey, subSchema } from './sub-schema.ts';

export interface ModelTask {
  readonly fileName: string;
  readonly schema: DataSchema;
  readonly settings: ExtractSettings;
  /** The owner's instructions in words. */
  readonly systemPrompt?: string;
  readonly use: ModelUse;
}

export interface ModelExtraction extends Extraction {
  readonly gaps: readonly ModelGap[];
  readonly tokens: ModelUsage | undefined;
  /** Whether the model answered anything, so that the owner's instructions were followed. */
  readonly isAnswered: boolean;
}

/** The most of what is known already that a question tells. */
const MOST_KNOWN = 4_000;
/** The name under which rows are asked for, where the whole result is a list of them. */
const ROWS = 'rows';

/**
 * Extracts by the rules first, and has a model do the rest, or everything, as `use` says. What the model cannot do
 * stays as the rules have it, and is told.
 */
export async function extractWithModel(
  document: ParsedDocument,
  task: ModelTask,
  ask: AskModel,
): Promise<ModelExtraction> {
  const rules = extractByRules(document, task.schema, task.settings);
  const { pages } = pagesToRead(document, task.settings);
  const asker = new DataAsker(ask, task.use.concurrency);
  const work = new ModelWork(task, asker, notationOf({ pages }));
  const fields = await work.byTarget(rules.fields, pages);
  const { gaps, isAnswered } = work;
  return {
    data: dataOf(fields),
    fields,
    pages: rules.pages,
    warnings: [...rules.warnings, ...(work.isAsked ? warningOfTextless(pages) : [])],
    gaps,
    tokens: asker.tokens,
    isAnswered,
  };
}

class ModelWork {
  readonly gaps: ModelGap[] = [];
  isAsked = false;
  isAnswered = false;
  readonly #task: ModelTask;
  readonly #asker: DataAsker;
  readonly #notation: Notation;
  readonly #system: string;
  readonly #modelDecides: boolean;

  constructor(task: ModelTask, asker: DataAsker, notation: Notation) {
    this.#task = task;
    this.#asker = asker;
    this.#notation = notation;
    this.#system = systemPrompt(task.systemPrompt);
    this.#modelDecides = (task.systemPrompt ?? '').trim() !== '';
  }

  async byTarget(rules: ExtractedField, pages: readonly ParsedPage[]): Promise<ExtractedField> {
    const { schema, settings } = this.#task;
    switch (settings.extraction_target ?? 'per_doc') {
      case 'per_doc':
        return this.#object(rules, pages, schema);
      case 'per_page': {
        const found = rules.kind === 'list' ? rules.items : [];
        const items = await Promise.all(
          pages.map((page, index) => this.#object(found[index] ?? NOT_FOUND, [page], schema)),
        );
        return { kind: 'list', items };
      }
      case 'per_table_row': {
        const rows: ObjectSchema = {
          type: 'object',
          properties: {
            [ROWS]: {
              type: 'array',
              description: 'One entry for each row of the tables in the text',
              items: schema,
            },
          },
          required: [],
        };
        const found = await this.#object({ kind: 'object', fields: { [ROWS]: rules } }, pages, rows);
        return (found.kind === 'object' ? found.fields[ROWS] : undefined) ?? { kind: 'list', items: [] };
      }
    }
  }

  async #object(
    rules: ExtractedField,
    pages: readonly ParsedPage[],
    schema: ObjectSchema,
  ): Promise<ExtractedField> {
    const { use, fileName } = this.#task;
    const keys = use.part === 'everything' ? fieldKeys(schema) : gapsIn(rules, schema);
    const wanted = subSchema(schema, new Set(keys));
    const hasText = pages.some((page) => page.lines.length > 0 || page.items.length > 0);
    if (!wanted || !hasText) return rules;
    this.isAsked = true;
    const known = use.part === 'gaps' ? knownFields(rules, schema, new Set(keys)) : undefined;
    const { fields, answered, gaps } = await extractByModel(
      {
        fileName,
        pages,
        schema: wanted,
        system: this.#system,
        notation: this.#notation,
        contextTokens: use.contextTokens,
        ...(known !== undefined && { known }),
      },
      this.#asker,
    );
    this.gaps.push(...gaps);
    if (!fields) return rules;
    this.isAnswered = true;
    return combineObjects({ rules, model: fields, modelDecides: this.#modelDecides }, schema, answered);
  }
}

/** Scalars that the rules are sure of, as an object; undefined where there are none, or more than helps. */
function knownFields(
  found: ExtractedField,
  schema: ObjectSchema,
  asked: ReadonlySet<FieldKey>,
): Json | undefined {
  const known = subSchema(schema, new Set(fieldKeys(schema).filter((key) => !asked.has(key))));
  const data = known && scalarsOf(found, known);
  return data === undefined || JSON.stringify(data).length > MOST_KNOWN ? undefined : data;
}

function scalarsOf(found: ExtractedField, schema: ObjectSchema): Json | undefined {
  const entries = Object.entries(schema.properties).flatMap(([name, field]): [string, Json][] => {
    const own = found.kind === 'object' ? found.fields[name] : undefined;
    const value = valueSchema(field);
    if (!own || value.type === 'array') return [];
    const said = value.type === 'object' ? scalarsOf(own, value) : dataOf(own);
    return said === undefined || said === null ? [] : [[name, said]];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** Pages of which a model sees nothing, because they have no text. */
function warningOfTextless(pages: readonly ParsedPage[]): string[] {
  const empty = pageTexts(pages).flatMap(({ pageNumber, lines }) => (lines.length === 0 ? [pageNumber] : []));
  if (empty.length === 0) return [];
  const which = empty.length > 20 ? `${empty.slice(0, 20).join(', ')}, …` : empty.join(', ');
  return [
    `The model was shown nothing of ${empty.length === 1 ? 'page' : 'pages'} ${which}, which have no text.`,
  ];
}
