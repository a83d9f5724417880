import type { ColumnType, Generated, GeneratedAlways, JSONColumnType, Selectable } from 'kysely';
import type { BatchJobType, BatchStatus } from '../model/batch-states.ts';
import type { ExtractSectionIndex, ExtractSummary } from '../model/extract-result.ts';
import type { JobKind, JobStatus } from '../model/job-states.ts';
import type { JoinedLengths, ParseSummary, PartIndex, SectionIndex } from '../model/parse-result.ts';

/** `timestamptz(3)`: read as a Date, written by the database clock or from a Date. */
type Time = ColumnType<Date, Date | string | undefined, Date | string>;
type OptionalTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
type Json = Record<string, unknown>;

interface OrganizationsTable {
  id: string;
  name: string;
  created_at: Time;
}

interface ProjectsTable {
  id: string;
  organization_id: string;
  name: string;
  is_default: boolean;
  /** The turn of the project's last admitted job. */
  last_turn: Generated<number>;
  /** Limits of this project that differ from the server's: `max_running_jobs`, `max_running_batches`. */
  limits: JSONColumnType<{ max_running_jobs?: number; max_running_batches?: number }>;
  created_at: Time;
  updated_at: Time;
}

interface ApiKeysTable {
  id: string;
  project_id: string;
  name: string;
  /** First half of the key's SHA-256: finds the row; says nothing about the second half. */
  lookup: Buffer;
  /** SHA-256 of the key: keys have 240 random bits, so a slow hash would add nothing. */
  hash: Buffer;
  created_at: Time;
  last_used_at: OptionalTime;
  revoked_at: OptionalTime;
}

interface FilesTable {
  id: string;
  project_id: string;
  name: string;
  external_file_id: string | null;
  file_type: string | null;
  size_bytes: number;
  sha256: Buffer;
  blob_key: string;
  purpose: string | null;
  expires_at: OptionalTime;
  /** Gone from the files API; the bytes stay while something else refers to them. */
  deleted_at: OptionalTime;
  created_at: Time;
  updated_at: Time;
}

interface DirectoriesTable {
  id: string;
  project_id: string;
  name: string;
  description: string | null;
  type: 'user' | 'index' | 'ephemeral';
  connector_subscription_id: string | null;
  system_metadata: ColumnType<Json | null, string | null, string | null>;
  expires_at: OptionalTime;
  deleted_at: OptionalTime;
  created_at: Time;
  updated_at: Time;
}

interface DirectoryFilesTable {
  id: string;
  project_id: string;
  directory_id: string;
  file_id: string;
  /** The file was uploaded for this entry and lives as the entry's directory does. */
  owns_file: Generated<boolean>;
  unique_id: string;
  display_name: string;
  metadata: ColumnType<Json | null, string | null, string | null>;
  deleted_at: OptionalTime;
  created_at: Time;
  updated_at: Time;
}

interface ConfigurationsTable {
  id: string;
  project_id: string;
  product_type: string;
  name: string;
  parameters: ColumnType<Json, string, string>;
  version: Time;
  created_at: Time;
  updated_at: Time;
}

interface BatchesTable {
  id: string;
  project_id: string;
  source_directory_id: string;
  /** The beginning, in lower case, as it was when the batch was made. */
  directory_name: Generated<string>;
  job_type: BatchJobType;
  configuration_id: string;
  /** The configuration as it was when the batch was made; later edits change nothing. */
  resolved_parameters: ColumnType<Json, string, string>;
  status: BatchStatus;
  error_message: string | null;
  total_files: number;
  completed_files: Generated<number>;
  failed_files: Generated<number>;
  cancelled_files: Generated<number>;
  pages: Generated<number>;
  cancel_requested_at: OptionalTime;
  /** The batch whose failed and cancelled files this one runs again. */
  retry_of: string | null;
  /** Hash of who asked for what: finds the twin of a create that a client sent again. */
  request_fingerprint: Buffer;
  /** The client's count of retries with the request that made the batch. */
  request_retry_count: Generated<number>;
  /** Grows with every change of status or counters. */
  revision: Generated<number>;
  created_at: Time;
  updated_at: Time;
  started_at: OptionalTime;
  finished_at: OptionalTime;
  /** Since when it is being deleted, job by job: to everybody it is gone already. */
  going_at: OptionalTime;
}

