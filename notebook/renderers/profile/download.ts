/** Saves text as a file. */
export interface TextFile {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/** Hands a file to the browser, which saves it. */
export function download({ name, type, text }: TextFile): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has its own hold on the bytes by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
