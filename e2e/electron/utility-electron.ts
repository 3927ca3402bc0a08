/** What `electron` is in a utility process: the network. */
export { net } from './system.ts';
