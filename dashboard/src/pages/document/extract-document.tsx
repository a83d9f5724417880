import { Tabs } from 'radix-ui';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import { hasEnded } from '../../api/batches.ts';
import { useExtract, useParse } from '../../api/documents.ts';
import type { ExtractJob } from '../../api/wire.ts';
import { Page } from '../../components/page.tsx';
import { ErrorState, LoadingState, Notice } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { BackToBatch } from './back-to-batch.tsx';
import { citationMarks, fieldOf, type Field } from './citations.ts';
import { ExtractForm } from './extract-form.tsx';
import { pagesOf } from './marks.ts';
import { PageView } from './page-view.tsx';
import { usePicture } from './use-picture.ts';

const PARSE_SECTIONS = ['items', 'job_metadata', 'images_content_metadata'];

/** An extraction: the page as it looks beside the values, each with its place. */
export function ExtractDocument({ id }: { readonly id: string }) {
  const [params, setParams] = useSearchParams();
  const extract = useExtract(id);
  const parse = useParse(extract.data?.extract_metadata?.parse_job_id ?? undefined, PARSE_SECTIONS);
  const [active, setActive] = useState<string | null>(null);
  const root = useMemo(() => (extract.data ? rootOf(extract.data) : null), [extract.data]);
  const pages = useMemo(() => pagesOf(parse.data), [parse.data]);
  const page = pages.find(({ number }) => number === Number(params.get('page'))) ?? pages[0];
  const name = parse.data?.job.name ?? id;
  const fileId =
    params.get('file') ?? fileOf(extract.data?.file_input) ?? textOf(parse.data?.job_metadata?.['file_id']);
  const picture = usePicture(name, fileId, parse.data, page?.number ?? 1);
  const marks = useMemo(() => (root && page ? citationMarks(root, page) : []), [root, page]);

  if (extract.isPending) return <LoadingState label="Loading the extraction …" />;
  if (!extract.data) return <ErrorState error={extract.error} retry={() => void extract.refetch()} />;
  const job = extract.data;
  const setPage = (number: number) =>
    setParams((before) => ({ ...Object.fromEntries(before), page: String(number) }), { replace: true });
  const cite = (field: string, number: number) => {
    setPage(number);
    setActive(field);
  };
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
      {!hasEnded(job) && <LoadingState label="Values are being looked for …" />}
      {root && (
        <div className="document">
          {page ? (
            <PageView
              page={page}
              pages={pages.at(-1)?.number ?? 1}
              picture={picture}
              marks={marks}
              active={active}
              onActive={setActive}
              onPage={setPage}
            />
          ) : (
            <section className="page-pane">
              {parse.isLoading ? <LoadingState /> : <p className="muted">Its parse is no longer here.</p>}
            </section>
          )}
          <Tabs.Root className="content-pane" defaultValue="form">
            <Tabs.List className="tabs" aria-label="Forms of the result">
              <Tabs.Trigger value="form">Form</Tabs.Trigger>
              <Tabs.Trigger value="json">JSON</Tabs.Trigger>
            </Tabs.List>
            <Tabs.Content value="form" className="pane-body">
              <ExtractForm root={root} active={active} onActive={setActive} onCite={cite} />
            </Tabs.Content>
            <Tabs.Content value="json" className="pane-body">
              <pre tabIndex={0} aria-label="The result as JSON">
                {JSON.stringify(job.extract_result, null, 2)}
              </pre>
            </Tabs.Content>
          </Tabs.Root>
        </div>
      )}
    </Page>
  );
}

/** An extraction may have been asked for by the id of a file, of a directory's file or of a parse. */
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const fileOf = (input: string | undefined): string | undefined =>
  input !== undefined && /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(input) ? input : undefined;

function rootOf({ extract_result: data, extract_metadata: told }: ExtractJob): Field | null {
  if (data === null || data === undefined) return null;
  const trees = told?.field_metadata;
  return fieldOf('', data, trees?.document_metadata ?? trees?.page_metadata ?? trees?.row_metadata, 'field');
}
