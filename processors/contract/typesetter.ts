/** What turns a page description into a PDF: Typst (https://typst.app, 0.14), native or as WebAssembly. */
export interface Typesetter {
  /**
   * Sets a document. The same job gives the same bytes, whichever engine runs. It keeps the thread that calls until it
   * is done: whoever wants to cancel it ends the thread's worker or process.
   * @throws RectoError processor_failed
   */
  toPdf(job: TypesetJob): Promise<TypesetPages>;
}

export interface TypesetPages {
  bytes: Uint8Array;
  /** Characters of the source that no font of the job has: an empty box stands for each. */
  missing: readonly string[];
}

export interface TypesetJob {
  /** A document in Typst’s language that reads `files` and no others. */
  source: string;
  /** By name. */
  files?: ReadonlyMap<string, Uint8Array>;
  /** Font files as import specifiers, such as `@expo-google-fonts/literata/400Regular/Literata_400Regular.ttf`; there are no others. */
  fonts: readonly string[];
}
