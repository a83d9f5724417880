import type { Logger } from '../logger.ts';
import type { Binaries } from './binaries.ts';
import type { Location } from './location.ts';

/** Everything about one embedded server that stays the same while this process runs. */
export interface Site {
  readonly location: Location;
  readonly binaries: Binaries;
  readonly password: string;
  readonly logger: Logger;
  /** How long a start may take, recovery after a crash included, in milliseconds. */
  readonly startTimeoutMs: number;
  /** How long a living server may stay silent before it is restarted, in milliseconds. */
  readonly unreachableAfterMs: number;
  /** How long a fast shutdown may take before an immediate one follows, in milliseconds. */
  readonly stopTimeoutMs: number;
}
