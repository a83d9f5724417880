import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ConfigError, loadConfig, SETTING_VARIABLES, type ConfigOverrides } from './config.ts';

function problemsOf(environment: NodeJS.ProcessEnv, overrides: ConfigOverrides = {}): readonly string[] {
  try {
    loadConfig(environment, overrides);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('everything has a default', () => {
  expect(loadConfig({})).toEqual({
    role: 'all',
    host: '127.0.0.1',
    port: 8787,
    dataDir: resolve('.sheaf'),
    databaseConnections: 16,
    migrate: 'start',
    stopGraceSeconds: 5,
    parseProcesses: availableParallelism(),
    parseMemoryBytes: 2 * 1024 ** 3,
    maxRunningJobsPerProject: 32,
    maxRunningBatchesPerProject: 10,
    maxBatchFiles: 1000,
    maxUploadBytes: 512 * 1024 ** 2,
    uploadLifetimeHours: 48,
    resultRetentionDays: 0,
    webhookRetryHours: 24,
    maxPages: 10_000,
    resultCacheHours: 48,
    egressAllow: [],
    modelConcurrency: 4,
    modelTimeoutSeconds: 120,
    modelContextTokens: 32_000,
    extractEngine: 'auto',
    logLevel: 'info',
    metricsHost: '127.0.0.1',
    otlpHeaders: {},
  });
});

test('an empty variable is an absent one', () => {
  const empty = Object.fromEntries(SETTING_VARIABLES.map((variable) => [variable, '']));
  expect(loadConfig(empty)).toEqual(loadConfig({}));
});

test('the configuration cannot be changed afterwards', () => {
  expect(Object.isFrozen(loadConfig({}))).toBe(true);
});

test.each([
  ['SHEAF_ROLE', 'worker', { role: 'worker' }],
  ['SHEAF_HOST', '0.0.0.0', { host: '0.0.0.0' }],
  ['SHEAF_PORT', '0', { port: 0 }],
  ['SHEAF_METRICS_PORT', '0', { metricsPort: 0 }],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'A=b%20c, d=', { otlpHeaders: { a: 'b c', d: '' } }],
  ['SHEAF_DATA_DIR', 'relative/dir', { dataDir: resolve('relative/dir') }],
  ['SHEAF_DATABASE_URL', 'postgresql://u:p@h/d', { databaseUrl: 'postgresql://u:p@h/d' }],
  ['SHEAF_API_KEY', 'sixteen-letters!', { apiKey: 'sixteen-letters!' }],
  ['SHEAF_PUBLIC_URL', 'https://sheaf.example/base/', { publicUrl: 'https://sheaf.example/base' }],
  ['SHEAF_MAX_BATCH_FILES', '1', { maxBatchFiles: 1 }],
  ['SHEAF_TESSDATA_DIR', '/data', { tessdataDir: '/data' }],
  ['SHEAF_SOFFICE', '/usr/bin/soffice', { soffice: '/usr/bin/soffice' }],
  ['SHEAF_SOFFICE', 'off', { soffice: 'off' }],
  [
    'SHEAF_EGRESS_ALLOW',
    ' ::1, 10.0.0.0/8,,hooks.internal:80',
    { egressAllow: ['::1', '10.0.0.0/8', 'hooks.internal:80'] },
  ],
  ['SHEAF_RATE_LIMIT_PER_SECOND', '20', { rateLimitPerSecond: 20 }],
  ['SHEAF_RATE_LIMIT_BURST', '5', { rateLimitBurst: 5 }],
  ['SHEAF_MODEL_CONCURRENCY', '16', { modelConcurrency: 16 }],
  ['SHEAF_MODEL_TIMEOUT_SECONDS', '900', { modelTimeoutSeconds: 900 }],
  ['SHEAF_MODEL_CONTEXT_TOKENS', '8192', { modelContextTokens: 8192 }],
  ['SHEAF_EXTRACT_ENGINE', 'rules', { extractEngine: 'rules' }],
  ['SHEAF_LOG_LEVEL', 'silent', { logLevel: 'silent' }],
])('%s=%s is read', (variable, value, expected) => {
  expect(loadConfig({ [variable]: value })).toMatchObject(expected);
});

test.each([
  ['SHEAF_ROLE', 'both', /all, api, worker/],
  ['SHEAF_PORT', '65536', /0 to 65535/],
  ['SHEAF_SOFFICE', 'soffice', /absolute path, or off/],
  ['SHEAF_PORT', '80.5', /whole number/],
  ['SHEAF_PORT', '0x50', /whole number/],
  ['SHEAF_PORT', '-1', /whole number/],
  ['SHEAF_PORT', ' 80', /whole number/],
  ['SHEAF_PARSE_PROCESSES', '0', /1 to 256/],
  ['SHEAF_DATABASE_URL', 'mysql://h/d', /postgres:\/\//],
  ['SHEAF_PUBLIC_URL', 'sheaf.example', /http:\/\/ or https:\/\//],
  ['SHEAF_API_KEY', 'short', /16 characters/],
  ['SHEAF_API_KEY', 'with a space in between', /without spaces/],
  ['SHEAF_LOG_LEVEL', 'INFO', /info/],
  ['SHEAF_EGRESS_ALLOW', '10.0.0.0/8,http://a,*', /host:port.*\(wrong: http:\/\/a \*\)/],
  ['SHEAF_RATE_LIMIT_PER_SECOND', '0', /1 to 1000000/],
  ['SHEAF_MODEL_BASE_URL', 'localhost:11434', /http:\/\/ or https:\/\//],
  ['SHEAF_MODEL_BASE_URL', 'http://me:secret@host/v1', /without user, password.*SHEAF_MODEL_API_KEY$/],
  ['SHEAF_MODEL_API_KEY', 'two words', /printable ASCII without spaces$/],
  ['SHEAF_MODEL_TIMEOUT_SECONDS', '0', /1 to 3600/],
])('%s=%j is refused with what is allowed', (variable, value, allowed) => {
  const problems = problemsOf({ [variable]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(new RegExp(`^${variable} must be`));
  expect(problems[0]).toMatch(allowed);
});

test('a model has an address and a name, or there is none', () => {
  const model = { SHEAF_MODEL_BASE_URL: 'http://127.0.0.1:11434/v1/', SHEAF_MODEL_NAME: 'seer' };
  expect(loadConfig(model)).toMatchObject({ modelBaseUrl: 'http://127.0.0.1:11434/v1', modelName: 'seer' });
  expect(problemsOf({ SHEAF_MODEL_BASE_URL: 'http://127.0.0.1' })[0]).toMatch(
    /^SHEAF_MODEL_NAME must be set/,
  );
  expect(problemsOf({ SHEAF_MODEL_NAME: 'seer' })[0]).toMatch(/^SHEAF_MODEL_BASE_URL must be set/);
});

test('extraction by the model needs one', () => {
  expect(problemsOf({ SHEAF_EXTRACT_ENGINE: 'model' })).toEqual([
    expect.stringMatching(/^SHEAF_MODEL_BASE_URL must be set with SHEAF_EXTRACT_ENGINE=model/),
  ]);
  const model = { SHEAF_MODEL_BASE_URL: 'http://127.0.0.1:11434/v1', SHEAF_MODEL_NAME: 'seer' };
  expect(loadConfig({ ...model, SHEAF_EXTRACT_ENGINE: 'model' })).toMatchObject({ extractEngine: 'model' });
});

test('every problem is told at once', () => {
  const problems = problemsOf({
    SHEAF_PORT: 'x',
    SHEAF_ROLE: 'y',
    SHEAF_MAX_PAGES: '0',
    SHEAF_NONSENSE: '1',
    PATH: '/bin',
  });
  expect(problems).toHaveLength(4);
  expect(() => loadConfig({ SHEAF_PORT: 'x', SHEAF_ROLE: 'y' })).toThrow(/SHEAF_ROLE[^]*SHEAF_PORT/);
});

describe('what the command line says', () => {
  test('wins over the environment', () => {
    expect(loadConfig({ SHEAF_PORT: '1', SHEAF_HOST: 'a' }, { port: '2' })).toMatchObject({
      port: 2,
      host: 'a',
    });
  });

  test('is called by its own name when it is wrong, also where the environment is right', () => {
    expect(problemsOf({ SHEAF_PORT: '1' }, { port: 'x' })).toEqual([
      expect.stringMatching(/^--port must be .* not "x"$/),
    ]);
    expect(problemsOf({}, { role: 'boss' })[0]).toMatch(/^--role must be/);
  });

  test('hides what is wrong in the environment', () => {
    expect(problemsOf({ SHEAF_PORT: 'x' }, { port: '1' })).toEqual([]);
  });
});

test.each([
  ['SHEAF_PORTT', 'SHEAF_PORT'],
  ['SHEAF_HOTS', 'SHEAF_HOST'],
  ['SHEAF_DATADIR', 'SHEAF_DATA_DIR'],
  ['SHEAF_MAX_BATCHES_FILES', 'SHEAF_MAX_BATCH_FILES'],
  ['SHEAF_MAX_PAGE', 'SHEAF_MAX_PAGES'],
  ['SHEAF_DATABASE_URI', 'SHEAF_DATABASE_URL'],
  ['SHEAF_LOGLEVEL', 'SHEAF_LOG_LEVEL'],
])('%s is refused, and %s proposed', (wrong, right) => {
  expect(problemsOf({ [wrong]: '1' })).toEqual([
    `${wrong} is not a setting of Sheaf; did you mean ${right}?`,
  ]);
});

test('a variable that resembles none is refused without a proposal', () => {
  expect(problemsOf({ SHEAF_COMPLETELY_UNKNOWN: '1' })).toEqual([
    'SHEAF_COMPLETELY_UNKNOWN is not a setting of Sheaf',
  ]);
});

test('the variables of the commands and of other programs are left alone', () => {
  expect(problemsOf({ SHEAF_SERVER: 'http://x', PORT: 'x', DATABASE_URL: 'y' })).toEqual([]);
});

test('a secret is never repeated, wherever it was put', () => {
  const secret = 'hunter2 hunter2';
  const wrong = {
    SHEAF_API_KEY: secret,
    SHEAF_DATABASE_URL: `mysql://root:${secret}@h/d`,
    SHEAF_API_KEYS: secret,
  };
  expect(problemsOf(wrong)).toHaveLength(3);
  expect(problemsOf(wrong).join('\n')).not.toContain('hunter2');
});

describe('docs/configuration.md', () => {
  const docs = readFileSync(fileURLToPath(new URL('../docs/configuration.md', import.meta.url)), 'utf8');
  const rows = [...docs.matchAll(/^\|\s*`((?:SHEAF|OTEL)_[A-Z_]+)`\s*\|\s*(?:`([^`]*)`|([^|]*))\s*\|/gm)];

  test('tells of every setting, and of no other', () => {
    expect(rows.map(([, variable = '']) => variable).toSorted()).toEqual([...SETTING_VARIABLES].toSorted());
  });

  test('tells the defaults as they are', () => {
    const literal = rows.filter((row) => row[2] !== undefined);
    expect(literal.length).toBeGreaterThan(8);
    for (const [, variable = '', value] of literal) {
      expect(loadConfig({ [variable]: value }), variable).toEqual(loadConfig({}));
    }
  });
});
