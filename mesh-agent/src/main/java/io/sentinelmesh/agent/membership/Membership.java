package io.sentinelmesh.agent.membership;

/** This agent's place in the mesh's membership. Carries hints only: results never travel here. */
public interface Membership extends AutoCloseable {

    /** Tells the others that this agent leaves on purpose, and leaves. Bounded in time; afterwards nothing is told to the listener. */
    @Override
    void close();
}
