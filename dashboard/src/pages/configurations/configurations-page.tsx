import { useQuery } from '@tanstack/react-query';
import { SlidersHorizontal } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { deleteConfiguration, listConfigurations, PRODUCTS } from '../../api/saved-configurations.ts';
import type { Configuration } from '../../api/wire.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useAction } from '../../components/use-action.ts';
import { formatCount } from '../../format/numbers.ts';

const KEY = ['configurations'];
const idOf = ({ id }: Configuration): string => id;

/** What the project has saved; the presets are always there and cannot be changed. */
export default function ConfigurationsPage() {
  const saved = useQuery({ queryKey: [...KEY, 'all'], queryFn: ({ signal }) => listConfigurations(signal) });
  const [leaving, setLeaving] = useState<Configuration | null>(null);
  const remove = useAction(({ id }: Configuration) => deleteConfiguration(id), {
    says: (_, { name }) => `“${name}” is deleted.`,
    refresh: [KEY],
    onDone: () => setLeaving(null),
  });
  const columns = useMemo(() => columnsOf(setLeaving), []);
  return (
    <Page
      title="Configurations"
      lead={saved.data && `${formatCount(saved.data.length, 'configuration')} beside the presets`}
      actions={
        <Link className="button button-primary" href="/configurations/new">
          <SlidersHorizontal aria-hidden /> New configuration
        </Link>
      }
    >
      {saved.isPending && <LoadingState label="Loading configurations …" />}
      {saved.isError && <ErrorState error={saved.error} retry={() => void saved.refetch()} />}
      {saved.data?.length === 0 && (
        <EmptyState title="Nothing saved yet">
          Batches can parse with the presets. To extract data, save a configuration with a schema.
        </EmptyState>
      )}
      {saved.data && saved.data.length > 0 && (
        <DataTable label="Configurations" rows={saved.data} columns={columns} rowId={idOf} />
      )}
      {leaving && (
        <Confirm
          title={`Delete “${leaving.name}”?`}
          action="Delete it"
          busy={remove.isPending}
          onConfirm={() => remove.mutate(leaving)}
          onClose={() => setLeaving(null)}
        >
          Batches that were made with it go on: they keep what it said.
        </Confirm>
      )}
    </Page>
  );
}

const columnsOf = (onDelete: (configuration: Configuration) => void): readonly Column<Configuration>[] => [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(180px, 2fr)',
    sortBy: ({ name }) => name,
    cell: ({ id, name }) => (
      <Link href={`/configurations/${id}`} className="row-link">
        <span className="truncate">{name}</span>
        <span className="muted small mono truncate">{id}</span>
      </Link>
    ),
  },
  {
    id: 'product',
    header: 'Product',
    width: '120px',
    sortBy: ({ product_type }) => product_type,
    cell: ({ product_type: product }) => PRODUCTS[product]?.label ?? product,
  },
  {
    id: 'tier',
    header: 'Tier',
    width: '130px',
    from: 900,
    cell: ({ parameters }) => ('tier' in parameters ? String(parameters.tier) : '–'),
  },
  {
    id: 'changed',
    header: 'Changed',
    width: '110px',
    sortBy: ({ updated_at }) => updated_at ?? '',
    cell: ({ updated_at }) => <Time at={updated_at} />,
  },
  {
    id: 'actions',
    header: '',
    width: '84px',
    align: 'end',
    cell: (configuration) => (
      <Button
        look="ghost"
        aria-label={`Delete ${configuration.name}`}
        onClick={() => onDelete(configuration)}
      >
        Delete
      </Button>
    ),
  },
];
