/** The REST resources under /api/v1, as openapi.yaml describes them. */
@NullMarked
package io.sentinelmesh.aggregator.api;

import org.jspecify.annotations.NullMarked;
