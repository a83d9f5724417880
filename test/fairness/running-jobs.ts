import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../../src/store/database.ts';

/** What was seen of the running jobs of all projects. */
export interface RunningJobsSeen {
  readonly samples: number;
  /** Projects that ran a job in any sample. */
  readonly projects: number;
  /** The most jobs that any project had RUNNING in one sample. */
  readonly mostRunning: number;
  /** The most slots that any project held, in the queue or running, in one sample. */
  readonly mostHeld: number;
}

/** Looks into the database every few milliseconds until it is stopped. */
export function watchRunningJobs(db: Database, everyMs: number): { stop(): Promise<RunningJobsSeen> } {
  const projects = new Set<string>();
  let samples = 0;
  let mostRunning = 0;
  let mostHeld = 0;
  let stopping = false;

  const look = async (): Promise<void> => {
    const counted = await sql<{ project_id: string; running: number; held: number }>`
      select project_id, count(*) filter (where status = 'RUNNING') as running, count(*) as held
      from jobs where holds_slot or status = 'RUNNING' group by project_id`.execute(db);
    samples += 1;
    for (const row of counted.rows) {
      if (row.running > 0) projects.add(row.project_id);
      mostRunning = Math.max(mostRunning, row.running);
      mostHeld = Math.max(mostHeld, row.held);
    }
  };
  const watching = (async (): Promise<void> => {
    while (!stopping) await Promise.all([look(), delay(everyMs)]);
  })();

  return {
    async stop() {
      stopping = true;
      await watching;
      return { samples, projects: projects.size, mostRunning, mostHeld };
    },
  };
}
