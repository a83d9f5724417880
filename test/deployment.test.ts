import { spawnSync } from 'node:child_process';
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

interface Compose {
  readonly services: Record<
    string,
    {
      readonly depends_on?: readonly string[] | Record<string, unknown>;
      readonly volumes?: readonly string[];
      readonly image?: string;
      readonly build?: { readonly target: string };
    }
  >;
  readonly volumes: Record<string, unknown>;
}

test('compose.yaml refers to nothing that is not there, and asks for each secret', () => {
  const text = read('compose.yaml');
  const compose = parseAllDocuments(text, { merge: true })[0]?.toJS() as Compose;
  for (const [name, service] of Object.entries(compose.services)) {
    const others = Array.isArray(service.depends_on)
      ? (service.depends_on as string[])
      : Object.keys(service.depends_on ?? {});
    for (const other of others) expect(compose.services, name).toHaveProperty(other);
    for (const volume of service.volumes ?? [])
      expect(compose.volumes, name).toHaveProperty(volume.split(':')[0] ?? '');
    if (service.build)
      expect(read('Dockerfile')).toMatch(new RegExp(`^FROM .* AS ${service.build.target}$`, 'm'));
    else expect(service.image, name).toMatch(/^[a-z/]+:[\w.]+$/);
  }
  const variables = [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, words]) => words);
  expect(variables.length).toBeGreaterThan(3);
  expect(variables.filter((words) => !/^[A-Z0-9_]+:\?set it in \.env$/.test(words ?? ''))).toEqual([]);
});

test('every value that the chart uses has a default, and every default is used', () => {
  const defaults = parseAllDocuments(read('deploy/helm/sheaf/values.yaml'))[0]?.toJS() as object;
  const text = TEMPLATES.map(read).join('\n');
  const used = new Set([...text.matchAll(/\.Values\.([A-Za-z.]+)/g)].map(([, path]) => path ?? ''));
  expect(used.size).toBeGreaterThan(8);
  for (const path of used) expect(defaults).toHaveProperty(path);
  const known = leavesOf(defaults).filter((path) => !path.startsWith('settings.'));
  // A template may take a whole branch, or step into it with \`with\`.
  const unused = known.filter(
    (path) => ![...used].some((other) => path === other || path.startsWith(`${other}.`)),
  );
  expect(unused).toEqual([]);
});

function leavesOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, path ? `${path}.${name}` : name));
}

const hasHelm = spawnSync('helm', ['version']).status === 0;
if (!hasHelm) console.warn('skipped: helm is not installed (CONTRIBUTING.md says how to get it)');

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template?: {
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly {
          readonly image: string;
          readonly env: readonly { readonly name: string; readonly value: string }[];
          readonly ports: readonly { readonly name: string }[];
          readonly readinessProbe: { readonly httpGet: { readonly port: string } };
        }[];
      };
    };
  };
}

test.skipIf(!hasHelm)('the chart comes out as manifests whose settings are accepted', () => {
  const chart = `${ROOT}/deploy/helm/sheaf`;
  const render = (...args: string[]) =>
    spawnSync('helm', ['template', 'one', chart, ...args], { encoding: 'utf8' });
  expect(render().stderr).toContain('existingSecret names the Secret');
  const rendered = render(
    '--set',
    'existingSecret=secret,worker.autoscaling.enabled=true,image.digest=sha256:abc',
  );
  expect(rendered.stderr).toBe('');
  const manifests = parseAllDocuments(rendered.stdout).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  });
  expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted()).toEqual([
    'Deployment one-api',
    'Deployment one-worker',
    'HorizontalPodAutoscaler one-worker',
    'NetworkPolicy one',
    'PodDisruptionBudget one-api',
    'Service one-api',
  ]);
  for (const { spec } of manifests) {
    const pod = spec.template?.spec;
    const [container] = pod?.containers ?? [];
    if (!pod || !container) continue;
    expect(container.image).toMatch(/^sheaf:\d+\.\d+\.\d+@sha256:abc$/);
    const config = loadConfig(Object.fromEntries(container.env.map(({ name, value }) => [name, value])));
    expect(config.stopGraceSeconds).toBeLessThan(pod.terminationGracePeriodSeconds);
    expect(container.ports.map(({ name }) => name)).toContain(container.readinessProbe.httpGet.port);
  }
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
