import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { settleEndpoint, type Endpoint } from './endpoint.ts';
import { EmbeddedPostgresFailedError } from './failure.ts';
import { ask, connectionSettings, type ConnectionSettings } from './inquiry.ts';
import { launchServer, type LaunchedServer } from './launch.ts';
import { inspectPostmasterFile, removeStalePostmasterFile } from './postmaster-file.ts';
import { processesWorkingIn } from './process-table.ts';
import type { Site } from './site.ts';

/** A server that answers, and the registered connection to it. */
export interface RunningServer {
  readonly client: Client;
  readonly settings: ConnectionSettings;
  readonly how: 'started' | 'adopted';
}

/** A new server answers within 30 to 200 ms, so the first looks are close together. */
const POLL_MS = { first: 20, last: 250 } as const;
const PROGRESS_EVERY_MS = 10_000;

/**
 * Waits before another attempt after the server has ended by itself. It may have lost the race against another
 * Sheaf's, or a predecessor's backends may still be ending; a fault that stays is reported after these three seconds.
 */
const RETRY_AFTER_MS = [200, 400, 800, 1600] as const;

/**
 * Comes to a server that answers for this cluster, whatever the state of affairs: adopts a running one, waits for
 * one that starts or recovers, starts one otherwise. Any number of Sheafs may do this at once; PostgreSQL's own lock
 * lets one server live and the rest adopt it.
 *
 * @throws EmbeddedPostgresFailedError when the server ends by itself again and again, or time is up
 */
export async function bringUp(site: Site, signal: AbortSignal): Promise<RunningServer> {
  const attempt = new BringUp(site, await settleEndpoint(site.location));
  try {
    return await attempt.run(signal);
  } catch (error) {
    await attempt.giveUp();
    throw error;
  }
}

class BringUp {
  readonly #site: Site;
  readonly #cluster: string;
  readonly #began = Date.now();
  #endpoint: Endpoint;
  #launched: LaunchedServer | undefined;
  #failures = 0;
  #silence: { readonly pid: number; readonly since: number } | undefined;
  #nextReport = PROGRESS_EVERY_MS;

  constructor(site: Site, endpoint: Endpoint) {
    this.#site = site;
    this.#cluster = site.location.cluster;
    this.#endpoint = endpoint;
  }

  async run(signal: AbortSignal): Promise<RunningServer> {
    let pause: number = POLL_MS.first;
    for (;;) {
      signal.throwIfAborted();
      const settings = connectionSettings(this.#endpoint, this.#site.password);
      const answer = await ask(settings, this.#cluster);
      if (answer.kind === 'ready') {
        return { client: answer.client, settings, how: this.#isOurChild() ? 'started' : 'adopted' };
      }
      if (answer.kind === 'refusal') {
        throw new EmbeddedPostgresFailedError(
          `The server of ${this.#cluster} refuses Sheaf: ${answer.error.message}`,
          answer.error,
        );
      }
      if (answer.kind === 'stranger') {
        this.#endpoint = await settleEndpoint(this.#site.location, this.#endpoint);
      }
      if (answer.kind === 'silent') await this.#faceSilence(signal);
      else this.#silence = undefined;
      this.#watchClock(answer.kind === 'silent' ? 'nobody answers yet' : answer.reason);
      await delay(pause, undefined, { signal });
      pause = Math.min(pause * 1.3, POLL_MS.last);
    }
  }

  /** Ends a server of ours that nobody got to use, so that a failed start leaves nothing behind. */
  async giveUp(): Promise<void> {
    if (!this.#launched || this.#launched.ended() !== undefined) return;
    this.#launched.interrupt();
    // The server itself keeps no process alive: without a timer that does, this one would end here and tell nothing.
    const patience = new AbortController();
    const waited = delay(this.#site.stopTimeoutMs, undefined, { signal: patience.signal }).catch(
      () => undefined,
    );
    await Promise.race([this.#launched.end, waited]);
    patience.abort();
  }

  async #faceSilence(signal: AbortSignal): Promise<void> {
    if (this.#launched) {
      const ended = this.#launched.ended();
      if (ended === undefined) return;
      await this.#noteEnd(ended, this.#launched.lastWords(), signal);
    }
    const file = inspectPostmasterFile(this.#cluster);
    if (file.kind === 'ours') {
      this.#endUnreachable(file.pid);
      return;
    }
    this.#silence = undefined;
    if (file.kind === 'unsure') return;
    if (file.kind === 'stale') {
      this.#site.logger.warn(
        { cluster: this.#cluster },
        'Removed a postmaster.pid that no server stands behind',
      );
      removeStalePostmasterFile(this.#cluster, file.text);
    }
    if (!existsSync(join(this.#cluster, 'PG_VERSION'))) {
      throw new EmbeddedPostgresFailedError(`The database in ${this.#cluster} has disappeared. Restore it`);
    }
    this.#launched = launchServer(this.#site, this.#endpoint);
  }

  async #noteEnd(ended: string, lastWords: string, signal: AbortSignal): Promise<void> {
    this.#launched = undefined;
    // Someone is at work in the cluster: a faster Sheaf's server, or backends that outlive a killed one.
    const beaten = inspectPostmasterFile(this.#cluster).kind === 'ours';
    if (beaten || processesWorkingIn(this.#cluster).length > 0) return;
    const retryAfter = RETRY_AFTER_MS[this.#failures];
    this.#failures += 1;
    if (retryAfter === undefined) {
      throw new EmbeddedPostgresFailedError(
        `PostgreSQL does not start on ${this.#cluster}: it ${ended}. ` +
          `The last lines of ${join(this.#site.location.home, 'postgres.log')}:\n${lastWords || '(nothing)'}`,
      );
    }
    await delay(retryAfter, undefined, { signal });
  }

  /** A server of ours that lives but stays silent has lost its socket: the temporary directory was cleaned. */
  #endUnreachable(pid: number): void {
    if (this.#silence?.pid !== pid) this.#silence = { pid, since: Date.now() };
    if (Date.now() - this.#silence.since < this.#site.unreachableAfterMs) return;
    this.#site.logger.warn(
      { pid, ...this.#endpoint },
      'The database server runs but cannot be reached at its socket: restarting it',
    );
    process.kill(pid, 'SIGINT');
    this.#silence = undefined;
  }

  #isOurChild(): boolean {
    if (process.platform === 'win32') return this.#launched !== undefined;
    if (!this.#launched || this.#launched.ended() !== undefined) return false;
    const file = inspectPostmasterFile(this.#cluster);
    return file.kind !== 'ours' || file.pid === this.#launched.pid;
  }

  #watchClock(state: string): void {
    const waited = Date.now() - this.#began;
    const { logger, startTimeoutMs, location } = this.#site;
    if (waited > startTimeoutMs) {
      throw new EmbeddedPostgresFailedError(
        `PostgreSQL on ${this.#cluster} was not ready after ${Math.round(waited / 1000)} s: ${state}. ` +
          `See ${join(location.home, 'postgres.log')}\n${this.#launched?.lastWords() ?? ''}`.trimEnd(),
      );
    }
    if (waited < this.#nextReport) return;
    this.#nextReport += PROGRESS_EVERY_MS;
    logger.info(
      { waitedSeconds: Math.round(waited / 1000), state },
      'Waiting for the database (recovery after a crash takes as long as there is work to repeat)',
    );
  }
}
