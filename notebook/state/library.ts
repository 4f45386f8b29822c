/** Which document is open, where it came from, and how it is kept. */
import { newCellId } from '../document/cell-id.ts';
import type { NotebookDocument } from '../document/nbformat.ts';
import { parseNotebook } from '../document/parse.ts';
import { serializeNotebook } from '../document/serialize.ts';
import { Autosave } from './autosave.ts';
import type { NotebookModel } from './notebook-model.ts';
import { Observable } from './observable.ts';
import { fetchShipped, shippedNames } from './shipped.ts';
import { contentOf, isOutdated } from './shipped-version.ts';
import {
  forgetDocument,
  listStored,
  loadLastKey,
  loadStored,
  type Origin,
  type StoredDocument,
  storeDocument,
  storeLastKey,
} from './storage.ts';

/** The notebook that a first visit shows. */
const firstNotebook = 'quickstart';

export class Library extends Observable {
  key = '';
  origin: Origin = 'created';
  /** Whether code of this document may run at the touch of a control in its saved outputs. */
  trusted = true;
  /** Why changes cannot be kept, if they cannot. */
  problem: string | undefined;
  /** Called after another document was opened. */
  onOpened: () => void = () => {};
  readonly #autosave: Autosave;
  #original: readonly string[] | undefined;
  /** Openings are counted, so that a slow one never replaces a later one. */
  #openings = 0;

  constructor(readonly notebook: NotebookModel) {
    super();
    this.#autosave = new Autosave(
      () => this.#store(),
      (problem) => {
        if (problem === this.problem) return;
        this.problem = problem;
        this.changed();
      },
    );
    notebook.subscribe(() => this.#autosave.changed());
    notebook.onCellChange(() => this.#autosave.changed());
  }

  /** The document of the address (`?notebook=NAME`), else the one that was open last, else the quickstart. */
  async openFirst(address: URL): Promise<void> {
    const opening = ++this.#openings;
    const named = address.searchParams.get('notebook');
    if (named !== null) return this.openShipped(named.replace(/\.ipynb$/, ''));
    const lastKey = await loadLastKey().catch(() => undefined);
    const last = lastKey === undefined ? undefined : await loadStored(lastKey).catch(() => undefined);
    if (opening !== this.#openings) return;
    if (last?.origin === 'shipped') await this.openShipped(last.key.replace(/^shipped:/, ''));
    else if (last) this.#show(last);
    else if (shippedNames.includes(firstNotebook)) await this.openShipped(firstNotebook);
    else this.create();
  }

  /** A shipped notebook: with the person's changes if there are any, else as it is shipped now. */
  async openShipped(name: string): Promise<void> {
    const opening = ++this.#openings;
    const key = `shipped:${name}`;
    let unread = false;
    const stored = await loadStored(key).catch(() => {
      unread = true;
      return undefined;
    });
    const shipped = await loadShipped(name).catch((error: unknown) => {
      if (stored) return undefined;
      throw error;
    });
    if (opening !== this.#openings) return;
    if (stored && !(shipped && isOutdated(stored, shipped.document))) this.#show(stored);
    // The person's copy may be there and could not be read: this one is kept elsewhere, so that it overwrites nothing.
    else if (shipped && unread) this.#show({ ...shipped, key: newCellId(), origin: 'created' });
    else if (shipped) this.#show(shipped);
  }

  /** One of the documents kept in the browser. */
  async openStored(key: string): Promise<void> {
    const opening = ++this.#openings;
    const stored = await loadStored(key);
    if (!stored) throw new Error('That document is no longer kept in this browser: open it from a file.');
    if (opening === this.#openings) this.#show(stored);
  }

  /** The text of somebody's `.ipynb` file. */
  openFile(text: string, fileName: string): void {
    const document = parseNotebook(text, fileName);
    this.openDocument(document, fileName.replace(/\.ipynb$/, ''));
  }

  openDocument(document: NotebookDocument, name: string): void {
    this.#openings++;
    this.#show({ key: newCellId(), name, origin: 'file', trusted: false, document, savedAt: 0 });
  }

  create(): void {
    this.#openings++;
    const document: NotebookDocument = {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { language_info: { name: 'typescript', file_extension: '.ts' } },
      cells: [],
    };
    this.#show({
      key: newCellId(),
      name: 'untitled',
      origin: 'created',
      trusted: true,
      document,
      savedAt: 0,
    });
  }

  /** A shipped notebook as it was shipped; changes to it are dropped. */
  async revert(): Promise<void> {
    if (this.origin !== 'shipped') return;
    const { key } = this;
    const opening = ++this.#openings;
    // Fetched first: without the original nothing is dropped.
    const shipped = await loadShipped(key.replace(/^shipped:/, ''));
    await this.#autosave.flush();
    // Another document was opened meanwhile: nothing of it may be dropped.
    if (opening !== this.#openings) return;
    await forgetDocument(key).catch(() => {});
    this.#show(shipped);
  }

  trust(): void {
    if (this.trusted) return;
    this.trusted = true;
    this.#autosave.changed();
  }

  rename(name: string): void {
    const clean = name
      .trim()
      .replace(/\.ipynb$/, '')
      .replace(/[/\\]/g, '-');
    if (clean === '' || clean === this.notebook.name) return;
    this.notebook.name = clean;
    document.title = `${clean} · Warpbook`;
    this.notebook.changed();
  }

  list(): ReturnType<typeof listStored> {
    return listStored().catch(() => []);
  }

  /** Everything waiting is written. */
  written(): Promise<void> {
    return this.#autosave.flush();
  }

  /** The document as a file's text. */
  get text(): string {
    return serializeNotebook(this.notebook.toDocument());
  }

  #show(stored: StoredDocument): void {
    void this.#autosave.flush();
    this.key = stored.key;
    this.origin = stored.origin;
    this.trusted = stored.trusted;
    this.#original = stored.original;
    this.notebook.load(stored.document, stored.name);
    document.title = `${stored.name} · Warpbook`;
    const address = new URL(location.href);
    address.searchParams.delete('notebook');
    const shippedName = stored.key.replace(/^shipped:/, '');
    if (stored.origin === 'shipped' && shippedName !== firstNotebook) {
      address.searchParams.set('notebook', shippedName);
    }
    history.replaceState(null, '', address);
    void storeLastKey(stored.key).catch(() => {});
    this.onOpened();
    this.changed();
  }

  async #store(): Promise<void> {
    const { key, origin, trusted, notebook } = this;
    const document = notebook.toDocument();
    await storeDocument({
      key,
      name: notebook.name,
      origin,
      trusted,
      document,
      ...(this.#original ? { original: this.#original } : {}),
      savedAt: Date.now(),
    });
  }
}

/** A shipped notebook as nobody has touched it. */
async function loadShipped(name: string): Promise<StoredDocument> {
  const document = parseNotebook(await fetchShipped(name), `${name}.ipynb`);
  const original = contentOf(document);
  return { key: `shipped:${name}`, name, origin: 'shipped', trusted: true, document, original, savedAt: 0 };
}
