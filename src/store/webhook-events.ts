import { sql } from 'kysely';
import type { JobStatus } from '../model/job-states.ts';
import type { Transaction } from './database.ts';

/*
 * Events become deliveries, one for each endpoint that wants to hear of them, in the transaction of the change that
 * they tell of. An event's id is made of what happened to whom, so that telling it twice tells it once. A saved
 * configuration that was deleted hears of nothing more.
 */

/** Tells a batch's own subscribers. */
export async function insertBatchEvent(
  tx: Transaction,
  event: { id: string; type: string; projectId: string; batchId: string; data: Record<string, unknown> },
): Promise<void> {
  await sql`
    insert into webhook_deliveries
      (id, event_id, event_type, project_id, batch_id, subscription_id, config_id, host, payload)
    select gen_random_uuid(), ${event.id}, ${event.type}, ${event.projectId}, ${event.batchId}, s.id, s.config_id,
      coalesce(c.host, s.host),
      json_build_object(
        'event_id', ${event.id}::text, 'event_type', ${event.type}::text,
        'timestamp', round(extract(epoch from now()), 3), 'data', ${JSON.stringify(event.data)}::json
      )
    from webhook_subscriptions s left join webhook_configs c on c.id = s.config_id
    where s.batch_id = ${event.batchId} and s.scope = 'own' and (s.config_id is null or c.id is not null)
      and (coalesce(s.events, c.events) is null or ${event.type} = any(coalesce(s.events, c.events)))
    on conflict (event_id, subscription_id) do nothing`.execute(tx);
}

/** What is told of a job's failure goes no further than this: receivers want to know, not to read. */
const MAX_MESSAGE_LENGTH = 1000;

/**
 * Tells the subscribers of jobs, and those of their batches that want to hear of jobs, what these have become. A job
 * with failed pages is `partial_success` (contract 8.4); extract jobs have no `running` (contract 10.2).
 */
export async function insertJobEvents(
  tx: Transaction,
  jobs: readonly { id: string; status: JobStatus }[],
): Promise<void> {
  await sql`
    insert into webhook_deliveries
      (id, event_id, event_type, project_id, batch_id, job_id, subscription_id, config_id, host, payload)
    select gen_random_uuid(), t.event_id, t.type, t.project_id, t.batch_id, t.id, s.id, s.config_id,
      coalesce(c.host, s.host),
      json_build_object(
        'event_id', t.event_id, 'event_type', t.type, 'timestamp', round(extract(epoch from now()), 3),
        'data', json_strip_nulls(json_build_object(
          'id', t.id, 'job_id', t.id, 'status', t.status, 'project_id', t.project_id, 'batch_id', t.batch_id,
          'name', t.name, 'error_message', left(t.error_message, ${MAX_MESSAGE_LENGTH}::int)
        ))
      )
    from (
      select j.id, e.status, j.project_id, j.batch_id, j.name, j.error_message, j.kind || '.' || n.name as type,
        'evt-' || substring(j.id from position('-' in j.id) + 1) || '-' || n.name as event_id
      from unnest(${jobs.map((job) => job.id)}::text[], ${jobs.map((job) => job.status)}::text[]) as e (id, status)
      join jobs j on j.id = e.id
      cross join lateral (
        select case e.status
          when 'PENDING' then 'pending' when 'RUNNING' then 'running' when 'FAILED' then 'error'
          when 'CANCELLED' then 'cancelled'
          else case when (j.summary #>> '{pages,failed}')::int > 0 then 'partial_success' else 'success' end
        end as name
      ) as n
      where j.kind = 'parse' or n.name <> 'running'
    ) as t
    cross join lateral (
      select * from webhook_subscriptions where job_id = t.id and scope = 'own'
      union all
      select * from webhook_subscriptions where batch_id = t.batch_id and scope = 'jobs'
    ) as s
    left join webhook_configs c on c.id = s.config_id
    where (s.config_id is null or c.id is not null)
      and (coalesce(s.events, c.events) is null or t.type = any(coalesce(s.events, c.events)))
    on conflict (event_id, subscription_id) do nothing`.execute(tx);
}
