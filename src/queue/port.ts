import type { Transaction } from '../store/database.ts';

/** The queues. `start-batch` maps a batch's files to jobs, `deliver-webhook` sends events; the others run jobs. */
export const QUEUES = ['start-batch', 'parse', 'extract', 'deliver-webhook'] as const;
export type QueueName = (typeof QUEUES)[number];

/**
 * The right to work on something, held until it is settled, released, or its holder is silent for longer than
 * {@link LEASE_SECONDS}. The id is the UUID of the job, batch or delivery it stands for, so there is at most one of each.
 */
export interface Ticket {
  readonly id: string;
  /** 0 for the first holder; goes up each time the ticket changes hands, and so fences late holders. */
  readonly generation: number;
}

/** A silent holder loses its ticket after this long. */
export const LEASE_SECONDS = 30;
/** How often a holder has to say that it is alive. */
export const HEARTBEAT_SECONDS = 10;

/**
 * Work that waits to be done, kept in the database that holds the domain, so that work and queue change in one
 * transaction. Every method that takes a transaction takes effect when that commits.
 */
export interface JobQueue {
  /** Puts tickets in. One that is already there stays as it is. Higher priorities are claimed first. */
  enqueue(
    tx: Transaction,
    queue: QueueName,
    tickets: readonly { id: string; priority?: number }[],
  ): Promise<void>;
  /** Takes up to `limit` tickets that wait. */
  claim(tx: Transaction, queue: QueueName, limit: number): Promise<Ticket[]>;
  /** Extends leases. @returns the ids of the tickets that are still held */
  heartbeat(queue: QueueName, tickets: readonly Ticket[]): Promise<Set<string>>;
  /** Removes tickets whose work is done. @returns those that were still held: only their work may be committed */
  settle(tx: Transaction, queue: QueueName, tickets: readonly Ticket[]): Promise<Set<string>>;
  /** Puts held tickets back, to be claimed again at once. @returns those that were still held */
  release(tx: Transaction, queue: QueueName, tickets: readonly Ticket[]): Promise<Set<string>>;
  /** Puts tickets back whose holder is known to be dead. */
  revive(tx: Transaction, queue: QueueName, ids: readonly string[]): Promise<void>;
  /** Removes tickets whether they wait or are held. */
  drop(tx: Transaction, queue: QueueName, ids: readonly string[]): Promise<void>;
  /** Starts the upkeep: leases that ran out are found every few seconds. */
  start(): Promise<void>;
  stop(): Promise<void>;
}
