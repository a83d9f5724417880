import type { JobDataPoint as DataPointRow } from '../../../services/job-data-points.ts';
import type { JobDataPoint } from '../../schemas/job-data-point.ts';

/** A job's data point as the wire shows it. */
export function presentDataPoint(row: DataPointRow): JobDataPoint {
  const finishedAt = row.finished_at?.toISOString() ?? null;
  return {
    id: row.id,
    project_id: row.project_id,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    status: row.status.toLowerCase(),
    custom_tag: row.client_name ?? '',
    error_message: row.error_message,
    state_transitions: {
      pending_at: row.created_at.toISOString(),
      throttled_at: null,
      running_at: row.started_at?.toISOString() ?? null,
      completed_at: row.status === 'COMPLETED' ? finishedAt : null,
      failed_at: row.status === 'FAILED' ? finishedAt : null,
      cancelled_at: row.status === 'CANCELLED' ? finishedAt : null,
    },
  };
}
