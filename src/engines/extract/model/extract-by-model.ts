import type { ObjectSchema } from '../../../model/extract-schema/data-schema.ts';
import type { ExtractedField, Json } from '../extraction.ts';
import type { ParsedPage } from '../parsed-document.ts';
import { readDocument } from '../reading.ts';
import type { Notation } from '../values/read-value.ts';
import { askFailure, type AskFailure, type DataAsker } from './data-asker.ts';
import { coerceAnswer } from './coerce-answer.ts';
import { groundAnswer } from './ground/ground-answer.ts';
import { mergeObjects } from './merge-parts.ts';
import { pageTexts } from './page-text.ts';
import { cutIntoParts, type DocumentPart, halve, textOfPart } from './parts.ts';
import { partPrompt } from './prompt.ts';
import { fieldKeys, type FieldKey, fittingSchemas, schemaTokens } from './sub-schema.ts';
import { estimateTokens } from './token-estimate.ts';

/** What a model is asked of some pages. */
export interface ModelQuestion {
  readonly fileName: string;
  readonly pages: readonly ParsedPage[];
  readonly schema: ObjectSchema;
  readonly system: string;
  readonly notation: Notation;
  /** What is known already and not asked for. */
  readonly known?: Json;
  readonly contextTokens: number;
}

/** Why some fields were not asked for, or not in all pages. */
export interface ModelGap {
  readonly failure: AskFailure;
  readonly fields: readonly FieldKey[];
  readonly pages: readonly number[];
}

export interface ModelFinding {
  /** Undefined when there was no answer at all. */
  readonly fields: ExtractedField | undefined;
  /** Fields that have an answer from at least one part of the document. */
  readonly answered: ReadonlySet<FieldKey>;
  readonly gaps: readonly ModelGap[];
}

/** Parts of the context that a schema and an answer may take. */
const SCHEMA_SHARE = 0.3;
const ANSWER_SHARE = 0.25;
const MOST_ANSWER_TOKENS = 16_384;
const FEWEST_ANSWER_TOKENS = 512;
/** What the words around the document take. */
const FRAME_TOKENS = 150;
/** Halvings of parts that are tried, for each page and beside that: a model that never ends is not asked for ever. */
const HALVINGS_PER_PAGE = 2;
const SPARE_HALVINGS = 8;
/** A document is cut into parts of at least so many tokens, however little a context leaves. */
const SMALLEST_PART = 400;

/**
 * Has a model fill a schema from some pages: in parts that fit its context, whose answers are put into the schema's
 * types, looked up in the pages they were given for, and merged.
 */
export async function extractByModel(question: ModelQuestion, asker: DataAsker): Promise<ModelFinding> {
  const texts = pageTexts(question.pages);
  const mostForSchema = question.contextTokens * SCHEMA_SHARE;
  const findings = await Promise.all(
    fittingSchemas(question.schema, mostForSchema).map((schema) => {
      const budget = budgetOf({ ...question, schema });
      const parts = cutIntoParts(texts, budget.text);
      const session = new PartSession({ ...question, schema }, asker, budget.answer);
      return session.ask(parts);
    }),
  );
  const objects = findings.flatMap(({ fields }) => fields ?? []);
  return {
    fields: objects.length > 0 ? mergeObjects(objects, question.schema) : undefined,
    answered: new Set(findings.flatMap(({ answered }) => [...answered])),
    gaps: findings.flatMap(({ gaps }) => gaps),
  };
}

function budgetOf({ contextTokens, system, schema, known, fileName }: ModelQuestion): {
  readonly text: number;
  readonly answer: number;
} {
  const answer = Math.min(
    MOST_ANSWER_TOKENS,
    Math.max(FEWEST_ANSWER_TOKENS, Math.floor(contextTokens * ANSWER_SHARE)),
  );
  const told = estimateTokens(system + fileName + (known === undefined ? '' : JSON.stringify(known)));
  // An endpoint may count the schema even if it is not part of the text.
  const text = contextTokens - answer - told - schemaTokens(schema) - FRAME_TOKENS;
  return { answer, text: Math.max(SMALLEST_PART, text) };
}

/** Questions with one schema about the parts of a document. */
class PartSession {
  readonly #question: ModelQuestion;
  readonly #asker: DataAsker;
  readonly #answerTokens: number;
  readonly #keys: readonly FieldKey[];
  readonly #gaps: ModelGap[] = [];
  #halvings: number;

  constructor(question: ModelQuestion, asker: DataAsker, answerTokens: number) {
    this.#halvings = SPARE_HALVINGS + question.pages.length * HALVINGS_PER_PAGE;
    this.#question = question;
    this.#asker = asker;
    this.#answerTokens = answerTokens;
    this.#keys = fieldKeys(question.schema);
  }

  async ask(parts: readonly DocumentPart[]): Promise<ModelFinding> {
    const of = parts.length;
    const answers = await Promise.all(
      parts.map((part, index) => this.#askPart(part, of > 1 ? { number: index + 1, of } : undefined)),
    );
    const objects = answers.flat();
    return {
      fields: objects.length > 0 ? mergeObjects(objects, this.#question.schema) : undefined,
      answered: new Set(objects.length > 0 ? this.#keys : []),
      gaps: this.#gaps,
    };
  }

  /** What a part says; of halves where the answer was cut off, because it was too long. */
  async #askPart(
    part: DocumentPart,
    position: { readonly number: number; readonly of: number } | undefined,
  ): Promise<ExtractedField[]> {
    const { fileName, known, system, schema } = this.#question;
    const answer = await this.#asker.ask({
      system,
      schema,
      text: partPrompt({
        fileName,
        text: textOfPart(part),
        ...(position && { part: position }),
        ...(known !== undefined && { known }),
      }),
      maxOutputTokens: this.#answerTokens,
    });
    if (answer.kind === 'data') return [this.#ground(answer.data, part)];
    if (answer.kind === 'failed') {
      this.#report(answer.failure, part);
      return [];
    }
    const halves = this.#halvings > 0 ? halve(part) : undefined;
    if (halves) {
      this.#halvings -= 1;
      const said = await Promise.all(halves.map((half) => this.#askPart(half, position)));
      return said.flat();
    }
    this.#report(askFailure('cut_off'), part);
    return answer.data ? [this.#ground(answer.data, part)] : [];
  }

  #ground(data: Parameters<typeof coerceAnswer>[0], part: DocumentPart): ExtractedField {
    const { schema, notation, pages } = this.#question;
    const numbers = new Set(part.pages.map(({ pageNumber }) => pageNumber));
    const own = pages.filter(({ pageNumber }) => numbers.has(pageNumber));
    const reading = { ...readDocument({ pages: own }), notation };
    return groundAnswer(coerceAnswer(data, schema, notation), schema, reading);
  }

  #report(failure: AskFailure, part: DocumentPart): void {
    this.#gaps.push({
      failure,
      fields: this.#keys,
      pages: part.pages.map(({ pageNumber }) => pageNumber),
    });
  }
}
