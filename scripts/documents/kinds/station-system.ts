/** One system of the pumping station: the facts that its chapter of the manual is composed of. */
export interface StationSystem {
  readonly name: string;
  readonly purpose: string;
  readonly place: string;
  /** Part, what it does. */
  readonly parts: readonly (readonly [string, string])[];
  /** Quantity, normal value, limit. */
  readonly limits: readonly (readonly [string, string, string])[];
  readonly steps: readonly string[];
  /** Interval, task. */
  readonly tasks: readonly (readonly [string, string])[];
  /** Sign, cause, remedy. */
  readonly faults: readonly (readonly [string, string, string])[];
  readonly warning: string;
}
