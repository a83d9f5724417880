import { findProject } from '../store/projects.ts';
import type { Limits, Services } from './context.ts';

/** A bound on what a project may do at a time, and who set it. */
interface Bound {
  readonly value: number;
  readonly setBy: 'server' | 'project';
}

/** How much of a project may run at a time. */
export interface ProjectLimits {
  readonly runningJobs: Bound;
  readonly runningBatches: Bound;
}

/** The limits that hold for a project: its own, or the server's where it has none. */
export async function projectLimits(
  services: { readonly db: Services['db']; readonly limits: Limits },
  projectId: string,
): Promise<ProjectLimits> {
  const own = (await findProject(services.db, projectId))?.limits;
  return {
    runningJobs: bound(own?.max_running_jobs, services.limits.maxRunningJobsPerProject),
    runningBatches: bound(own?.max_running_batches, services.limits.maxRunningBatchesPerProject),
  };
}

function bound(own: number | undefined, server: number): Bound {
  return own === undefined ? { value: server, setBy: 'server' } : { value: own, setBy: 'project' };
}
