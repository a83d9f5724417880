import { useQuery } from '@tanstack/react-query';
import { LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { Suspense, useSyncExternalStore } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { call } from '../api/client.ts';
import { IconButton } from '../components/button.tsx';
import { Mark } from '../components/mark.tsx';
import { EmptyState, LoadingState, Notice } from '../components/states.tsx';
import { Toasts } from '../components/toasts.tsx';
import { NAVIGATION, PAGES } from '../routes.tsx';
import { signOut } from '../session/session.ts';
import { PageBoundary } from './page-boundary.tsx';
import { useTheme } from './theme.ts';

const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon };

/** What stands around every page: navigation, the project, the theme, and the end of the session. */
export function Shell() {
  const [location] = useLocation();
  return (
    <div className="shell">
      <a className="skip" href={`${location.replace(/^\//, '')}#content`}>
        Skip to the content
      </a>
      <nav className="sidebar" aria-label="Main">
        <div className="brand">
          <Mark />
          <span className="brand-name">Sheaf</span>
        </div>
        <ul>
          {NAVIGATION.map(({ path, label, icon: Icon }) => (
            <li key={path}>
              <Link
                href={path}
                title={label}
                aria-current={location === path || location.startsWith(`${path}/`) ? 'page' : undefined}
              >
                <Icon aria-hidden />
                <span>{label}</span>
              </Link>
            </li>
          ))}
        </ul>
        <SidebarFoot />
      </nav>
      <main id="content" className="content" tabIndex={-1}>
        <OfflineNotice />
        <PageBoundary key={location}>
          <Suspense fallback={<LoadingState />}>
            <Switch>
              {PAGES.map(({ path, page }) => (
                <Route key={path} path={path} component={page} />
              ))}
              <Route>
                <EmptyState title="There is no such page">Choose one from the navigation.</EmptyState>
              </Route>
            </Switch>
          </Suspense>
        </PageBoundary>
      </main>
      <Toasts />
    </div>
  );
}

function SidebarFoot() {
  const { theme, cycle } = useTheme();
  const projects = useQuery({
    queryKey: ['projects'],
    queryFn: ({ signal }) => call<{ id: string; name: string }[]>('/api/v1/projects', { signal }),
    staleTime: Infinity,
  });
  const project = projects.data?.[0];
  const Icon = THEME_ICONS[theme];
  return (
    <div className="sidebar-foot">
      <div className="project" title={project?.id}>
        <span className="muted small">Project</span>
        <span className="truncate">{project?.name ?? '…'}</span>
      </div>
      <IconButton label={`Theme: ${theme}. Change it`} onClick={cycle}>
        <Icon aria-hidden />
      </IconButton>
      <IconButton label="Sign out" onClick={() => signOut()}>
        <LogOut aria-hidden />
      </IconButton>
    </div>
  );
}

function OfflineNotice() {
  const online = useSyncExternalStore(
    (listener) => {
      addEventListener('online', listener);
      addEventListener('offline', listener);
      return () => {
        removeEventListener('online', listener);
        removeEventListener('offline', listener);
      };
    },
    () => navigator.onLine,
  );
  if (online) return null;
  return <Notice look="warning">This browser is offline. What you see may be old.</Notice>;
}
