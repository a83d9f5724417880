import { expect, test } from 'vitest';
import { parseBlobUrl } from './blob-location.ts';

test('a directory is named by its whole path', () => {
  for (const url of ['file:/srv/a%20b', 'file:///srv/a%20b']) {
    expect(parseBlobUrl(url)).toEqual({ kind: 'disk', directory: '/srv/a b' });
  }
  for (const url of ['file:srv', 'file:./srv', 'file://host/srv', 'file:/srv?x=1', 'file:/']) {
    expect(() => parseBlobUrl(url), url).toThrow(/must name a directory/);
  }
});

test('a bucket alone is on AWS, and files go through the server', () => {
  expect(parseBlobUrl('s3://documents')).toEqual({
    kind: 's3',
    bucket: 'documents',
    prefix: '',
    region: 'us-east-1',
    pathStyle: false,
    links: 'server',
  });
});

test('an endpoint means the bucket in the path, unless it is said otherwise', () => {
  const at = 'endpoint=http://127.0.0.1:9000/&region=eu';
  expect(parseBlobUrl(`s3://documents//sheaf/a?${at}`)).toMatchObject({
    prefix: 'sheaf/a/',
    endpoint: 'http://127.0.0.1:9000',
    region: 'eu',
    pathStyle: true,
  });
  expect(parseBlobUrl(`s3://documents?${at}&path_style=false`)).toMatchObject({ pathStyle: false });
});

test('clients are sent to the store when it is said where they reach it', () => {
  const at = 'endpoint=http://store:9000';
  const there = 'public_endpoint=https://files.example.com';
  expect(parseBlobUrl(`s3://documents?${at}&${there}`)).toMatchObject({
    links: 'redirect',
    publicEndpoint: 'https://files.example.com',
  });
  expect(parseBlobUrl(`s3://documents?${at}&links=store`)).toMatchObject({ links: 'store' });
  expect(() => parseBlobUrl(`s3://documents?${there}&links=server`)).toThrow(/one must go/);
});

test.each([
  ['http://store/bucket', /must be file:\/directory or s3/],
  ['s3://key:secret@documents', /credentials go into SHEAF_BLOB_ACCESS_KEY_ID/],
  ['s3://documents:9000/x', /a port belongs into endpoint=/],
  ['s3://Documents', /must name a bucket/],
  ['s3://documents?endpont=http://a', /did you mean endpoint\?/],
  ['s3://documents?region=a&region=b', /more than once/],
  ['s3://documents?region=', /without a value/],
  ['s3://documents?endpoint=store:9000', /needs an endpoint such as/],
  ['s3://documents?endpoint=http://a/b', /without path/],
  ['s3://documents?path_style=yes', /path_style=true or path_style=false/],
  ['s3://documents?links=all', /server, redirect, store/],
  ['s3://documents/a%20b', /a prefix with other characters/],
])('%s is refused with the mend', (url, message) => {
  expect(() => parseBlobUrl(url)).toThrow(message);
});
