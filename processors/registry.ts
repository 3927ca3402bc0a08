/** The processors that ship. */
import { bookCompiler } from './book-compiler/book-compiler.ts';
import type { Processor, ProcessorManifest } from './contract/processor.ts';
import { pitchBuilder } from './pitch-builder/pitch-builder.ts';
import { textExpansion } from './text-expansion/text-expansion.ts';

export const PROCESSORS: readonly Processor[] = [textExpansion, bookCompiler, pitchBuilder];

export const MANIFESTS: readonly ProcessorManifest[] = PROCESSORS.map(({ manifest }) => manifest);
