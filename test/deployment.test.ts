import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { loadConfig, SETTING_VARIABLES } from '../src/config.ts';
import { createMetrics } from '../src/telemetry/metrics.ts';

/*
 * What is for other machines than this one cannot be run here. It can be read, and compared with what the program knows.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(`${ROOT}/${path}`, 'utf8');

const TEMPLATES = readdirSync(`${ROOT}/deploy/helm/sheaf/templates`).map(
  (name) => `deploy/helm/sheaf/templates/${name}`,
);
const YAML = [
  'compose.yaml',
  'deploy/prometheus-alerts.yaml',
  'deploy/helm/sheaf/values.yaml',
  'deploy/helm/sheaf/Chart.yaml',
];

test.each(YAML)('%s is sound YAML', (path) => {
  for (const document of parseAllDocuments(read(path), { merge: true })) expect(document.errors).toEqual([]);
});

test('every setting that is named exists', () => {
  const named = [...YAML, ...TEMPLATES, 'Dockerfile'].flatMap((path) =>
    [...read(path).matchAll(/\b(?:SHEAF|OTEL)_[A-Z_]+\b/g)].map(([name]) => name),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !SETTING_VARIABLES.includes(name))).toEqual([]);
});

test('the settings of compose.yaml and of the chart are accepted', () => {
  const compose = parseAllDocuments(read('compose.yaml'), { merge: true })[0]?.toJS() as {
    services: Record<string, { environment: Record<string, string> }>;
  };
  const environment = compose.services['worker']?.environment ?? {};
  const filled = Object.entries(environment).map(([name, value]) => [
    name,
    value.replaceAll(/\$\{[^}]+\}/g, 'sixteen-letters-or-more'),
  ]);
  const config = loadConfig(Object.fromEntries(filled) as Record<string, string>);
  expect(config).toMatchObject({ metricsPort: 9464, blobUrl: { kind: 's3', bucket: 'sheaf' } });
  const chart = parseAllDocuments(read('deploy/helm/sheaf/values.yaml'))[0]?.toJS() as {
    settings: Record<string, string>;
  };
  expect(() => loadConfig(chart.settings)).not.toThrow();
});

test('every metric that a dashboard, an alert or the chart asks for is measured', () => {
  const known = createMetrics({
    role: 'all',
    version: '0',
    pool: () => ({ busy: 0, idle: 0, waiting: 0 }),
    figures: () => Promise.reject(new Error('there is no database here')),
  }).names();
  const paths = [
    'deploy/grafana/sheaf.json',
    'deploy/prometheus-alerts.yaml',
    'deploy/helm/sheaf/templates/worker.yaml',
  ];
  const asked = paths.flatMap((path) =>
    [...read(path).matchAll(/\b(?:sheaf|process|nodejs)_[a-z0-9_]+\b/g)].map(([name]) => name),
  );
  expect(new Set(asked).size).toBeGreaterThan(15);
  const unknown = asked.filter((name) => !known.includes(name.replace(/_(?:bucket|count|sum)$/, '')));
  expect(unknown).toEqual([]);
  expect(() => JSON.parse(read('deploy/grafana/sheaf.json')) as unknown).not.toThrow();
});

test('every alert is explained in docs/operations.md, and no other', () => {
  const alerts = [...read('deploy/prometheus-alerts.yaml').matchAll(/alert: (\w+)/g)].map(([, name]) => name);
  const explained = [...read('docs/operations.md').matchAll(/^\|\s*(Sheaf\w+)\s*\|/gm)].map(
    ([, name]) => name,
  );
  expect(new Set(explained)).toEqual(new Set(alerts));
});
