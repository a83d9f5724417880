import type { Endpoint } from './endpoint.ts';

/**
 * The server's settings, given on its command line: they belong to this version of Sheaf and not to the cluster,
 * and a setting left in a file cannot contradict them. `fsync` and full page writes stay at their default, on.
 */
export function serverSettings(
  endpoint: Endpoint,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const windows = platform === 'win32';
  return {
    port: String(endpoint.port),
    listen_addresses: windows ? endpoint.host : '',
    unix_socket_directories: windows ? '' : endpoint.host,
    max_connections: '60',
    shared_buffers: '128MB',
    // Containers offer 64 MB of /dev/shm; mmap files in the cluster have no such bound.
    dynamic_shared_memory_type: windows ? 'windows' : 'mmap',
    // Queries here are short and indexed: parallel plans and compilation cost more than they give.
    max_parallel_workers_per_gather: '0',
    jit: 'off',
    io_method: 'worker',
    // A plain fsync leaves the data in the drive's cache on these two.
    ...((windows || platform === 'darwin') && { wal_sync_method: 'fsync_writethrough' }),
    idle_in_transaction_session_timeout: '60s',
    log_min_messages: 'warning',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] ',
    logging_collector: 'off',
    timezone: 'UTC',
    cluster_name: 'sheaf',
  };
}
