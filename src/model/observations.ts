/** What the rooms tell to be measured. They know these shapes, and not what is made of them. */

/** A request that was answered. */
export interface ObservedRequest {
  readonly method: string;
  /** The route's pattern, never the path: ids and names are in that. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
  readonly requestId: string;
  /** What the client sent to be followed by; not checked yet. */
  readonly traceparent: string | undefined;
  /** Ids of what the request made: batches and jobs. */
  readonly made: readonly string[];
}

/** An attempt at a job whose end is committed. */
export interface ObservedEnd {
  readonly kind: string;
  readonly outcome: 'completed' | 'failed' | 'cancelled' | 'returned' | 'fault';
  readonly errorCode: string | null;
  readonly reused: boolean;
  readonly pages: number;
  /** How long the attempt took; undefined for a job that was ended before it began. */
  readonly seconds: number | undefined;
  /** When it ended, in milliseconds of the epoch. */
  readonly endedAt: number;
  readonly jobId: string;
  readonly batchId: string | null;
  readonly projectId: string;
  readonly attempt: number;
}

export interface RequestObserver {
  requestDone(request: ObservedRequest): void;
}

/** How an attempt to deliver an event went. */
export type DeliveryOutcome = 'delivered' | 'retried' | 'dead' | 'returned';

export interface WorkObserver {
  attemptEnded(end: ObservedEnd): void;
  /** Results that came after their lease had run out. */
  resultsRefused(kind: string, count: number): void;
  deliveriesTried(outcome: DeliveryOutcome, count: number): void;
}

/** Why an engine process ended. */
export type ChildEnd = 'worn' | 'closed' | 'crash' | 'memory' | 'timeout' | 'cancelled';

export interface ChildObserver {
  childStarted(): void;
  childEnded(reason: ChildEnd): void;
}

export interface PoolFigures {
  readonly busy: number;
  readonly idle: number;
  readonly waiting: number;
}

/** What there is to do. */
export interface QueueFigures {
  readonly jobs: readonly {
    /** An id, or `other` for all projects beyond those that are named. */
    readonly project: string;
    readonly kind: string;
    readonly waiting: number;
    readonly queued: number;
    readonly running: number;
    readonly oldestSeconds: number;
  }[];
  readonly batches: readonly { readonly status: string; readonly count: number }[];
  readonly webhooks: { readonly pending: number; readonly overdueSeconds: number };
}
