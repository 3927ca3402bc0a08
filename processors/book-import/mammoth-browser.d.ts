/** mammoth's bundle for browsers: it takes an ArrayBuffer everywhere, needs no Node and evaluates no code. */
declare module 'mammoth/mammoth.browser.js' {
  interface Result {
    value: string;
    messages: { type: string; message: string }[];
  }
  interface Options {
    styleMap?: string[];
    includeDefaultStyleMap?: boolean;
    /** Called once with the document as mammoth read it; what it returns is converted. */
    transformDocument?: (document: unknown) => unknown;
  }
  const mammoth: { convertToHtml(input: { arrayBuffer: ArrayBuffer }, options?: Options): Promise<Result> };
  export default mammoth;
}
