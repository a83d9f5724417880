import { Folder, Gauge, KeyRound, Layers, SlidersHorizontal, Webhook, type LucideIcon } from 'lucide-react';
import { lazy, type ComponentType } from 'react';
import { Redirect } from 'wouter';

/** A page and its address; `:name` is a parameter. Pages are fetched when they are opened for the first time. */
interface PageRoute {
  readonly path: string;
  readonly page: ComponentType;
}

/**
 * Every page. Its first segment must also stand in PAGE_ROOTS of src/http/dashboard/page-roots.ts, so that the server
 * answers a reload there.
 */
export const PAGES: readonly PageRoute[] = [
  { path: '/', page: () => <Redirect to="/batches" replace /> },
  { path: '/batches', page: lazy(() => import('./pages/batches/batches-page.tsx')) },
  { path: '/batches/new', page: lazy(() => import('./pages/new-batch/new-batch-page.tsx')) },
  { path: '/batches/:id', page: lazy(() => import('./pages/batch/batch-page.tsx')) },
  { path: '/documents/:id', page: lazy(() => import('./pages/document/document-page.tsx')) },
  { path: '/directories', page: lazy(() => import('./pages/directories/directories-page.tsx')) },
  { path: '/directories/:id', page: lazy(() => import('./pages/directories/directory-page.tsx')) },
  { path: '/configurations', page: lazy(() => import('./pages/configurations/configurations-page.tsx')) },
  { path: '/configurations/:id', page: lazy(() => import('./pages/configurations/configuration-page.tsx')) },
  { path: '/webhooks', page: lazy(() => import('./pages/webhooks/webhooks-page.tsx')) },
  { path: '/webhooks/:id', page: lazy(() => import('./pages/webhooks/deliveries-page.tsx')) },
  { path: '/keys', page: lazy(() => import('./pages/keys/keys-page.tsx')) },
  { path: '/system', page: lazy(() => import('./pages/system/system-page.tsx')) },
];

interface NavigationEntry {
  readonly path: string;
  readonly label: string;
  readonly icon: LucideIcon;
}

export const NAVIGATION: readonly NavigationEntry[] = [
  { path: '/batches', label: 'Batches', icon: Layers },
  { path: '/directories', label: 'Directories', icon: Folder },
  { path: '/configurations', label: 'Configurations', icon: SlidersHorizontal },
  { path: '/webhooks', label: 'Webhooks', icon: Webhook },
  { path: '/keys', label: 'Keys', icon: KeyRound },
  { path: '/system', label: 'System', icon: Gauge },
];
