import type { ReactNode } from 'react';
import { hasEnded } from '../../api/batches.ts';
import { Page } from '../../components/page.tsx';
import { LoadingState, Notice } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { BackToBatch } from './back-to-batch.tsx';

interface DocumentFrameProps {
  readonly name: string;
  readonly job: {
    readonly status: string;
    readonly error_message?: string | null | undefined;
    readonly waiting_reason?: string | null | undefined;
  };
  /** What is going on until the job has ended. */
  readonly working: string;
  readonly children: ReactNode;
}

/** The frame of a document's page, whatever its job: its name, how far the job is and what went wrong. */
export function DocumentFrame({ name, job, working, children }: DocumentFrameProps) {
  return (
    <Page
      title={name}
      heading={
        <span className="title-row">
          <span>{name}</span> <StatusBadge status={job.status} />
        </span>
      }
      lead={<BackToBatch />}
    >
      {job.error_message && <Notice look="error">{job.error_message}</Notice>}
      {job.waiting_reason && <Notice look="info">{job.waiting_reason}</Notice>}
      {!hasEnded(job) && <LoadingState label={working} />}
      {children}
    </Page>
  );
}
