/**
 * What this browser keeps, in IndexedDB: documents as job file text, and the files that the person gave as Blobs. Every
 * call may reject (private windows, full disks); callers say so on screen and go on.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Schema } from '../../engine/graph/schema.ts';
import type { ResourceFormat } from '../../connectors/resource.ts';

export interface StoredDocument {
  readonly id: string;
  readonly name: string;
  /** A job file's text, so that a later version reads it as it reads any old job file. */
  readonly text: string;
  readonly operators: number;
  /** Milliseconds since the epoch. */
  readonly savedAt: number;
}

export interface StoredFile {
  readonly name: string;
  readonly format: ResourceFormat;
  readonly blob: Blob;
  readonly schema: Schema;
  readonly addedAt: number;
}

interface Tables extends DBSchema {
  documents: { key: string; value: StoredDocument };
  files: { key: string; value: StoredFile };
}

let opened: Promise<IDBPDatabase<Tables>> | null = null;

function database(): Promise<IDBPDatabase<Tables>> {
  opened ??= openDB<Tables>('weir', 1, {
    upgrade(db) {
      db.createObjectStore('documents', { keyPath: 'id' });
      db.createObjectStore('files', { keyPath: 'name' });
    },
    terminated() {
      opened = null;
    },
  }).catch((reason: unknown) => {
    opened = null;
    throw reason;
  });
  return opened;
}

export async function putDocument(document: StoredDocument): Promise<void> {
  await (await database()).put('documents', document);
}

export async function getDocument(id: string): Promise<StoredDocument | undefined> {
  return (await database()).get('documents', id);
}

/** Newest first. */
export async function listDocuments(): Promise<readonly StoredDocument[]> {
  const all = await (await database()).getAll('documents');
  return all.toSorted((a, b) => b.savedAt - a.savedAt);
}

export async function removeDocument(id: string): Promise<void> {
  await (await database()).delete('documents', id);
}

export async function putFile(file: StoredFile): Promise<void> {
  await (await database()).put('files', file);
}

export async function listFiles(): Promise<readonly StoredFile[]> {
  return (await database()).getAll('files');
}

export async function removeFile(name: string): Promise<void> {
  await (await database()).delete('files', name);
}
