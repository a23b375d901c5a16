/** The person's data files, in the session and in this browser's storage at once. */
import { forgetFile, keepFile, toast } from '../session/commands.ts';
import type { DroppedFile } from '../session/session-store.ts';
import { putFile, removeFile } from '../storage/database.ts';

/** Keeps a file as a Blob. If the browser refuses to store it, it is there until the page is left, and that is said. */
export async function keepStoredFile(file: DroppedFile): Promise<void> {
  keepFile(file);
  const { name, format, content } = file.resource;
  try {
    await putFile({ name, format, blob: content, schema: file.schema, addedAt: Date.now() });
  } catch {
    toast(`“${name.replace(/^file:/, '')}” is here until the page is left: the browser refused to store it.`, {
      tone: 'error',
    });
  }
}

export async function forgetStoredFile(name: string): Promise<void> {
  forgetFile(name);
  await removeFile(name).catch(() => {});
}
