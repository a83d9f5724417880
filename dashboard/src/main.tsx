import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { ApiError } from './api/errors.ts';
import { SignInPage } from './session/sign-in-page.tsx';
import { useSessionKey } from './session/session.ts';
import { Shell } from './shell/shell.tsx';
import { restoreTheme } from './shell/theme.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/components.css';
import './styles/table.css';
import './styles/document.css';
import './styles/admin.css';

/** A path that a proxy put before the dashboard, without a slash at its end. */
const BASE_PATH = new URL(document.baseURI).pathname.replace(/\/$/, '');
const MAX_RETRIES = 3;

const newQueries = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: 2_000,
        // What the server refused it will refuse again.
        retry: (failures, error) =>
          !(error instanceof ApiError && !error.temporary) && failures < MAX_RETRIES,
      },
      mutations: { networkMode: 'always' },
    },
  });

function App() {
  const key = useSessionKey();
  if (key === null) return <SignInPage />;
  return <Session key={key} />;
}

let queries = { key: '', client: newQueries() };

/** What one key has read, no other sees. */
function Session() {
  const key = useSessionKey() ?? '';
  if (queries.key !== key) queries = { key, client: newQueries() };
  return (
    <QueryClientProvider client={queries.client}>
      <Router base={BASE_PATH}>
        <Shell />
      </Router>
    </QueryClientProvider>
  );
}

restoreTheme();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
