/** Milliseconds that the browser has to read what it was given. */
const readMs = 10_000;

/** Hands a text to the person as a file. */
export function download(text: string, name: string, mimeType: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: mimeType }));
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), readMs);
}
