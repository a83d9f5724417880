import type { FormField } from '../../../model/document.ts';
import { spaced, type FieldSpec } from '../fields/field-spec.ts';
import { boxAround, type Segment } from '../layout/lines.ts';
import type { Reading } from '../reading.ts';
import { readValue } from '../values/read-value.ts';
import { meaningsOf } from '../vocabulary/words.ts';
import type { Candidate } from './candidate.ts';
import { alike } from './label-index.ts';

const WEAKEST = 0.6;
const FILLED_IN = 0.97;
/** An empty box says no only where the label is certain. */
const NOT_TICKED = 0.8;

/** Values of the document's own form fields whose labels or names name the field. */
export function candidatesByForm(spec: FieldSpec, { document, notation }: Reading): Candidate[] {
  return document.pages.flatMap(({ pageNumber, fields }) =>
    fields.flatMap((field): Candidate[] => {
      const wordings = [field.label, spaced(field.id.split('.').at(-1) ?? '')].filter(
        (one) => one !== undefined,
      );
      const sets = wordings.map((wording) => new Set(meaningsOf(wording)));
      const score = Math.max(
        ...sets.flatMap((set) => spec.phrases.map((phrase) => alike(set, phrase.meanings) * phrase.sure)),
        0,
      );
      if (score < WEAKEST) return [];
      if (spec.kind === 'boolean') return ticked(field, pageNumber, score);
      const text = Array.isArray(field.value) ? field.value.join(', ') : field.value;
      if (typeof text !== 'string' || text.trim() === '') return [];
      const segment = formSegment(field, text, pageNumber);
      if (spec.kind === 'enum') {
        const value = spec.schema.enum?.find(
          (one) => String(one).toLowerCase() === text.trim().toLowerCase(),
        );
        return value === undefined ? [] : [{ value, evidence: [whole(segment)], score: score * FILLED_IN }];
      }
      const read = readValue(spec, text, notation);
      if (!read) return [];
      const evidence = [{ segment, start: read.index, end: read.index + read.text.length }];
      return [{ value: read.value, evidence, score: score * read.fit * FILLED_IN }];
    }),
  );
}

function ticked(field: FormField, pageNumber: number, score: number): Candidate[] {
  if (typeof field.value !== 'boolean') return [];
  const segment = formSegment(field, field.label ?? field.id, pageNumber);
  return [
    { value: field.value, evidence: [whole(segment)], score: score * (field.value ? FILLED_IN : NOT_TICKED) },
  ];
}

function whole(segment: Segment): Candidate['evidence'][number] {
  return { segment, start: 0, end: segment.text.length };
}

function formSegment(field: FormField, text: string, pageNumber: number): Segment {
  const { boxes } = field;
  return { text, pageNumber, lineIndex: 0, index: 0, box: boxAround(boxes), words: [], around: boxes };
}
