import { copyDocs } from './packed/copy-docs.ts';

/** Copies the guide into the package in which it is started, before the package is packed. */
copyDocs(process.cwd());
