/** Reads a CPU profile of the window: how long which part of the app had the main thread, and when. */
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';

/** Of the DevTools protocol: Profiler.Profile. Times in microseconds of the system's monotonic clock. */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; scriptId: string; url: string; lineNumber: number; columnNumber: number }; children?: number[] }[];
  startTime: number;
  samples?: number[];
  timeDeltas?: number[];
}

/** Whose a moment is: the watched sources', the stand-in's in place of Electron's, somebody else's. */
export type Owner = 'watched' | 'stand-in' | 'other';

export interface Moment {
  /** Microseconds of the system's monotonic clock. */
  at: number;
  ms: number;
  owner: Owner;
}

/**
 * A moment is the watched sources' when the innermost function that has a source is one of them: what they call of the
 * browser (serializing, say) counts, what they call of other parts of the app does not.
 * @param assets the folder of the scripts and their maps
 * @param isWatched by the path of a source
 * @param options withCallees: what the watched sources call of other parts counts, too
 */
export function readMoments(profile: CpuProfile, assets: string, isWatched: (source: string) => boolean, options: { withCallees?: boolean } = {}): Moment[] {
  const ownerOf = createOwners(profile, assets, isWatched, options.withCallees ?? false);
  let at = profile.startTime;
  return (profile.samples ?? []).map((node, index) => {
    const delta = profile.timeDeltas?.[index] ?? 0;
    at += delta;
    return { at, ms: delta / 1000, owner: ownerOf.get(node) ?? 'other' };
  });
}

function createOwners({ nodes }: CpuProfile, assets: string, isWatched: (source: string) => boolean, withCallees: boolean): Map<number, Owner> {
  const maps = new Map<string, SourceMap>();
  const findSource = (url: string, line: number, column: number): string => {
    const name = new URL(url).pathname.split('/').at(-1) ?? '';
    let map = maps.get(name);
    if (!map) maps.set(name, (map = new SourceMap(JSON.parse(readFileSync(join(assets, `${name}.map`), 'utf8')) as ConstructorParameters<typeof SourceMap>[0])));
    const entry = map.findEntry(line, column);
    return 'originalSource' in entry ? entry.originalSource : '';
  };

  const owners = new Map<number, Owner>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (id: number, above: Owner): void => {
    const { callFrame, children = [] } = byId.get(id)!;
    const { url, scriptId, lineNumber, columnNumber } = callFrame;
    let owner = above;
    if (withCallees && above === 'watched') owner = above;
    else if (/^https?:/.test(url)) owner = isWatched(findSource(url, lineNumber, columnNumber)) ? 'watched' : 'other';
    // Scripts without an address are what the stand-in puts into a page.
    else if (scriptId !== '0') owner = 'stand-in';
    owners.set(id, owner);
    for (const child of children) visit(child, owner);
  };
  if (nodes[0]) visit(nodes[0].id, 'other');
  return owners;
}
