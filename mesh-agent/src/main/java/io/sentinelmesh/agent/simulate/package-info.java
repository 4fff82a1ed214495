/**
 * Many agents in one process, which speak the real protocol about a network that is only worked out: for load tests, demonstrations and judgements of faults.
 * What a round holds follows from the seed and the time alone, so nothing is spooled: a batch that is lost is made again.
 */
@org.jspecify.annotations.NullMarked
package io.sentinelmesh.agent.simulate;
