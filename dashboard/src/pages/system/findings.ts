import type { SystemStatus } from '../../api/system.ts';
import { formatDuration } from '../../format/times.ts';

/** Something about the server that a person should know, and what to do about it. */
export interface Finding {
  readonly look: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** Older than this, work that is ready to run counts as stuck. */
const STUCK_SECONDS = 120;

/** What speaks from the figures, the worst first. */
export function findingsOf({ workers, queue, limits, engines }: SystemStatus): readonly Finding[] {
  const findings: Finding[] = [];
  const live = workers.filter((worker) => worker.is_live).length;
  const open = queue.reduce((sum, kind) => sum + kind.queued + kind.waiting, 0);
  if (live === 0) {
    findings.push({
      look: 'error',
      text: `No worker is alive${open > 0 ? ', and work waits for one' : ''}. Start one with sheaf serve --role worker.`,
    });
  }
  const lost = workers.length - live;
  if (lost > 0) {
    findings.push({
      look: 'warning',
      text: `${lost} of ${workers.length} workers have not been heard of for a while. Their work goes to others by itself.`,
    });
  }
  for (const { kind, queued, oldest_seconds: oldest } of queue) {
    if (live > 0 && queued > 0 && oldest !== null && oldest > STUCK_SECONDS) {
      findings.push({
        look: 'warning',
        text: `The oldest ${kind} job has waited ${formatDuration(oldest * 1000)}. More workers, or more processes for each, would shorten that.`,
      });
    }
  }
  if (limits.waiting_reason !== null) findings.push({ look: 'info', text: limits.waiting_reason });
  if (!engines.libreoffice) {
    findings.push({
      look: 'info',
      text: 'LibreOffice is not installed: old Office documents such as DOC, XLS and PPT are refused.',
    });
  }
  if (engines.model === null) {
    findings.push({
      look: 'info',
      text: 'No model is configured: every tier runs on the local engine, and extraction on rules.',
    });
  }
  return findings;
}
