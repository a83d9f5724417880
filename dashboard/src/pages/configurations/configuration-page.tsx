import { useQuery } from '@tanstack/react-query';
import { useParams } from 'wouter';
import { getConfiguration } from '../../api/saved-configurations.ts';
import { Page } from '../../components/page.tsx';
import { ErrorState, LoadingState } from '../../components/states.tsx';
import { Editor } from './editor.tsx';

/** One configuration, saved or new. */
export default function ConfigurationPage() {
  const { id = 'new' } = useParams();
  const isNew = id === 'new';
  const saved = useQuery({
    queryKey: ['configurations', id],
    queryFn: ({ signal }) => getConfiguration(id, signal),
    enabled: !isNew,
    // What a person is editing must not change under their hands.
    staleTime: Infinity,
  });
  if (isNew) return <Editor />;
  if (saved.data) return <Editor saved={saved.data} />;
  return (
    <Page title="Configuration">
      {saved.isError ? (
        <ErrorState error={saved.error} retry={() => void saved.refetch()} />
      ) : (
        <LoadingState label="Loading the configuration …" />
      )}
    </Page>
  );
}
