/** What `electron` is in a utility process: the network. */
export { net } from './net.ts';
