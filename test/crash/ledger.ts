import type LlamaCloud from '@llamaindex/llama-cloud';

/** A batch as it was asked for. */
export interface RequestedBatch {
  readonly id: string;
  /** The URL of its webhook, which no other request has. */
  readonly marker: string;
  readonly files: number;
}

/** A batch whose 201 arrived: from now on it must never be lost. */
export interface AcknowledgedBatch extends RequestedBatch {
  /** The official client of its project, pointed at wherever the API is at the moment. */
  readonly client: LlamaCloud;
}

export interface LoadCounts {
  /** Creates, each counted once however often the client sent it. */
  creates: number;
  /** Creates that the client gave up on. */
  unanswered: number;
  cancels: number;
  /** Cancels that came too late, or that the client gave up on. */
  refusedCancels: number;
  /** Requests that were sent again after they had failed. */
  retries: number;
}

/** Where clients write down what they went through. */
export interface Ledger {
  readonly acknowledged: AcknowledgedBatch[];
  readonly counts: LoadCounts;
  /** What the API answered, by status; 0 stands for a connection that was refused or broke. */
  readonly answers: Map<number, number>;
  /** Refusals that no crash explains. */
  readonly wrongs: string[];
}

export function openLedger(): Ledger {
  return {
    acknowledged: [],
    counts: { creates: 0, unanswered: 0, cancels: 0, refusedCancels: 0, retries: 0 },
    answers: new Map(),
    wrongs: [],
  };
}

/** Clients that create batches, whatever dies meanwhile. */
export interface Load extends Ledger {
  /** Batches that clients wait for at this moment. */
  readonly open: number;
  start(): void;
  /** Lets the requests under way end. The API must be up. */
  stop(): Promise<void>;
}