/** Every status that a batch has had, the first included. */
interface BatchTransitionsTable {
  batch_id: string;
  /** The batch's revision with the transition. */
  revision: number;
  status: BatchStatus;
  at: Time;
}

/** An endpoint that a project saved. */
interface WebhookConfigsTable {
  id: string;
  project_id: string;
  url: string;
  /** Host and port of the URL. */
  host: string;
  headers: ColumnType<Record<string, string> | null, string | null, string | null>;
  signing_secret: string | null;
  /** Null: all events. */
  events: string[] | null;
  output_format: 'string' | 'json';
  created_at: Time;
  updated_at: Time;
}

/** Who is told of the events of a batch, of its jobs, or of a job of its own. */
interface WebhookSubscriptionsTable {
  id: GeneratedAlways<number>;
  batch_id: string | null;
  job_id: string | null;
  position: number;
  /** `jobs`: the events of the batch's jobs, not those of the batch itself. */
  scope: 'own' | 'jobs';
  /** A saved configuration by its id; then the endpoint's own columns are empty. */
  config_id: string | null;
  url: string | null;
  host: string | null;
  headers: ColumnType<Record<string, string> | null, string | null, never>;
  signing_secret: string | null;
  /** Null: all events. */
  events: string[] | null;
  output_format: 'string' | 'json';
}

/** One event on its way to one endpoint; written in the transaction of the change that it tells of. */
interface WebhookDeliveriesTable {
  id: string;
  event_id: string;
  event_type: string;
  project_id: string;
  batch_id: string | null;
  job_id: string | null;
  /** Null for a test. */
  subscription_id: number | null;
  config_id: string | null;
  /** Host and port of the endpoint, as it was when the event was recorded or its configuration changed. */
  host: string;
  payload: ColumnType<Json, string, never>;
  state: Generated<'pending' | 'delivered' | 'dead'>;
  /** It has a ticket: it is being sent, or is among the next. */
  queued: Generated<boolean>;
  queued_at: OptionalTime;
  attempts: Generated<number>;
  /** Attempts since it was made or sent again by hand. */
  tries: Generated<number>;
  /** When the first of {@link tries} was. */
  first_try_at: OptionalTime;
  next_at: Time;
  /** Why it is dead. */
  reason: string | null;
  created_at: Time;
  ended_at: OptionalTime;
}

interface WebhookAttemptsTable {
  delivery_id: string;
  /** From 1, without gaps except where old ones were dropped. */
  number: number;
  at: Time;
  /** Null when there was no answer. */
  status: number | null;
  error: string | null;
  latency_ms: number;
  /** The beginning of the answer. */
  response: string | null;
}

/** Endpoints whose last attempts failed. */
interface WebhookEndpointsTable {
  project_id: string;
  host: string;
  /** In a row. */
  failures: number;
  /** Until then it is left alone. */
  rest_until: Time;
}

interface BatchFilesTable {
  batch_id: string;
  position: number;
  directory_file_id: string;
  file_id: string;
  display_name: string;
  job_id: string | null;
  /** Why no job could be made for the file; never set together with `job_id`. */
  error_message: string | null;
}

/** Where a finished job's result lies: one blob and the byte ranges of what is in it. */
export interface StoredResult {
  readonly key: string;
  readonly bytes: number;
  readonly sections: SectionIndex;
  /** Absent in results of earlier releases, which have sections only. */
  readonly parts?: PartIndex;
  readonly joined?: JoinedLengths;
}

/** Where a finished extraction's result lies. */
export interface StoredExtraction {
  readonly key: string;
  readonly bytes: number;
  readonly sections: ExtractSectionIndex;
}

/** What a job's kind decides: the columns `result` and `summary`. */
export interface JobOutcomes {
  readonly parse: { readonly result: StoredResult; readonly summary: ParseSummary };
  readonly extract: { readonly result: StoredExtraction; readonly summary: ExtractSummary };
}
type AnyOutcome = JobOutcomes[JobKind];

