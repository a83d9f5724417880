/**
 * First segments of the dashboard's pages. A reload of such a page is answered with the dashboard, which finds the page
 * by itself; every other path stays the API's. `dashboard/src/routes.tsx` has the pages.
 */
export const PAGE_ROOTS = [
  'batches',
  'documents',
  'directories',
  'configurations',
  'webhooks',
  'keys',
  'system',
] as const;
