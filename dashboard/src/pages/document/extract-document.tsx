import { Tabs } from 'radix-ui';
import { useMemo, useState } from 'react';
import { useExtract, useParse } from '../../api/documents.ts';
import type { ExtractJob } from '../../api/wire.ts';
import { ErrorState, LoadingState } from '../../components/states.tsx';
import { citationMarks, fieldOf, type Field } from './citations.ts';
import { DocumentFrame } from './document-frame.tsx';
import { ExtractForm } from './extract-form.tsx';
import { PageView } from './page-view.tsx';
import { useOpenPage } from './use-open-page.ts';

const PARSE_SECTIONS = ['items', 'job_metadata', 'images_content_metadata'];

/** An extraction: the page as it looks beside the values, each with its place. */
export function ExtractDocument({ id }: { readonly id: string }) {
  const extract = useExtract(id);
  const parse = useParse(extract.data?.extract_metadata?.parse_job_id ?? undefined, PARSE_SECTIONS);
  const [active, setActive] = useState<string | null>(null);
  const root = useMemo(() => (extract.data ? rootOf(extract.data) : null), [extract.data]);
  const { name, page, pages, picture, setPage } = useOpenPage(
    id,
    parse.data,
    fileOf(extract.data?.file_input),
  );
  const marks = useMemo(() => (root && page ? citationMarks(root, page) : []), [root, page]);

  if (extract.isPending) return <LoadingState label="Loading the extraction …" />;
  if (!extract.data) return <ErrorState error={extract.error} retry={() => void extract.refetch()} />;
  const job = extract.data;
  const cite = (field: string, number: number) => {
    setPage(number);
    setActive(field);
  };
  return (
    <DocumentFrame name={name} job={job} working="Values are being looked for …">
      {root && (
        <div className="document">
          {page ? (
            <PageView
              page={page}
              pages={pages}
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
    </DocumentFrame>
  );
}

/** An extraction may have been asked for by the id of a file, of a directory's file or of a parse. */
const fileOf = (input: string | undefined): string | undefined =>
  input !== undefined && /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(input) ? input : undefined;

function rootOf({ extract_result: data, extract_metadata: told }: ExtractJob): Field | null {
  if (data === null || data === undefined) return null;
  const trees = told?.field_metadata;
  return fieldOf('', data, trees?.document_metadata ?? trees?.page_metadata ?? trees?.row_metadata, 'field');
}