interface JobsTable {
  id: string;
  kind: JobKind;
  project_id: string;
  batch_id: string | null;
  batch_position: number | null;
  /** Null for a parse job whose document is fetched from `source_url`. */
  file_id: string | null;
  source_url: string | null;
  http_proxy: string | null;
  /** What an extract job's client named: a file's id, a directory file's, or a parse job's. */
  file_input: string | null;
  /** The parse that an extract job reads; null as long as there is none. */
  parse_job_id: string | null;
  name: string;
  configuration_id: string | null;
  /** Null for a job of a batch: the batch's `resolved_parameters` hold. */
  parameters: ColumnType<Json | null, string | null, string | null>;
  status: JobStatus;
  /** True from admission to the end: the job counts against its project's limit of running jobs. */
  holds_slot: Generated<boolean>;
  /** The job's place in the order in which projects take turns; set with its admission. */
  turn: Generated<number>;
  attempt: Generated<number>;
  /** Attempts that ended because their worker died. */
  lost_attempts: Generated<number>;
  /** Attempts that ended because Sheaf itself failed. */
  faults: Generated<number>;
  worker_id: string | null;
  cancel_requested_at: OptionalTime;
  error_code: string | null;
  error_message: string | null;
  result: ColumnType<AnyOutcome['result'] | null, string | null, string | null>;
  summary: ColumnType<AnyOutcome['summary'] | null, string | null, string | null>;
  pages: number | null;
  user_metadata: ColumnType<Record<string, string> | null, string | null, string | null>;
  /** Hash of who asked for what; null for a job of a batch. */
  request_fingerprint: Buffer | null;
  /** The client's count of retries with the request that made the job. */
  request_retry_count: Generated<number>;
  /** Names what was parsed and how; null where the result is not to be used again. */
  cache_key: Buffer | null;
  /** The job whose result this one uses. */
  cached_from: string | null;
  created_at: Time;
  updated_at: Time;
  started_at: OptionalTime;
  finished_at: OptionalTime;
}

interface WorkersTable {
  id: string;
  /** Name of the machine the worker process runs on, a space, and where in it its pid means something. */
  host: string;
  pid: number;
  /** Tells a process from a later one with the same pid. */
  pid_started: string;
  started_at: Time;
  /** When it last said that it is there. */
  seen_at: Time;
}

/** Keys of blobs that a deleted row pointed to. */
interface BlobGarbageTable {
  key: string;
  /** When the last such row was deleted. */
  since: Time;
}

/** Files that may have become unneeded; written by triggers. */
interface FileReleasesTable {
  file_id: string;
  look_at: Time;
}

interface ProgramsTable {
  id: string;
  version: string;
  role: string;
  host: string;
  /** The newest migration that the program knows. */
  newest_migration: string;
  started_at: Time;
  seen_at: Time;
}

interface JanitorWalksTable {
  name: string;
  /** The last key or id that was looked at. */
  position: Generated<string>;
  next_at: Time;
}

interface SecretsTable {
  name: string;
  value: Buffer;
}

/** Tables of the domain, as Kysely sees them. The migrations are the truth; this file follows them. */
export interface Schema {
  organizations: OrganizationsTable;
  projects: ProjectsTable;
  api_keys: ApiKeysTable;
  files: FilesTable;
  directories: DirectoriesTable;
  directory_files: DirectoryFilesTable;
  configurations: ConfigurationsTable;
  batches: BatchesTable;
  batch_transitions: BatchTransitionsTable;
  webhook_configs: WebhookConfigsTable;
  webhook_subscriptions: WebhookSubscriptionsTable;
  webhook_deliveries: WebhookDeliveriesTable;
  webhook_attempts: WebhookAttemptsTable;
  webhook_endpoints: WebhookEndpointsTable;
  batch_files: BatchFilesTable;
  jobs: JobsTable;
  workers: WorkersTable;
  programs: ProgramsTable;
  blob_garbage: BlobGarbageTable;
  file_releases: FileReleasesTable;
  janitor_walks: JanitorWalksTable;
  secrets: SecretsTable;
}

export type Organization = Selectable<OrganizationsTable>;
export type Project = Selectable<ProjectsTable>;
export type ApiKey = Selectable<ApiKeysTable>;
export type StoredFile = Selectable<FilesTable>;
export type Directory = Selectable<DirectoriesTable>;
export type DirectoryFile = Selectable<DirectoryFilesTable>;
export type Configuration = Selectable<ConfigurationsTable>;
export type Batch = Selectable<BatchesTable>;
export type BatchTransition = Selectable<BatchTransitionsTable>;
export type BatchFile = Selectable<BatchFilesTable>;
export type WebhookConfig = Selectable<WebhookConfigsTable>;
export type WebhookDelivery = Selectable<WebhookDeliveriesTable>;
export type WebhookAttempt = Selectable<WebhookAttemptsTable>;
export type Job = Selectable<JobsTable>;
