import type { Evidence } from '../../candidates/candidate.ts';
import { citationsOf } from '../../citations.ts';
import { readCandidates } from '../../decide/choose-values.ts';
import type { FieldSchema, ObjectSchema } from '../../../../model/extract-schema/data-schema.ts';
import { NOT_FOUND, type ExtractedField, type ExtractedLeaf } from '../../extraction.ts';
import {
  makeFieldSpec,
  spaced,
  valueSchema,
  type FieldContext,
  type FieldSpec,
} from '../../fields/field-spec.ts';
import type { Segment } from '../../layout/lines.ts';
import type { Reading } from '../../reading.ts';
import { meaningsOf } from '../../vocabulary/words.ts';
import type { Coerced, CoercedObject } from '../coerce-answer.ts';
import type { CoercedScalar } from '../coerce-scalar.ts';
import { fieldKey, type FieldKey } from '../sub-schema.ts';
import { sameValue } from '../same-value.ts';
import { modelLeaf, standingOf } from './confidence.ts';
import { type Finding, type Sought, ValueFinder } from './find-value.ts';
import { groundRows } from './ground-rows.ts';
import { TextIndex } from './text-index.ts';

/** How far from a label a value may stand, in lines, and how many labels of a field are looked at. */
const NEAR_LABEL = 2;
const MOST_LABELS = 30;
/** What the rules are hardly sure of says nothing. */
const AGREEING = 0.5;

/** Looks up everything that an answer says in the pages that it was given for. */
export function groundAnswer(answer: CoercedObject, schema: ObjectSchema, reading: Reading): ExtractedField {
  return new Grounding(schema, reading).object(answer, schema, { path: [], meanings: [] });
}

class Grounding {
  readonly #reading: Reading;
  readonly #finder: ValueFinder;
  readonly #candidates = new Map<FieldKey, { spec: FieldSpec; found: ReturnType<typeof readCandidates> }>();

  constructor(schema: ObjectSchema, reading: Reading) {
    this.#reading = reading;
    this.#finder = new ValueFinder(new TextIndex(reading.document.pages), reading.notation);
    const specs = scalarSpecs(schema, { path: [], meanings: [] });
    const found = readCandidates(specs, reading);
    for (const spec of specs) this.#candidates.set(fieldKey(spec.path), { spec, found });
  }

  object(answer: CoercedObject, schema: ObjectSchema, context: FieldContext): ExtractedField {
    const fields = Object.entries(schema.properties).map(([name, field]): [string, ExtractedField] => {
      const given = answer.fields[name];
      return [name, given ? this.#field(given, name, field, context) : NOT_FOUND];
    });
    return { kind: 'object', fields: Object.fromEntries(fields) };
  }

  #field(given: Coerced, name: string, field: FieldSchema, context: FieldContext): ExtractedField {
    const schema = valueSchema(field);
    if (given.kind === 'object' && schema.type === 'object')
      return this.object(given, schema, below(context, name));
    if (given.kind === 'list' && schema.type === 'array')
      return groundRows(given.items, schema.items, {
        find: (scalar, inner) => this.#finder.find(soughtOf(scalar, inner)),
        leaf: (scalar, standing, finding) => this.#leaf(scalar, standing, finding?.evidence ?? []),
      });
    return given.kind === 'scalar' && given.scalar
      ? this.#scalar(given.scalar, fieldKey([...context.path, name]))
      : NOT_FOUND;
  }

  #scalar(scalar: CoercedScalar, key: FieldKey): ExtractedLeaf {
    const known = this.#candidates.get(key);
    if (!known) throw new Error(`The field ${key} is not in the schema that was asked for.`);
    const { spec, found } = known;
    const agreeing = found.get(spec)?.find((one) => sameValue(one.value, scalar.value));
    if (agreeing && agreeing.score >= AGREEING) return this.#leaf(scalar, 'agreed', agreeing.evidence);
    const findings = this.#finder.find({
      ...scalar,
      isDate: spec.kind === 'date',
      isCurrency: spec.kind === 'currency',
    });
    const labelled = this.#nearLabel(spec, findings);
    const finding = labelled ?? findings[0];
    return this.#leaf(
      scalar,
      labelled ? 'labelled' : standingOf(finding, scalar.value),
      finding?.evidence ?? [],
    );
  }

  #nearLabel(spec: FieldSpec, findings: readonly Finding[]): Finding | undefined {
    if (findings.length === 0) return undefined;
    const labels = this.#reading.labels
      .find(spec.phrases)
      .toSorted((a, b) => b.score - a.score)
      .slice(0, MOST_LABELS)
      .map(({ label }) => label.segment);
    return findings.find(({ evidence: [first] }) => first && labels.some((label) => isNear(label, first)));
  }

  #leaf(
    { value }: CoercedScalar,
    standing: Parameters<typeof modelLeaf>[1],
    evidence: readonly Evidence[],
  ): ExtractedLeaf {
    const { pageByNumber } = this.#reading;
    return modelLeaf(value, standing, citationsOf(evidence, pageByNumber), pageByNumber);
  }
}

function isNear(label: Segment, { segment }: Evidence): boolean {
  const distance = segment.lineIndex - label.lineIndex;
  return segment.pageNumber === label.pageNumber && distance >= 0 && distance <= NEAR_LABEL;
}

function soughtOf(scalar: CoercedScalar, schema: FieldSchema): Sought {
  const value = valueSchema(schema);
  const format = 'format' in value ? value.format : undefined;
  return { ...scalar, isDate: format === 'date' || format === 'date-time', isCurrency: false };
}

function scalarSpecs(schema: ObjectSchema, context: FieldContext): FieldSpec[] {
  return Object.entries(schema.properties).flatMap(([name, field]) => {
    const value = valueSchema(field);
    if (value.type === 'object') return scalarSpecs(value, below(context, name));
    return value.type === 'array' ? [] : [makeFieldSpec(name, field, context)];
  });
}

function below(context: FieldContext, name: string): FieldContext {
  return {
    path: [...context.path, name],
    meanings: [...new Set([...context.meanings, ...meaningsOf(spaced(name))])],
  };
}
