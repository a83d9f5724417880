import type { Segment } from '../layout/lines.ts';

/** A stretch of a document's text that says a value. */
export interface Evidence {
  readonly segment: Segment;
  /** The part of the segment's text. */
  readonly start: number;
  readonly end: number;
}

/** A value that a field could have. */
export interface Candidate {
  readonly value: string | number | boolean;
  readonly evidence: readonly Evidence[];
  /** 0 to 1: how likely it is the field's. */
  readonly score: number;
}
