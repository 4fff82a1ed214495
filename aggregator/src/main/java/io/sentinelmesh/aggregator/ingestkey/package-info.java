/**
 * Third parties that send batches without an agent's certificate: a key, an HMAC over each request, short-lived tokens made of the key. Described for
 * them in docs/ingest.md.
 */
@NullMarked
package io.sentinelmesh.aggregator.ingestkey;

import org.jspecify.annotations.NullMarked;
