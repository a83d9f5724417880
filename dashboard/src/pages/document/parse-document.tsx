import { Tabs } from 'radix-ui';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import { useParse } from '../../api/documents.ts';
import { ErrorState, LoadingState, Notice } from '../../components/states.tsx';
import { DocumentFrame } from './document-frame.tsx';
import { ItemsPane } from './items-pane.tsx';
import { marksOf, type ReadPage } from './marks.ts';
import { PageView } from './page-view.tsx';
import { Markdown } from './safe-html.tsx';
import { useOpenPage } from './use-open-page.ts';

const TABS = ['items', 'markdown', 'text', 'json'] as const;
const LABELS = { items: 'Items', markdown: 'Markdown', text: 'Text', json: 'JSON' };
const FIRST = ['items', 'job_metadata', 'images_content_metadata'];

/** A parse: the page as it looks beside what was read on it. */
export function ParseDocument({ id }: { readonly id: string }) {
  const parse = useParse(id, FIRST);
  const { name, page, pages, picture, setPage } = useOpenPage(id, parse.data);
  const [active, setActive] = useState<string | null>(null);
  const marks = useMemo(() => (page ? marksOf(page) : []), [page]);

  if (parse.isPending) return <LoadingState label="Loading the document …" />;
  if (!parse.data) return <ErrorState error={parse.error} retry={() => void parse.refetch()} />;
  return (
    <DocumentFrame name={name} job={parse.data.job} working="It is being read …">
      {page && (
        <div className="document">
          <PageView
            page={page}
            pages={pages}
            picture={picture}
            marks={marks}
            active={active}
            onActive={setActive}
            onPage={setPage}
          />
          <Sections id={id} page={page} active={active} onActive={setActive} />
        </div>
      )}
    </DocumentFrame>
  );
}

interface SectionsProps {
  readonly id: string;
  readonly page: ReadPage;
  readonly active: string | null;
  readonly onActive: (id: string | null) => void;
}

function Sections({ id, page, active, onActive }: SectionsProps) {
  const [params, setParams] = useSearchParams();
  const tab = TABS.find((known) => known === params.get('view')) ?? 'items';
  return (
    <Tabs.Root
      className="content-pane"
      value={tab}
      onValueChange={(view) =>
        setParams((before) => ({ ...Object.fromEntries(before), view }), { replace: true })
      }
    >
      <Tabs.List className="tabs" aria-label="Forms of the content">
        {TABS.map((name) => (
          <Tabs.Trigger key={name} value={name}>
            {LABELS[name]}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Tabs.Content value="items" className="pane-body">
        <ItemsPane page={page} active={active} onActive={onActive} />
      </Tabs.Content>
      <Tabs.Content value="markdown" className="pane-body">
        <Section id={id} section="markdown" page={page.number} />
      </Tabs.Content>
      <Tabs.Content value="text" className="pane-body">
        <Section id={id} section="text" page={page.number} />
      </Tabs.Content>
      <Tabs.Content value="json" className="pane-body">
        <pre tabIndex={0} aria-label="Items of the page as JSON">
          {JSON.stringify({ page_number: page.number, items: page.items }, null, 2)}
        </pre>
      </Tabs.Content>
    </Tabs.Root>
  );
}

interface SectionProps {
  readonly id: string;
  readonly section: 'markdown' | 'text';
  readonly page: number;
}

/** A section is fetched when it is looked at for the first time. */
function Section({ id, section, page }: SectionProps) {
  const parse = useParse(id, [section]);
  if (parse.isPending) return <LoadingState />;
  if (!parse.data) return <ErrorState error={parse.error} retry={() => void parse.refetch()} />;
  if (section === 'text') {
    const text = parse.data.text?.pages.find(({ page_number }) => page_number === page)?.text ?? '';
    return (
      <pre tabIndex={0} aria-label="Text of the page">
        {text}
      </pre>
    );
  }
  const found = parse.data.markdown?.pages.find(({ page_number }) => page_number === page);
  if (!found) return <p className="muted">There is no Markdown of this page.</p>;
  return found.success ? <Markdown text={found.markdown} /> : <Notice look="error">{found.error}</Notice>;
}
