/** The browser's file picker, as a promise. */

/** @param accept what an input's `accept` takes. Gives no files if the person changes their mind. */
export function pickFiles(accept: string): Promise<readonly File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = accept;
    input.multiple = true;
    input.hidden = true;
    input.addEventListener('change', () => done([...(input.files ?? [])]));
    input.addEventListener('cancel', () => done([]));
    const done = (files: readonly File[]) => {
      input.remove();
      resolve(files);
    };
    document.body.append(input);
    input.click();
  });
}

/** Hands a text to the person as a file. */
export function saveText(text: string, name: string, type: string): void {
  saveBlob(new Blob([text], { type }), name);
}

export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the data over once the click is done; a moment later it is safe everywhere.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
