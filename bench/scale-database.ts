import pg from 'pg';
import { poolSettings, type DatabaseConnection } from '../src/store/database.ts';

/** Where a measurement finds its database; goes to the worker processes as JSON. */
export type ScaleConnection = DatabaseConnection;

/** Makes an empty database on the server. @returns the way to it */
export async function makeDatabase(server: ScaleConnection, name: string): Promise<ScaleConnection> {
  const client = new pg.Client(poolSettings(server));
  await client.connect();
  try {
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  if (!('url' in server)) return { ...server, database: name };
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return { url: url.href };
}
