/** How an agent gets its certificate and keeps it in force: joining, renewal, and what it says for that at the aggregator's door. */
@NullMarked
package io.sentinelmesh.agent.enrolment;

import org.jspecify.annotations.NullMarked;
